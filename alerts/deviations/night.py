"""One night: from the state before it and the days up to it, to the state after it and what was judged."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from alerts.baselines.arrays import Bools, Codes, Floats, Integers
from alerts.baselines.standing import Standings, standings_on
from alerts.baselines.transform import forward
from alerts.baselines.usual import History, Usual, usual_on
from alerts.deviations.corroboration import Weighing, weigh
from alerts.deviations.decision import FALL_SCORE, RECENT_DAYS, Circumstances, Decision, decide, thresholds
from alerts.deviations.evidence import NO_DAY, Runs, accumulate, cleared
from alerts.deviations.grade import Grade, grades, recent_coverage
from alerts.deviations.grid import Grid
from alerts.deviations.layout import Layout, layout_of, spreads_of
from alerts.deviations.profile import DIRECTIONS, Direction
from alerts.deviations.residual import difference, directed, normal_score
from alerts.deviations.state import EPOCH, State
from pipeline.site import Detection

MIXED_RATIO = 0.6
MIXED_DAYS = 7
"""Both directions at 60 % of their threshold within a week is a mixed pattern."""
DOMAINS_FOR_A_DAY = 2
"""A day counts towards a participant's baseline when at least two domains have a value."""
DIRECTED = [index for index, direction in enumerate(DIRECTIONS) if direction is not Direction.UNUSUAL]


@dataclass(frozen=True)
class Record:
    """A grid made ready for judging: transformed once, with every day's validity.

    `covered` is the coverage of each value, 0 where there is none that may be scored.
    """

    grid: Grid
    layout: Layout
    history: History
    scaled: Floats
    covered: Floats
    is_valid_day: Bools


@dataclass(frozen=True)
class Held:
    """What people did about alerts, participants x directions: open by the records, and disposed of this day."""

    is_open: Bools
    is_disposed: Bools


@dataclass(frozen=True)
class Judgement:
    """What was found and decided on one night; arrays over participants first, then directions.

    `gap` is the difference from the usual and `normal_score` its standing, both participants x features.
    """

    day: date
    score: Floats
    threshold: Floats
    decision: Codes
    is_mixed: Bools
    grade: Codes
    standings: Standings
    weighing: Weighing
    runs: Runs
    usual: Usual
    gap: Floats
    normal_score: Floats


def recorded(grid: Grid, pooled: Mapping[str, float] | None = None) -> Record:
    """Make a grid ready; `pooled` gives the site's own within-person spreads by feature, transformed scale."""
    layout = layout_of(grid.profile)
    scaled = np.stack(
        [forward(grid.value[:, :, i], column.candidate.transform) for i, column in enumerate(layout.columns)], axis=2
    )
    covered = np.where(grid.is_usable, np.clip(grid.coverage_ratio, 0.0, 1.0), 0.0)
    in_baseline = covered > 0.0 if grid.is_barred is None else (covered > 0.0) & ~grid.is_barred
    history = History(np.where(in_baseline, scaled, np.nan), grid.rest, layout.is_clock, spreads_of(layout, pooled))
    domains = np.logical_or.reduceat(in_baseline & layout.weight.any(axis=0), layout.starts, axis=2)
    return Record(grid, layout, history, scaled, covered, domains.sum(axis=2) >= DOMAINS_FOR_A_DAY)


def step(state: State, record: Record, held: Held, detection: Detection) -> tuple[State, Judgement]:
    """Judge the night after `state.as_of_day`, reading no day after it."""
    night = record.grid.index_of(state.as_of_day) + 1
    before = _disposed(state, held, detection)
    usual = usual_on(night, record.history, state.was_open, detection)
    gap = difference(record.scaled[:, night], usual, record.grid.rest[:, night] == 1, record.layout)
    covered = record.covered[:, night]
    score = normal_score(np.where(covered > 0.0, gap, np.nan), usual, covered)
    is_scored = np.isfinite(score)
    runs = accumulate(
        before.runs, directed(score, record.layout), is_scored, _day_number(before) + 1, detection.reference_score
    )
    weighing = weigh(runs, usual, record.layout, detection.top_domain_count)
    standings = standings_on(night, record.is_valid_day, record.grid.rest, state.was_open, detection)
    after = _remembered(before, runs, weighing, _is_seen(is_scored, record.layout))
    judgement = _judged(after, held, record, standings, detection, (weighing, usual, gap, score))
    return _closed(after, judgement, held), judgement


