"""Raise a flag, or say why not: every participant, night and direction gets exactly one decision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from alerts.baselines.arrays import Bools, Codes, Floats
from alerts.baselines.standing import Standing
from alerts.deviations.corroboration import Weighing
from alerts.deviations.layout import Layout
from alerts.deviations.profile import DIRECTIONS, Direction
from pipeline.site import Detection

SUPPORT_RATIO = 0.2
SUPPORT_DOMAINS = 2
"""At least two domains must each bring a fifth of the score."""
RECENT_DAYS = 7
RECENT_VALID_DAYS = 4
REFRACTORY_RISE_RATIO = 1.5
"""Soon after a disposition, a new flag needs half as much again as the score that was disposed of."""
FALL_SCORE = 1e-9
"""Smaller differences are rounding, not a fall."""


class Decision(IntEnum):
    """What was decided. Only `RAISED` opens something; `UPDATES_OPEN` amends what is open."""

    QUIET = 0
    DIGEST = 1
    RAISED = 2
    UPDATES_OPEN = 3
    LEARNING = 4
    CONTAMINATED = 5
    ONE_DOMAIN = 6
    STALE = 7
    FALLING = 8
    REFRACTORY = 9
    GRADE_D = 10

    @property
    def wording(self) -> str:
        """The decision in plain words."""
        return _WORDING[self]


_WORDING = {
    Decision.QUIET: "within what is usual for this person",
    Decision.DIGEST: "enough for the weekly digest, not for the queue",
    Decision.RAISED: "raised for review",
    Decision.UPDATES_OPEN: "added to the alert that is already open",
    Decision.LEARNING: "not judged: still learning what is usual",
    Decision.CONTAMINATED: "not judged: the baseline was begun in an episode and awaits a clinician's word",
    Decision.ONE_DOMAIN: "not raised: fewer than two domains of behaviour agree",
    Decision.STALE: "not raised: too few recent days with data in the domains that changed",
    Decision.FALLING: "not raised: on its way back on both of the last two days with data",
    Decision.REFRACTORY: "not raised: disposed of a short while ago and not much stronger since",
    Decision.GRADE_D: "not raised: the data are too poor, listed in the digest",
}


@dataclass(frozen=True)
class Circumstances:
    """What besides the score decides, for one night; participants, or participants x directions."""

    standing: Codes
    is_contaminated: Bools
    is_poor: Bools
    is_open: Bools
    is_falling: Bools
    is_refractory: Bools
    refractory_score: Floats


def thresholds(standing: Codes, detection: Detection, tier_score: float) -> Floats:
    """The threshold per participant and direction: higher on a provisional baseline, its own for *unusual*."""
    base = np.full(len(DIRECTIONS), tier_score)
    base[DIRECTIONS.index(Direction.UNUSUAL)] = detection.unusual_threshold_score
    factor = np.where(standing == Standing.ESTABLISHED, 1.0, detection.provisional_factor_ratio)
    return np.asarray(factor[:, None] * base, dtype=np.float64)


def decide(
    weighing: Weighing, is_recent: Bools, circumstances: Circumstances, layout: Layout, detection: Detection
) -> Codes:
    """One decision per participant and direction; where several reasons hold, the first below is given.

    `is_recent` is participants x recent days x features: where a value was there and could be scored.
    """
    now, score = circumstances, weighing.score
    route = thresholds(now.standing, detection, detection.route_threshold_score)
    digest = thresholds(now.standing, detection, detection.digest_threshold_score)
    undirected = np.array([direction is Direction.UNUSUAL for direction in DIRECTIONS])
    withdrawn = np.array([direction is Direction.WITHDRAWAL for direction in DIRECTIONS])
    supports = _supports(weighing)
    reasons = {
        Decision.LEARNING: (now.standing == Standing.LEARNING)[:, None],
        Decision.CONTAMINATED: now.is_contaminated[:, None] & withdrawn,
        Decision.QUIET: score < np.minimum(digest, route),
        Decision.DIGEST: undirected | (score < route),
        Decision.ONE_DOMAIN: supports.sum(axis=2) < SUPPORT_DOMAINS,
        Decision.STALE: (supports & ~_is_fresh(weighing, is_recent, layout)).any(axis=2),
        Decision.FALLING: now.is_falling,
        Decision.UPDATES_OPEN: now.is_open,
        Decision.REFRACTORY: now.is_refractory & (score < REFRACTORY_RISE_RATIO * now.refractory_score),
        Decision.GRADE_D: now.is_poor[:, None],
    }
    conditions = [np.broadcast_to(condition, score.shape) for condition in reasons.values()]
    return np.select(conditions, list(reasons), default=Decision.RAISED).astype(np.int8)


def _supports(weighing: Weighing) -> Bools:
    """The domains that bring at least a fifth of the score (participants x directions x domains)."""
    share = SUPPORT_RATIO * weighing.score[:, :, None]
    return np.asarray(weighing.is_counted & (weighing.domain >= share))


def _is_fresh(weighing: Weighing, is_recent: Bools, layout: Layout) -> Bools:
    """Domains with a feature that speaks for the direction on at least four of the last seven days."""
    speaks = weighing.is_chosen[:, None, :] & (layout.weight > 0.0)
    seen = is_recent[:, None, :, :] & speaks[:, :, None, :]
    days = np.logical_or.reduceat(seen, layout.starts, axis=3).sum(axis=2)
    return np.asarray(days >= RECENT_VALID_DAYS)
