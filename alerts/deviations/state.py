"""The detector's state after a night: a value that can be stored, read back and walked on from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from alerts.baselines.arrays import Bools, Floats, Integers
from alerts.deviations.evidence import NO_DAY, Runs
from alerts.deviations.layout import layout_of
from alerts.deviations.profile import DIRECTIONS, Profile
from pipeline.errors import InvariantError
from pipeline.site import Detection

EPOCH = date(1970, 1, 1)
Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]

REMEMBERED_SCORES = 3
"""The scores of this many nights with data tell whether a score fell twice in a row."""


@dataclass(frozen=True)
class State:
    """What a night hands to the next; arrays over participants first, all days counted from 1970-01-01.

    `recent_score` (participants x directions x 3) holds the scores of the latest nights with data, newest first.
    `opened_day`, `refractory_until_day` (first day after), `refractory_score` and `high_day` (the last night at 60 %
    of the threshold) are participants x directions. `was_open` marks, of the last `baseline_search_days` days up to
    `as_of_day`, those on which an alert was open. `since_day` is the first day ever judged.
    """

    participants: tuple[str, ...]
    profile_digest: str
    since_day: date
    as_of_day: date
    runs: Runs
    recent_score: Floats
    is_open: Bools
    opened_day: Integers
    refractory_until_day: Integers
    refractory_score: Floats
    high_day: Integers
    was_open: Bools

    def to_frame(self) -> pl.DataFrame:
        """One row a participant; arrays become lists."""
        fixed = pl.DataFrame({"participant_id": self.participants}, schema={"participant_id": pl.String}).with_columns(
            pl.lit(self.profile_digest).alias("profile_digest"),
            pl.lit(self.since_day).alias("since_day"),
            pl.lit(self.as_of_day).alias("as_of_day"),
        )
        return fixed.with_columns(pl.Series(name, _rows(array)) for name, array in _arrays(self).items())


def fresh_state(participants: tuple[str, ...], profile: Profile, detection: Detection, first_day: date) -> State:
    """The state before anything was judged; the first night to judge is `first_day`."""
    people, columns = len(participants), len(layout_of(profile).columns)
    cells, pairs = (people, len(DIRECTIONS), columns), (people, len(DIRECTIONS))
    no_day = np.full(pairs, NO_DAY, dtype=np.int32)
    return State(
        participants=participants,
        profile_digest=profile.digest,
        since_day=first_day,
        as_of_day=first_day - timedelta(days=1),
        runs=Runs(
            cusum=np.zeros(cells),
            onset_day=np.full(cells, NO_DAY, dtype=np.int32),
            lost_to_cap=np.zeros(cells),
            lost_to_decay=np.zeros(cells),
            missing_run=np.zeros((people, columns), dtype=np.int32),
        ),
        recent_score=np.full((*pairs, REMEMBERED_SCORES), np.nan),
        is_open=np.zeros(pairs, dtype=np.bool_),
        opened_day=no_day,
        refractory_until_day=no_day.copy(),
        refractory_score=np.zeros(pairs),
        high_day=no_day.copy(),
        was_open=np.zeros((people, detection.baseline_search_days), dtype=np.bool_),
    )


def from_frame(frame: pl.DataFrame, participants: tuple[str, ...], profile: Profile, detection: Detection) -> State:
    """The state of `participants` as stored by `to_frame`; whoever has no row begins afresh.

    Raises `InvariantError` where no row is theirs, or rows are of different nights, profiles or settings.
    """
    rows = frame.filter(pl.col("participant_id").is_in(participants)).sort("participant_id")
    since_day, as_of_day = _common_days(rows, profile)
    blank = fresh_state(participants, profile, detection, since_day)
    place = np.array([participants.index(name) for name in rows["participant_id"].to_list()])
    filled = {name: _filled(array, place, rows[name]) for name, array in _arrays(blank).items()}
    runs = dataclasses.replace(blank.runs, **_of(Runs, filled))
    return dataclasses.replace(blank, as_of_day=as_of_day, runs=runs, **_of(State, filled))


def _arrays(state: State) -> dict[str, Array]:
    """Every array of a state, by its name."""
    found = vars(state.runs) | vars(state)
    return {name: value for name, value in found.items() if isinstance(value, np.ndarray)}


def _of(kind: type[State | Runs], arrays: dict[str, Array]) -> dict[str, Any]:
    """Those arrays that are fields of a dataclass; their types are those of the blank ones they were filled into."""
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: array for name, array in arrays.items() if name in names}


def _rows(array: Array) -> list[list[object]]:
    """An array as one flat list a participant."""
    return list(array.reshape(array.shape[0], -1).tolist())


def _filled(blank: Array, place: Array, stored: pl.Series) -> Array:
    """A blank array with the stored participants' values in their places."""
    values = np.array(stored.to_list(), dtype=blank.dtype)
    if values.size != place.size * blank[0].size:
        raise InvariantError(
            f"found {values.size // place.size} values of {stored.name} a participant, expected {blank[0].size}: "
            "the stored state is of other settings; judge again from the first night"
        )
    out = blank.copy()
    out[place] = values.reshape(place.size, *blank.shape[1:])
    return out


def _common_days(rows: pl.DataFrame, profile: Profile) -> tuple[date, date]:
    """The first day and the last judged day that all rows share."""
    found = rows.select("profile_digest", "as_of_day").unique().rows()
    if len(found) != 1 or found[0][0] != profile.digest:
        raise InvariantError(
            f"found {rows.height} stored states of {len(found)} nights and profiles, expected one night of profile "
            f"{profile.digest}; judge again from the first night"
        )
    since: list[date] = rows["since_day"].to_list()
    return min(since), found[0][1]