def _judged(
    state: State,
    held: Held,
    record: Record,
    standings: Standings,
    detection: Detection,
    found: tuple[Weighing, Usual, Floats, Floats],
) -> Judgement:
    """Decide, from the state of the night itself."""
    weighing, usual, gap, normal = found
    night = record.grid.index_of(state.as_of_day)
    is_recent, grade = _recent(night, record, weighing, standings)
    circumstances = Circumstances(
        standing=standings.standing,
        is_contaminated=_of_day(record.grid.is_contaminated, night, len(state.participants)),
        is_poor=grade == Grade.D,
        is_open=state.is_open | held.is_open,
        is_falling=_is_falling(state.recent_score),
        is_refractory=state.refractory_until_day > _day_number(state),
        refractory_score=state.refractory_score,
    )
    route = thresholds(standings.standing, detection, detection.route_threshold_score)
    return Judgement(
        day=state.as_of_day,
        score=weighing.score,
        threshold=route,
        decision=decide(weighing, is_recent, circumstances, record.layout, detection),
        is_mixed=_is_mixed(_high_day(state, weighing.score, route), _day_number(state)),
        grade=grade,
        standings=standings,
        weighing=weighing,
        runs=state.runs,
        usual=usual,
        gap=gap,
        normal_score=normal,
    )


def _disposed(state: State, held: Held, detection: Detection) -> State:
    """Tonight's dispositions in force: sums of the direction at zero, and a refractory time begun."""
    today = _day_number(state) + 1
    is_due = np.zeros_like(state.is_open)
    if detection.assumed_disposition_days:
        is_due = state.is_open & (today - state.opened_day >= detection.assumed_disposition_days)
    gone = held.is_disposed | is_due
    latest = np.nan_to_num(state.recent_score[:, :, 0])
    return dataclasses.replace(
        state,
        runs=cleared(state.runs, gone),
        is_open=state.is_open & ~gone,
        recent_score=np.where(gone[:, :, None], np.nan, state.recent_score),
        refractory_until_day=np.where(gone, today + detection.refractory_days, state.refractory_until_day).astype(
            np.int32
        ),
        refractory_score=np.where(gone, latest, state.refractory_score),
    )


def _remembered(state: State, runs: Runs, weighing: Weighing, is_seen: Bools) -> State:
    """The state with tonight's sums, and tonight's score in front where the night had data."""
    pushed = np.concatenate([weighing.score[:, :, None], state.recent_score[:, :, :-1]], axis=2)
    return dataclasses.replace(
        state,
        as_of_day=state.as_of_day + timedelta(days=1),
        runs=runs,
        recent_score=np.where(is_seen[:, :, None], pushed, state.recent_score),
    )


def _closed(state: State, judgement: Judgement, held: Held) -> State:
    """The state after the decisions: flags raised are open, and a day with an open alert is no one's usual."""
    raised = judgement.decision == Decision.RAISED
    is_open = state.is_open | raised
    any_open = (is_open | held.is_open).any(axis=1)
    return dataclasses.replace(
        state,
        is_open=is_open,
        opened_day=np.where(raised, _day_number(state), state.opened_day).astype(np.int32),
        high_day=_high_day(state, judgement.score, judgement.threshold),
        was_open=np.concatenate([state.was_open[:, 1:], any_open[:, None]], axis=1),
    )


def _recent(night: int, record: Record, weighing: Weighing, standings: Standings) -> tuple[Bools, Codes]:
    """Where the last week could be scored, and the grade of the data; days before the grid had none."""
    first = max(0, night - RECENT_DAYS + 1)
    missing = ((0, 0), (RECENT_DAYS - (night + 1 - first), 0), (0, 0))
    covered = np.pad(record.covered[:, first : night + 1], missing)
    ages = record.grid.device_age_days
    age = np.full(len(record.grid.participants), np.nan) if ages is None else ages[:, night]
    return covered > 0.0, grades(recent_coverage(covered, weighing.is_chosen), standings.day_count, age)


def _is_seen(is_scored: Bools, layout: Layout) -> Bools:
    """Whether the night had data that speak for a direction (participants x directions)."""
    return np.asarray((is_scored[:, None, :] & (layout.weight > 0.0)).any(axis=2))


def _is_falling(recent_score: Floats) -> Bools:
    """Whether the score fell on both of the last two nights with data."""
    newest, middle, oldest = (recent_score[:, :, place] for place in range(3))
    return np.asarray((newest < middle - FALL_SCORE) & (middle < oldest - FALL_SCORE))


def _high_day(state: State, score: Floats, threshold: Floats) -> Integers:
    """The last night on which each direction stood at 60 % of its threshold, tonight included."""
    return np.where(score >= MIXED_RATIO * threshold, _day_number(state), state.high_day).astype(np.int32)


def _is_mixed(high_day: Integers, today: int) -> Bools:
    """Whether both directions were high within the last week."""
    both = high_day[:, DIRECTED]
    return np.asarray(((both != NO_DAY) & (today - both < MIXED_DAYS)).all(axis=1))


def _of_day(flags: Bools | None, night: int, people: int) -> Bools:
    """One day of an optional array over participants x days."""
    return np.zeros(people, dtype=np.bool_) if flags is None else flags[:, night]


def _day_number(state: State) -> int:
    """The last judged day, counted from 1970-01-01."""
    return (state.as_of_day - EPOCH).days
