"""Why a score is what it is: bars that add up to it, what was usual, since when, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from alerts.baselines.arrays import Bools, Floats
from alerts.baselines.standing import Standing
from alerts.baselines.transform import back
from alerts.deviations.decision import RECENT_DAYS, Decision
from alerts.deviations.evidence import NO_DAY
from alerts.deviations.grade import Grade
from alerts.deviations.night import Judgement, Record
from alerts.deviations.profile import DIRECTIONS, Direction, Marker, Shown
from alerts.deviations.residual import counted_from
from alerts.deviations.state import EPOCH
from alerts.deviations.walk import Walk

BEYOND_SPREAD = 0.5
"""A day counts as beyond the usual from half a standard deviation on: what the running sum itself lets pass."""


@dataclass(frozen=True)
class Bar:
    """One feature's part in a score, in natural units.

    `recent` is the median of the `days_beyond` days of the last week that lay beyond the usual towards the pattern
    (of all `days_seen` where none did), or away from it where the bar speaks against; `usual` and `spread` are of
    the same days. `mean_towards` is the week's mean in spreads, + towards the pattern. `baseline_days` days made the
    usual, worth `effective_days` independent ones. Where the cap or the fading took from the sum, the bar says so.
    """

    feature_id: str
    marker: Marker
    shown: Shown
    contribution: float
    cusum: float
    onset_day: date | None
    lost_to_cap: float
    lost_to_decay: float
    recent: float
    usual: float
    spread: float
    days_beyond: int
    days_seen: int
    mean_towards: float
    baseline_days: int
    effective_days: float


@dataclass(frozen=True)
class DomainBar:
    """One domain's part in a score, and its features."""

    name: str
    label: str
    contribution: float
    onset_day: date | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Explanation:
    """The evidence of one participant, night and direction; `domains` add up to `score`.

    `runner_up` is the strongest domain left out of the sum, with what it would bring. `against` are features that
    could have spoken for the pattern and moved the other way, `flat` those that stayed as usual.
    """

    participant_id: str
    night: date
    direction: Direction
    score: float
    threshold: float
    decision: Decision
    standing: Standing
    baseline_days: int
    grade: Grade
    is_mixed: bool
    onset_day: date | None
    domains: tuple[DomainBar, ...]
    runner_up: DomainBar | None
    against: tuple[Bar, ...]
    flat: tuple[Bar, ...]


@dataclass(frozen=True)
class _Sight:
    """One participant, night and direction of a walk; arrays over features, `gap` and `usual` over days x features."""

    record: Record
    judgement: Judgement
    person: int
    axis: int
    gap: Floats
    expected: Floats
    is_seen: Bools


def explain(walk: Walk, participant_id: str, night: date, direction: Direction) -> Explanation:
    """The evidence behind one judgement, strongest domain first."""
    judgement = walk.judgement_of(night)
    person, axis = walk.record.grid.participants.index(participant_id), DIRECTIONS.index(direction)
    sight = _sight(walk.record, judgement, person, axis)
    bars = {column: _bar(sight, column, 1.0) for column in np.flatnonzero(_speaks(sight)).tolist()}
    domains = _domains(sight, bars)
    counted = tuple(domain for domain, is_counted in domains if is_counted)
    others = [domain for domain, is_counted in domains if not is_counted and domain.contribution > 0.0]
    away = tuple(_bar(sight, column, -1.0) for column, bar in bars.items() if bar.mean_towards <= -BEYOND_SPREAD)
    still = tuple(bar for bar in bars.values() if bar.cusum == 0.0 and abs(bar.mean_towards) < BEYOND_SPREAD)
    return Explanation(
        participant_id=participant_id,
        night=night,
        direction=direction,
        score=float(judgement.score[person, axis]),
        threshold=float(judgement.threshold[person, axis]),
        decision=Decision(int(judgement.decision[person, axis])),
        standing=Standing(int(judgement.standings.standing[person])),
        baseline_days=int(judgement.standings.day_count[person]),
        grade=Grade(int(judgement.grade[person])),
        is_mixed=bool(judgement.is_mixed[person]),
        onset_day=_earliest(counted),
        domains=counted,
        runner_up=others[0] if others else None,
        against=away,
        flat=still,
    )


