"""Reach: what of a life arrives in an export. Phones are off, apps die, whole days are missing, uploads lag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Floats, log_normal
from pipeline.synthetic.spans import Spans, intersection, joined, union
from pipeline.synthetic.wall_clock import HOUR_S

APP_DEAD_MEDIAN_H, APP_DEAD_SIGMA = 1.6, 0.9
DECAY_PER_DAY = (0.0002, 0.0018)
WITHDRAWN_FACTOR = (0.7, 0.9)
"""Coverage in withdrawn weeks is this share of what it was: what is missing is not missing at random."""
DISENGAGED_FACTOR = 0.81
GAPS_PER_DAY, GAP_MEAN_DAYS = 0.012, 1.5
LONG_GAP_SHARE, LONG_GAP_DAYS = 0.03, (7.0, 21.0)
LATE_UPLOADER_SHARE = 0.3


@dataclass(frozen=True)
class Reach:
    """Why things are missing, as spans that may overlap each other, and `seen`: what is left of the study.

    `wanted_ratio` is the share of each day that the app was meant to live, before gaps and late uploads.
    """

    off: Spans
    app_dead: Spans
    gap: Spans
    not_uploaded: Spans
    seen: Spans
    wanted_ratio: Floats

    def causes(self) -> tuple[tuple[str, Spans], ...]:
        """The causes of missing data, by name."""
        return (
            ("phone_off", self.off),
            ("app_dead", self.app_dead),
            ("gap", self.gap),
            ("not_uploaded", self.not_uploaded),
        )


def draw_reach(
    rng: np.random.Generator, coverage_ratio: float, edges_s: Floats, off: Spans, hardship: tuple[Floats, Floats]
) -> Reach:
    """What arrives. `hardship` holds, for each day, how withdrawn (0 to 1) and whether disengaged from the app."""
    begin_s, end_s = float(edges_s[0]), float(edges_s[-1])
    wanted = _wanted(rng, coverage_ratio, hardship)
    dead, gap, tail = _app_dead(rng, edges_s, wanted), _gaps(rng, edges_s), _not_uploaded(rng, end_s)
    study = Spans(np.array([begin_s]), np.array([end_s]))
    off, dead, gap, tail = (intersection(part, study) for part in (off, dead, gap, tail))
    return Reach(off, dead, gap, tail, joined(off, dead, gap, tail).gaps(begin_s, end_s), wanted)


def _wanted(rng: np.random.Generator, coverage_ratio: float, hardship: tuple[Floats, Floats]) -> Floats:
    withdrawn, disengaged = hardship
    days = np.arange(len(withdrawn))
    decayed = coverage_ratio * np.exp(-rng.uniform(*DECAY_PER_DAY) * days)
    lost = 1.0 - (1.0 - rng.uniform(*WITHDRAWN_FACTOR)) * withdrawn
    used = np.where(disengaged > 0.0, DISENGAGED_FACTOR, 1.0)
    return np.asarray(np.clip(decayed * lost * used, 0.05, 0.995))


def _app_dead(rng: np.random.Generator, edges_s: Floats, wanted: Floats) -> Spans:
    """Spans in which the app does not live, so many that the wanted share of the day is left.

    Spans that begin at random cover all but exp(-rate x mean length) of the time.
    """
    mean_h = APP_DEAD_MEDIAN_H * np.exp(APP_DEAD_SIGMA**2 / 2.0)
    length_h = np.diff(edges_s) / HOUR_S
    day = np.repeat(np.arange(len(wanted)), rng.poisson(-np.log(wanted) * length_h / mean_h))
    start_s = edges_s[day] + rng.random(len(day)) * length_h[day] * HOUR_S
    return union(start_s, start_s + log_normal(rng, np.full(len(day), APP_DEAD_MEDIAN_H), APP_DEAD_SIGMA) * HOUR_S)


def _gaps(rng: np.random.Generator, edges_s: Floats) -> Spans:
    """Whole days without anything: mostly one or two, rarely weeks."""
    day = np.flatnonzero(rng.random(len(edges_s) - 1) < GAPS_PER_DAY)
    short = rng.geometric(1.0 / GAP_MEAN_DAYS, len(day)).astype(np.float64)
    is_long = rng.random(len(day)) < LONG_GAP_SHARE
    days = np.where(is_long, rng.uniform(*LONG_GAP_DAYS, len(day)), short)
    start_s = edges_s[day] + rng.uniform(0.0, 24.0, len(day)) * HOUR_S
    return union(start_s, start_s + days * 24.0 * HOUR_S)


def _not_uploaded(rng: np.random.Generator, end_s: float) -> Spans:
    """The tail that has not been uploaded yet: an hour or two for most, days for some."""
    is_late = rng.random() < LATE_UPLOADER_SHARE
    lag_h = rng.uniform(6.0, 60.0) if is_late else rng.uniform(0.0, 2.0)
    return Spans(np.array([end_s - lag_h * HOUR_S]), np.array([end_s]))
