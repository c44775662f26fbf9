"""Every wanted day of every participant judged on its own stretch of minutes, in one compiled pass.

A day's stretch ends with the local day and begins sixty hours earlier: nothing later can touch what is said of it,
and nothing earlier but the habit of the trailing 28 days, which is learnt from days judged without any habit.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.catalogue.sleep.emission import log_likelihoods
from features.catalogue.sleep.episodes import ASLEEP_MIN, AWAKENINGS, LONGEST_BLOCK, OFFSET, ONSET, episodes_of
from features.catalogue.sleep.grid import STRETCH_MIN, Grid
from features.catalogue.sleep.habit import common_habit, personal_habit
from features.catalogue.sleep.model import BIN_COUNT, BIN_MIN, asleep_posterior, likeliest_path, starting, transitions
from features.catalogue.sleep.verdict import (
    UNDETERMINED,
    main_episode,
    nap_minutes,
    untouched,
    verdict_on_sleep,
    verdict_on_waking,
)
from features.minutes.compiled import compiled_anew

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int16]
Minutes = NDArray[np.int64]

PLACE, CLOCK, DAY_FROM, NOON, SINCE, UNTIL = range(6)
"""Columns of a table of days: where its stretch begins on the grid, the clock minute there, and, counted from there,
the start of the local day, noon before the civil date, and the civil date's start and end."""

JUDGED = (
    "verdict",
    "onset",
    "onset_low",
    "onset_high",
    "offset",
    "offset_low",
    "offset_high",
    "asleep_min",
    "awakening_count",
    "longest_block_min",
    "awake_min",
    "nap_min",
    "bed_from",
    "bed_until",
    "alive_ratio",
    "expected_asleep_min",
)
"""What is said of each day; instants in minutes since 1970, null where there was no sleep to speak of."""
EXACT_STEPS = 1024.0
"""Minutes asleep are kept in whole parts of 1024, so that sums over days do not depend on where they began."""


def judged_nights(grid: Grid, days: pl.DataFrame) -> pl.DataFrame:
    """One row for each row of `days` that is wanted: `participant_id, local_day` and the columns `JUDGED`.

    `days` has one row a participant and local day, without a gap: `participant_id, local_day, row, day_number,
    is_wanted, is_learnt, starts, ends, cut_clock, noon, since, until`, instants in minutes since 1970.
    """
    log_likelihood = log_likelihoods()
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    habits = _habits(grid, days, likelihood)
    wanted = days.filter("is_wanted")
    habit = habits[wanted["row"].to_numpy(), wanted["day_number"].to_numpy()]
    table = _table(grid, wanted)
    said = _judge(grid.codes, grid.signs, grid.alive, table, habit, likelihood, log_likelihood)
    first_minute = wanted["ends"].to_numpy() - STRETCH_MIN
    for name in ("onset", "onset_low", "onset_high", "offset", "offset_low", "offset_high", "bed_from", "bed_until"):
        said[:, JUDGED.index(name)] += first_minute
    columns = {name: said[:, place] for place, name in enumerate(JUDGED)}
    return wanted.select("participant_id", "local_day").with_columns(
        pl.Series(name, values).fill_nan(None) for name, values in columns.items()
    )


def _habits(grid: Grid, days: pl.DataFrame, likelihood: Floats) -> Floats:
    """The habit before each day, of shape (participants, days, quarters)."""
    shape = (grid.people.height, int(np.max(days["day_number"].to_numpy())) + 1, BIN_COUNT)
    asleep, alive = np.zeros(shape), np.zeros(shape)
    learnt = days.filter("is_learnt")
    where = learnt["row"].to_numpy(), learnt["day_number"].to_numpy()
    asleep[where], alive[where] = _learn(grid.codes, grid.alive, _table(grid, learnt), common_habit(), likelihood)
    return personal_habit(asleep, alive)


def _table(grid: Grid, days: pl.DataFrame) -> Minutes:
    first_minute = days["ends"].to_numpy() - STRETCH_MIN
    clock = (days["cut_clock"].to_numpy() + first_minute - days["starts"].to_numpy()) % (BIN_COUNT * BIN_MIN)
    counted = [days[name].to_numpy() - first_minute for name in ("starts", "noon", "since", "until")]
    return np.stack([grid.at[days["row"].to_numpy()] + first_minute, clock, *counted], axis=1).astype(np.int64)