def _sight(record: Record, judgement: Judgement, person: int, axis: int) -> _Sight:
    """The last week of one participant, counted from tonight's usual."""
    night = record.grid.index_of(judgement.day)
    week = slice(max(0, night - RECENT_DAYS + 1), night + 1)
    usual = judgement.usual
    is_rest = record.grid.rest[person, week] == 1
    expected = usual.centre[person] + np.where(is_rest[:, None], usual.rest_shift[person], 0.0)
    counted = counted_from(record.scaled[person, week], usual.origin[person], record.layout)
    is_seen = (record.covered[person, week] > 0.0) & np.isfinite(expected)
    return _Sight(record, judgement, person, axis, counted - expected, expected, is_seen)


def _speaks(sight: _Sight) -> Bools:
    """The features in use that can speak for the direction."""
    chosen = sight.judgement.weighing.is_chosen[sight.person]
    return np.asarray(chosen & (sight.record.layout.weight[sight.axis] > 0.0) & sight.is_seen.any(axis=0))


def _domains(sight: _Sight, bars: dict[int, Bar]) -> list[tuple[DomainBar, bool]]:
    """Every domain with a bar and whether it is counted, strongest first."""
    layout, weighing = sight.record.layout, sight.judgement.weighing
    found = []
    for place, domain in enumerate(layout.domains):
        own = tuple(bar for column, bar in bars.items() if layout.columns[column].domain is domain)
        worth = float(weighing.domain[sight.person, sight.axis, place])
        onsets = [bar.onset_day for bar in own if bar.onset_day is not None]
        bar = DomainBar(domain.name, domain.label, worth, min(onsets, default=None), own)
        found.append((bar, bool(weighing.is_counted[sight.person, sight.axis, place])))
    return sorted(found, key=lambda pair: -pair[0].contribution)


def _bar(sight: _Sight, column: int, way: float) -> Bar:
    """One feature's part, its days counted towards the pattern (`way` 1) or away from it (-1)."""
    layout, runs, usual = sight.record.layout, sight.judgement.runs, sight.judgement.usual
    cell = (sight.person, sight.axis, column)
    towards = _sign(sight, column) * sight.gap[:, column] / usual.spread[sight.person, column]
    is_seen = sight.is_seen[:, column]
    is_beyond = is_seen & (way * towards >= BEYOND_SPREAD)
    recent, normal, spread = _natural(sight, column, is_beyond if is_beyond.any() else is_seen)
    onset = int(runs.onset_day[cell])
    return Bar(
        feature_id=layout.columns[column].candidate.feature_id,
        marker=layout.columns[column].marker,
        shown=layout.columns[column].candidate.shown,
        contribution=float(sight.judgement.weighing.contribution[cell]),
        cusum=float(runs.cusum[cell]),
        onset_day=None if onset == NO_DAY else EPOCH + timedelta(days=onset),
        lost_to_cap=float(runs.lost_to_cap[cell]),
        lost_to_decay=float(runs.lost_to_decay[cell]),
        recent=recent,
        usual=normal,
        spread=spread,
        days_beyond=int(is_beyond.sum()),
        days_seen=int(is_seen.sum()),
        mean_towards=float(towards[is_seen].mean()),
        baseline_days=int(usual.day_count[sight.person, column]),
        effective_days=float(usual.effective_days[sight.person, column]),
    )


def _sign(sight: _Sight, column: int) -> float:
    """The way a feature moves when it speaks for the direction; undirected, the way it moved."""
    layout = sight.record.layout
    if DIRECTIONS[sight.axis] is not Direction.UNUSUAL:
        return float(layout.sign[sight.axis, column])
    if layout.is_drop[column]:
        return -1.0
    return float(np.sign(sight.gap[sight.is_seen[:, column], column].mean()))


def _natural(sight: _Sight, column: int, is_used: Bools) -> tuple[float, float, float]:
    """Median of the days used, the usual of the same days, and its day-to-day spread, in natural units."""
    transform = sight.record.layout.columns[column].candidate.transform
    origin = sight.judgement.usual.origin[sight.person, column]
    spread = sight.judgement.usual.spread[sight.person, column]
    expected = sight.expected[is_used, column]
    recent = np.median(expected + sight.gap[is_used, column])
    normal = expected.mean()
    points = back(origin + np.array([recent, normal, normal - spread, normal + spread]), transform)
    return float(points[0]), float(points[1]), float(points[3] - points[2]) / 2.0


def _earliest(domains: tuple[DomainBar, ...]) -> date | None:
    """The first onset among domains."""
    return min((domain.onset_day for domain in domains if domain.onset_day is not None), default=None)
