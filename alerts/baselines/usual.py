"""The guarded baseline: what was usual for each participant and feature, seen from one night, never from later.

The days used are the latest valid ones that end a guard gap before the night, so that a slow onset cannot become
its own baseline. Rest days have a shrunken offset of their own, freak days are pulled in once, the spread is shrunk
towards a starter value, and the lag-1 correlation of days widens what is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerts.baselines.arrays import Bools, Codes, Floats, Indices, compiled
from pipeline.site import Detection

PRIOR_DAYS = 20.0
"""Weight of the starter spread, in days (degrees of freedom)."""
PRIOR_CORRELATION = 0.3
PRIOR_CORRELATION_DAYS = 20.0
LARGEST_CORRELATION = 0.6
WINSOR_SD = 2.5
REST_SHRINK_DAYS = 4.0
"""A rest-day offset seen on four rest days counts half."""
FEWEST_DAYS = 2
"""A spread needs two days; whether so few may be scored is another question (`standing`)."""

_ORIGIN, _CENTRE, _REST_SHIFT, _SPREAD, _DAYS, _EFFECTIVE_DAYS, _CORRELATION, _FIELDS = range(8)


@dataclass(frozen=True)
class Usual:
    """The baseline of one night, arrays over participants x features, on the transformed scale.

    `origin` is the circular mean of clock features (0 for others) from which `centre` is counted; `rest_shift` is
    added on rest days; `spread` is the day-to-day standard deviation. `day_count` days were used, worth
    `effective_days` independent ones at lag-1 correlation `correlation`. NaN where fewer than two days were there.
    """

    origin: Floats
    centre: Floats
    rest_shift: Floats
    spread: Floats
    day_count: Floats
    effective_days: Floats
    correlation: Floats

    @property
    def freedom(self) -> Floats:
        """Degrees of freedom of the predictive distribution."""
        return PRIOR_DAYS + self.effective_days - 1.0

    @property
    def predictive_spread(self) -> Floats:
        """Standard deviation of a new day, with the uncertainty of the centre."""
        return self.spread * np.sqrt(1.0 + 1.0 / self.effective_days)

    def expected(self, is_rest: Bools) -> Floats:
        """The usual value on a day of each participant's class, counted from `origin`."""
        return self.centre + np.where(is_rest[:, None], self.rest_shift, 0.0)


@dataclass(frozen=True)
class History:
    """What baselines are drawn from: arrays over participants x days x features.

    `scaled` is NaN on days that are missing or barred; `rest` (participants x days) is 1 rest, 0 work, -1 unknown.
    """

    scaled: Floats
    rest: Codes
    is_clock: Bools
    starter_spread: Floats


def usual_on(night: int, history: History, was_open: Bools, detection: Detection) -> Usual:
    """The baseline seen from day index `night`.

    `was_open` (participants x `baseline_search_days`) marks those of the days just before the night on which an
    alert was open: they are no one's usual.
    """
    people, _, columns = history.scaled.shape
    out = np.full((people, columns, _FIELDS), np.nan)
    bounds = np.array(
        [
            max(0, night - detection.baseline_search_days),
            night - detection.guard_days,
            night - was_open.shape[1],
            detection.baseline_days,
        ]
    )
    _fill(history.scaled, history.rest, was_open, bounds, history.is_clock, history.starter_spread, out)
    return Usual(*(np.ascontiguousarray(out[:, :, field]) for field in range(_FIELDS)))


@compiled
def _fill(
    scaled: Floats,
    rest: Codes,
    was_open: Bools,
    bounds: Indices,
    is_clock: Bools,
    starter: Floats,
    out: Floats,
) -> None:
    """Fill `out` (participants x features x fields), one cell after another."""
    day = np.empty(bounds[3], np.int64)
    residual = np.empty(bounds[3], np.float64)
    for person in range(scaled.shape[0]):
        for column in range(scaled.shape[2]):
            values = scaled[person, :, column]
            count = _pick(values, was_open[person], bounds, day)
            out[person, column, _DAYS] = count
            if count >= FEWEST_DAYS:
                used = day[bounds[3] - count :]
                cell = out[person, column]
                _centre(values, used, is_clock[column], residual, cell)
                _level(rest[person], used, residual, cell)
                _settle(used, residual, starter[column], cell)


