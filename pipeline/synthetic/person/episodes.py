"""Episodes: when one begins, how it builds up over days, and which domains it moves, up or down, and how far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Floats, log_normal
from pipeline.synthetic.person.domains import DOMAIN_COUNT, Domain
from pipeline.synthetic.plan import CohortPlan, Direction

SHAPES = ("ramp", "step", "two_step")
SHAPE_SHARES = (0.6, 0.2, 0.2)

TYPICAL_SIGN: dict[Direction, dict[Domain, int]] = {
    "activation": {
        Domain.SLEEP_AMOUNT: -1,
        Domain.SLEEP_TIMING: -1,
        Domain.ACTIVITY: 1,
        Domain.MOBILITY: 1,
        Domain.CONTACT: 1,
        Domain.SCREEN: 1,
        Domain.MOOD: 1,
    },
    "withdrawal": {
        Domain.SLEEP_AMOUNT: 1,
        Domain.SLEEP_TIMING: 1,
        Domain.ACTIVITY: -1,
        Domain.MOBILITY: -1,
        Domain.CONTACT: -1,
        Domain.SCREEN: 1,
        Domain.MOOD: -1,
    },
}
ACTIVATION_SLEEP_SHARE = 0.85
SIZE_LOW, SIZE_HIGH = 0.4, 1.5

PRODROME_MEDIAN_DAYS: dict[Direction, float] = {"activation": 17.0, "withdrawal": 14.0}
PRODROME_SIGMA: dict[Direction, float] = {"activation": 0.8, "withdrawal": 1.0}
PRODROME_LIMITS: dict[Direction, tuple[float, float]] = {"activation": (1.0, 120.0), "withdrawal": (2.0, 365.0)}
LENGTH_MEDIAN_DAYS: dict[Direction, float] = {"activation": 40.0, "withdrawal": 84.0}
LENGTH_SIGMA = 0.6
WITHDRAWAL_SHARE = 0.5
"""Of the onsets of a large registry about half were depressive, the other half manic or hypomanic."""

ONSET_SEVERITY = 0.8
RECOVERY_DAYS = 10
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Episode:
    """One episode in days of the study (0 is the first; days may lie before it or after its end).

    Severity is 0 up to `prodrome_start_day`, 0.8 at `onset_day`, 1 from `peak_day` to `end_day`, and gone ten days
    later. `effect` is the shift of each domain at the plateau, in the person's own standard deviations.
    """

    direction: Direction
    prodrome_start_day: int
    onset_day: int
    peak_day: int
    end_day: int
    shape: str
    effect: tuple[float, ...]
    is_silent: bool

    def severity(self, day_count: int) -> Floats:
        """Severity (0 to 1) on each day of the study."""
        knots = _knots(self)
        return np.interp(np.arange(day_count, dtype=np.float64), knots[:, 0], knots[:, 1])


def draw_episodes(
    rng: np.random.Generator, plan: CohortPlan, scheduled: Direction | None, day_count: int
) -> tuple[Episode, ...]:
    """The episodes of one person: by design where the plan schedules them, else at the plan's rate."""
    if plan.scheduled_share > 0.0:
        return () if scheduled is None else (_scheduled(rng, plan, scheduled),)
    return _by_rate(rng, plan, day_count)


def _scheduled(rng: np.random.Generator, plan: CohortPlan, direction: Direction) -> Episode:
    """One whose plateau of 18 days or more lies inside the last 50 days (of a short study, its last 45 %)."""
    window = min(50.0, plan.day_count * 0.45)
    onset = plan.day_count - round(window * rng.uniform(0.72, 0.92))
    prodrome = round(window * rng.uniform(0.16, 0.4))
    peak = onset + round(window * rng.uniform(0.04, 0.1))
    end = plan.day_count - round(window * rng.uniform(0.04, 0.2))
    return _episode(rng, plan, direction, (onset - max(prodrome, 1), onset, peak, end))


def _by_rate(rng: np.random.Generator, plan: CohortPlan, day_count: int) -> tuple[Episode, ...]:
    """Onsets of a Poisson process; one that would begin before the last has ended does not happen."""
    count = int(rng.poisson(plan.onsets_per_year * day_count / DAYS_PER_YEAR))
    episodes: list[Episode] = []
    for onset in np.sort(rng.integers(0, day_count, count)):
        direction: Direction = "withdrawal" if rng.random() < WITHDRAWAL_SHARE else "activation"
        episode = _episode(rng, plan, direction, _drawn_days(rng, direction, int(onset)))
        if not episodes or episode.prodrome_start_day > episodes[-1].end_day + RECOVERY_DAYS:
            episodes.append(episode)
    return tuple(episodes)


def _drawn_days(rng: np.random.Generator, direction: Direction, onset: int) -> tuple[int, int, int, int]:
    limits = PRODROME_LIMITS[direction]
    prodrome = log_normal(rng, PRODROME_MEDIAN_DAYS[direction], PRODROME_SIGMA[direction], 1)[0]
    length = log_normal(rng, LENGTH_MEDIAN_DAYS[direction], LENGTH_SIGMA, 1)[0]
    peak = onset + int(rng.integers(3, 8))
    start = onset - round(float(np.clip(prodrome, *limits)))
    return start, onset, peak, peak + round(float(np.clip(length, 7.0, 365.0)))


def _episode(
    rng: np.random.Generator, plan: CohortPlan, direction: Direction, days: tuple[int, int, int, int]
) -> Episode:
    is_silent = bool(rng.random() < plan.silent_share)
    effect = _effect(rng, plan, direction) * plan.strength_ratio * (0.0 if is_silent else 1.0)
    start, onset, peak, end = days
    shape = str(rng.choice(SHAPES, p=SHAPE_SHARES))
    sizes = tuple(float(size) for size in effect)
    return Episode(direction, start, onset, max(peak, onset + 1), max(end, peak + 2), shape, sizes, is_silent)


def _effect(rng: np.random.Generator, plan: CohortPlan, direction: Direction) -> Floats:
    """The shift of each domain at the plateau. Mood itself always answers: it is what makes the episode one."""
    signs = np.array([TYPICAL_SIGN[direction][domain] for domain in Domain], dtype=np.float64)
    shares = np.full(DOMAIN_COUNT, plan.response_share)
    shares[Domain.MOOD] = 1.0
    if direction == "activation":
        shares[Domain.SLEEP_AMOUNT] = max(ACTIVATION_SLEEP_SHARE, plan.response_share)
    answers = rng.random(DOMAIN_COUNT) < shares
    turned = np.where(rng.random(DOMAIN_COUNT) < plan.opposite_share, -1.0, 1.0)
    turned[Domain.MOOD] = 1.0
    return np.asarray(signs * turned * answers * rng.uniform(SIZE_LOW, SIZE_HIGH, DOMAIN_COUNT))


def _knots(episode: Episode) -> Floats:
    """Day and severity where the curve bends."""
    start, onset = float(episode.prodrome_start_day), float(episode.onset_day)
    span = onset - start
    build_up = {
        "ramp": [(start, 0.0)],
        "step": [(start, 0.0), (start + 0.5 * span, 0.05), (start + 0.5 * span + 1e-6, ONSET_SEVERITY)],
        "two_step": [(start, 0.0), (start + 0.3 * span, 0.55), (start + 0.6 * span, 0.2)],
    }[episode.shape]
    plateau = [(onset, ONSET_SEVERITY), (float(episode.peak_day), 1.0), (float(episode.end_day), 1.0)]
    return np.array([*build_up, *plateau, (float(episode.end_day + RECOVERY_DAYS), 0.0)])