@compiled_anew
def _quarters(clock: int) -> Minutes:  # pragma: no cover -- compiled
    """The quarter of an hour of each minute of a stretch that begins at a clock minute."""
    return (clock + np.arange(STRETCH_MIN)) // BIN_MIN % BIN_COUNT


@compiled_anew
def _learn(
    codes: Codes, alive: Flags, days: Minutes, habit: Floats, likelihood: Floats
) -> tuple[Floats, Floats]:  # pragma: no cover -- compiled
    """Minutes asleep and minutes alive of each day by quarter of an hour, judged with the common habit."""
    asleep_min, alive_min = np.zeros((len(days), BIN_COUNT)), np.zeros((len(days), BIN_COUNT))
    matrix = transitions(habit)
    for day in range(len(days)):
        place, quarters = days[day, PLACE], _quarters(days[day, CLOCK])
        stretch, lived = codes[place : place + STRETCH_MIN], alive[place : place + STRETCH_MIN]
        if not np.any(lived[days[day, DAY_FROM] :]):
            continue
        posterior = asleep_posterior(stretch, quarters, likelihood, matrix, starting(habit[quarters[0]]))
        for minute in range(days[day, DAY_FROM], STRETCH_MIN):
            if lived[minute]:
                asleep_min[day, quarters[minute]] += posterior[minute]
                alive_min[day, quarters[minute]] += 1.0
    return np.rint(asleep_min * EXACT_STEPS) / EXACT_STEPS, alive_min


@compiled_anew
def _judge(
    codes: Codes, signs: Flags, alive: Flags, days: Minutes, habits: Floats, likelihood: Floats, log_likelihood: Floats
) -> Floats:  # pragma: no cover -- compiled
    """What is said of each day, columns as in `JUDGED`, instants counted from the start of its stretch."""
    said = np.full((len(days), 16), np.nan)
    for day in range(len(days)):
        place, quarters = days[day, PLACE], _quarters(days[day, CLOCK])
        stretch = codes[place : place + STRETCH_MIN]
        lived, seen = alive[place : place + STRETCH_MIN], signs[place : place + STRETCH_MIN]
        matrix, start = transitions(habits[day]), starting(habits[day, quarters[0]])
        posterior = asleep_posterior(stretch, quarters, likelihood, matrix, start)
        path = likeliest_path(stretch, quarters, log_likelihood, np.log(matrix), np.log(start))
        episodes = episodes_of(path, posterior)
        said[day] = _said(episodes, posterior, seen, lived, days[day])
    return said


@compiled_anew
def _said(
    episodes: Floats, posterior: Floats, seen: Flags, lived: Flags, day: Minutes
) -> Floats:  # pragma: no cover -- compiled
    """One row of `JUDGED`."""
    row = np.full(16, np.nan)
    noon, since, until = max(day[NOON], 0), day[SINCE], day[UNTIL]
    row[15] = np.sum(posterior[noon:until])
    main = main_episode(episodes, since, until)
    row[11] = nap_minutes(episodes, main, since, until)
    row[14] = np.mean(lived[noon:until])
    if main < 0:
        row[0] = verdict_on_waking(episodes, seen, lived, noon, until)
        return row
    episode = episodes[main]
    onset, offset = int(episode[ONSET]), int(episode[OFFSET])
    begins, ends = untouched(seen, onset, offset)
    row[0] = verdict_on_sleep(episode, ends - begins, posterior, lived, noon, until)
    if row[0] == UNDETERMINED and not np.any(lived[noon:until]):
        row[0] = verdict_on_waking(episodes, seen, lived, noon, until)
    row[1:7] = episode[:6]
    row[7], row[8], row[9] = episode[ASLEEP_MIN], episode[AWAKENINGS], episode[LONGEST_BLOCK]
    row[10] = episode[OFFSET] - episode[ONSET] - episode[ASLEEP_MIN]
    row[12], row[13] = begins, ends
    row[14] = np.mean(lived[max(onset - 120, 0) : min(offset + 120, len(lived))])
    return row