@compiled
def _pick(values: Floats, was_open: Bools, bounds: Indices, day: Indices) -> int:
    """The latest valid days, oldest first at the end of `day`; returns how many."""
    first, last, open_from, wanted = bounds
    count = 0
    index = last
    while index >= first and count < wanted:
        if not np.isnan(values[index]) and not was_open[index - open_from]:
            count += 1
            day[wanted - count] = index
        index -= 1
    return count


@compiled
def _centre(
    values: Floats,
    day: Indices,
    is_clock: bool,  # noqa: FBT001 -- compiled kernels take positional arguments
    residual: Floats,
    cell: Floats,
) -> None:
    """Count values from their circular mean where they are clock times, else from zero."""
    cell[_ORIGIN] = 0.0
    if is_clock:
        turn = 2.0 * np.pi / 24.0
        sine, cosine = 0.0, 0.0
        for index in day:
            sine += np.sin(values[index] * turn)
            cosine += np.cos(values[index] * turn)
        cell[_ORIGIN] = (np.arctan2(sine, cosine) / turn) % 24.0
    for position, index in enumerate(day):
        residual[position] = values[index] - cell[_ORIGIN]
        if is_clock:
            residual[position] = (residual[position] + 12.0) % 24.0 - 12.0


@compiled
def _level(rest: Codes, day: Indices, residual: Floats, cell: Floats) -> None:
    """Take the shrunken rest-day offset and the mean out of the residuals."""
    total, work_sum, work_count, rest_sum, rest_count = 0.0, 0.0, 0, 0.0, 0
    for position, index in enumerate(day):
        total += residual[position]
        if rest[index] == 1:
            rest_sum += residual[position]
            rest_count += 1
        elif rest[index] == 0:
            work_sum += residual[position]
            work_count += 1
    shift = 0.0
    if rest_count > 0 and work_count > 0:
        shift = rest_count / (rest_count + REST_SHRINK_DAYS) * (rest_sum / rest_count - work_sum / work_count)
    centre = (total - shift * rest_count) / len(day)
    for position, index in enumerate(day):
        residual[position] -= centre + (shift if rest[index] == 1 else 0.0)
    cell[_REST_SHIFT] = shift
    cell[_CENTRE] = centre


@compiled
def _settle(day: Indices, residual: Floats, starter: float, cell: Floats) -> None:
    """Pull freak days in once, then state centre, spread, correlation and what the days are worth."""
    count = len(day)
    squares = 0.0
    for position in range(count):
        squares += residual[position] * residual[position]
    limit = WINSOR_SD * _shrunk_spread(squares, count, starter)
    moved = 0.0
    for position in range(count):
        residual[position] = min(limit, max(-limit, residual[position]))
        moved += residual[position]
    moved /= count
    for position in range(count):
        residual[position] -= moved
    squares, correlation = _dependence(day, residual)
    cell[_CENTRE] += moved
    cell[_SPREAD] = _shrunk_spread(squares, count, starter)
    cell[_CORRELATION] = correlation
    cell[_EFFECTIVE_DAYS] = count * (1.0 - correlation) / (1.0 + correlation)


@compiled
def _shrunk_spread(squares: float, count: int, starter: float) -> float:
    """The standard deviation behind a sum of squares, shrunk towards the starter value."""
    return float(np.sqrt((PRIOR_DAYS * starter * starter + squares) / (PRIOR_DAYS + count - 1.0)))


@compiled
def _dependence(day: Indices, residual: Floats) -> tuple[float, float]:
    """The sum of squares, and the lag-1 correlation of neighbouring days, shrunk towards 0.3; a gap makes no pair."""
    squares, products, pairs = residual[0] * residual[0], 0.0, 0
    for position in range(1, len(day)):
        squares += residual[position] * residual[position]
        if day[position] - day[position - 1] == 1:
            products += residual[position] * residual[position - 1]
            pairs += 1
    seen, weight = 0.0, 0.0
    if pairs > 0 and squares > 0.0:
        seen = (products / pairs) / (squares / len(day))
        weight = pairs + 1.0  # equals the number of days when none is missing
    shrunk = (weight * seen + PRIOR_CORRELATION_DAYS * PRIOR_CORRELATION) / (weight + PRIOR_CORRELATION_DAYS)
    return squares, float(min(LARGEST_CORRELATION, max(0.0, shrunk)))
