"""How often the detector raises a flag when nothing happens, and how fast it walks: simulated in-control people.

Every feature is an autoregressive series on its own transformed scale, correlated within its domain, so that the
figures rank settings and are no evidence about patients. A flag is taken as disposed of after 14 days.

Run: `python benchmarks/detector.py [PARTICIPANTS] [DAYS] [--correlation 0.3] [--route 12]`.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from datetime import date

import numpy as np

from alerts.baselines.arrays import Codes, Floats
from alerts.baselines.transform import back, forward
from alerts.deviations.decision import Decision
from alerts.deviations.grid import Grid
from alerts.deviations.layout import layout_of
from alerts.deviations.night import Judgement, recorded
from alerts.deviations.profile import DIRECTIONS, Profile, declared_profile
from alerts.deviations.state import fresh_state
from alerts.deviations.walk import held_by_night, nights
from pipeline.site import Detection

LEVELS = {"ratio": 0.8, "km": 8.0, "g": 0.02, "count": 6.0, "min": 30.0, "h": 7.5}
"""An ordinary level by unit; only the spread on the transformed scale matters."""
SHARED_WITHIN_DOMAIN = 0.6
MISSING_RATIO = 0.12
DAYS_A_YEAR = 365.25
WEEKEND = (5, 6)
WARM_UP_DAYS = 63
"""Five weeks of established baseline and the guard gap come before a night counts."""


def main() -> None:
    """Simulate, walk, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("participants", type=int, nargs="?", default=200)
    parser.add_argument("days", type=int, nargs="?", default=365)
    parser.add_argument("--correlation", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--route", type=float, default=Detection().route_threshold_score)
    given = parser.parse_args()
    grid = simulated(given.participants, given.days, given.correlation, given.seed)
    detection = dataclasses.replace(Detection(), assumed_disposition_days=14, route_threshold_score=given.route)
    start = time.perf_counter()
    scores, decisions = _walked(grid, detection)
    seconds = time.perf_counter() - start
    size = f"{given.participants} participants x {given.days} days x {len(grid.profile.feature_ids)} features"
    print(f"{size}: {seconds:.1f} s")
    _print_rates(scores, decisions)


def simulated(participants: int, days: int, correlation: float, seed: int) -> Grid:
    """People whose days wander around their usual and never leave it."""
    profile = declared_profile()
    draw = np.random.default_rng(seed)
    noise = _noise(draw, profile, (participants, days), correlation)
    value = np.stack(
        [
            _natural(noise[:, :, index], LEVELS[column.candidate.feature_id.rsplit("_", 1)[1]], profile, index)
            for index, column in enumerate(layout_of(profile).columns)
        ],
        axis=2,
    )
    value[draw.random(value.shape) < MISSING_RATIO] = np.nan
    rest = np.tile(np.isin(np.arange(days) % 7, WEEKEND).astype(np.int8), (participants, 1))
    names = tuple(f"p{place:05d}" for place in range(participants))
    return Grid(names, date(2024, 1, 1), profile, value, np.ones_like(value), rest)


def _noise(draw: np.random.Generator, profile: Profile, shape: tuple[int, int], correlation: float) -> Floats:
    """Standard normal series with lag-1 correlation, sharing part of their variance within a domain."""
    layout = layout_of(profile)
    sizes = np.diff(layout.starts, append=len(layout.columns))
    shared = np.repeat(draw.standard_normal((*shape, len(sizes))), sizes, axis=2)
    own = draw.standard_normal((*shape, len(layout.columns)))
    signs = np.where(layout.sign[0] + layout.sign[1] * (layout.sign[0] == 0) < 0, -1.0, 1.0)
    shock = np.sqrt(SHARED_WITHIN_DOMAIN) * signs * shared + np.sqrt(1.0 - SHARED_WITHIN_DOMAIN) * own
    series = shock.copy()
    for day in range(1, shape[1]):
        series[:, day] = correlation * series[:, day - 1] + np.sqrt(1.0 - correlation**2) * shock[:, day]
    return np.asarray(series, dtype=np.float64)


def _natural(noise: Floats, level: float, profile: Profile, index: int) -> Floats:
    """A series on the transformed scale of a column, in natural units."""
    candidate = layout_of(profile).columns[index].candidate
    middle = forward(np.array(level), candidate.transform)
    return back(middle + candidate.starter_spread * noise, candidate.transform)


def _walked(grid: Grid, detection: Detection) -> tuple[Floats, Codes]:
    """Scores and decisions of every night, without keeping the rest."""
    state = fresh_state(grid.participants, grid.profile, detection, grid.first_day)
    held = held_by_night(grid, state, None, None)
    kept = [_kept(judgement) for _, judgement in nights(recorded(grid), state, detection, held)]
    return np.stack([scores for scores, _ in kept]), np.stack([decisions for _, decisions in kept])


def _kept(judgement: Judgement) -> tuple[Floats, Codes]:
    """What is counted of a night."""
    return judgement.score, judgement.decision


def _print_rates(scores: Floats, decisions: Codes) -> None:
    """Flags per participant-year and direction, and how high scores stand when nothing happens."""
    counted = decisions[WARM_UP_DAYS:]
    years = counted.shape[0] * counted.shape[1] / DAYS_A_YEAR
    print(f"{years:.0f} participant-years in control")
    for axis, direction in enumerate(DIRECTIONS):
        raised = int((counted[:, :, axis] == Decision.RAISED).sum())
        high = scores[WARM_UP_DAYS:, :, axis]
        quantiles = ", ".join(f"{share:.2%} {np.quantile(high, 1.0 - share):.1f}" for share in (0.01, 0.001, 0.0001))
        print(f"{direction.value}: {raised / years:.2f} flags a year; score exceeded on {quantiles} of nights")


if __name__ == "__main__":
    main()
