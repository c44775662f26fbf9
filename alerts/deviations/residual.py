"""How far tonight lies from the usual, as a normal score, and what that says for each direction."""

from __future__ import annotations

import numpy as np
from scipy import special

from alerts.baselines.arrays import Bools, Floats
from alerts.baselines.standing import LEARNING_DAYS
from alerts.baselines.transform import wrapped_h
from alerts.baselines.usual import Usual
from alerts.deviations.layout import Layout
from alerts.deviations.profile import DIRECTIONS, Direction

LARGEST_SCORE = 3.0
"""One freak day is worth at most three standard deviations."""

_MEAN_MAGNITUDE = float(np.sqrt(2.0 / np.pi))
_SD_MAGNITUDE = float(np.sqrt(1.0 - 2.0 / np.pi))
"""Mean and standard deviation of the magnitude of a standard normal variable."""


def difference(scaled: Floats, usual: Usual, is_rest: Bools, layout: Layout) -> Floats:
    """Transformed values of one day minus the usual of that day's class (participants x features)."""
    return counted_from(scaled, usual.origin, layout) - usual.expected(is_rest)


def counted_from(scaled: Floats, origin: Floats, layout: Layout) -> Floats:
    """Transformed values (features last) counted from their origin, clock times the shorter way round."""
    return np.where(layout.is_clock, wrapped_h(scaled - origin), scaled - origin)


def normal_score(gap: Floats, usual: Usual, coverage_ratio: Floats) -> Floats:
    """The difference as a standard normal score within +-3, by the predictive t distribution of a new day.

    NaN where the day is missing or the feature has fewer than 14 baseline days. A day observed in part counts less:
    the score is multiplied by the root of its coverage. Computed from the lower tail, where it stays exact.
    """
    known = np.isfinite(gap) & (usual.day_count >= LEARNING_DAYS)
    score = np.full(gap.shape, np.nan)
    distance = gap[known] / usual.predictive_spread[known]
    tail = special.ndtri(special.stdtr(usual.freedom[known], -np.abs(distance)))
    magnitude = np.minimum(LARGEST_SCORE, -tail)
    score[known] = np.sign(distance) * magnitude * np.sqrt(coverage_ratio[known])
    return score


def directed(score: Floats, layout: Layout) -> Floats:
    """What each score says for each direction: participants x directions x features, 0 where it is silent.

    The undirected channel takes the magnitude, brought to mean 0 and variance 1, or only the fall of coverage.
    """
    pull = layout.sign * score[:, None, :]
    magnitude = (np.abs(score) - _MEAN_MAGNITUDE) / _SD_MAGNITUDE
    pull[:, DIRECTIONS.index(Direction.UNUSUAL)] = np.where(layout.is_drop, -score, magnitude)
    return pull
