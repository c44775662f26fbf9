"""Rest-activity measures of a week of hours (van Someren 1999): stability, fragmentation, L5, M10, amplitude."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

LEAST_DAYS_AN_HOUR = 3
"""Days of the week in which an hour of the day must be seen before its mean says anything."""
QUIET_HOURS, BUSY_HOURS = 5, 10
LEAST_VARIATION = 1e-9
"""Hours that differ by less than this share of their mean differ by rounding only."""


@dataclass(frozen=True)
class Measures:
    """One number a window each, NaN where there is none. Onsets are hours of the window's own day, 0 to 23.

    `is_known`: every hour of the day was seen on enough days. What is known and NaN has no answer: hours that never
    change have no onset.
    """

    interdaily_stability: Floats
    intradaily_variability: Floats
    l5_level: Floats
    l5_onset: Floats
    m10_level: Floats
    m10_onset: Floats
    relative_amplitude: Floats
    is_known: Truths


def measure(windows: Floats) -> Measures:
    """Measure windows of hourly values, shape (window, day, 24), NaN where an hour was not observed.

    Levels are in units of the window's mean hour, so that a change of sensor or phone does not move them.
    """
    profile, is_known = _profile(windows)
    mean = profile.mean(axis=1)
    quiet, quiet_onset = _extreme(profile, QUIET_HOURS, sign=1.0)
    busy, busy_onset = _extreme(profile, BUSY_HOURS, sign=-1.0)
    return Measures(
        interdaily_stability=np.where(is_known, _stability(windows, profile), np.nan),
        intradaily_variability=np.where(is_known, _variability(windows), np.nan),
        l5_level=_ratio(quiet, mean),
        l5_onset=quiet_onset,
        m10_level=_ratio(busy, mean),
        m10_onset=busy_onset,
        relative_amplitude=_ratio(busy - quiet, busy + quiet),
        is_known=is_known,
    )


def _profile(windows: Floats) -> tuple[Floats, Truths]:
    """The mean day of each window, NaN throughout unless every hour was seen on enough days; and whether it was."""
    seen = np.isfinite(windows).sum(axis=1)
    is_known: Truths = (seen >= LEAST_DAYS_AN_HOUR).all(axis=1)
    mean = np.nansum(windows, axis=1) / np.maximum(seen, 1)
    return np.where(is_known[:, None], mean, np.nan), is_known


def _ratio(part: Floats, whole: Floats) -> Floats:
    """NaN where the whole is nothing."""
    divisor = np.where(whole > 0, whole, np.nan)
    quotient: Floats = part / divisor
    return quotient


def _extreme(profile: Floats, length: int, *, sign: float) -> tuple[Floats, Floats]:
    """The mean and the onset of the lowest (sign 1) or highest (sign -1) run of hours, running over midnight.

    Of neighbouring runs that are equally low the onset is the first around the clock; where all are, there is none.
    """
    around = np.concatenate([profile, profile[:, : length - 1]], axis=1)
    runs = np.lib.stride_tricks.sliding_window_view(around, length, axis=1).mean(axis=2)
    best = (sign * runs).min(axis=1) * sign
    is_best = np.isclose(runs, best[:, None], rtol=LEAST_VARIATION, atol=0.0)
    is_onset = is_best & ~np.roll(is_best, 1, axis=1)
    onset = np.where(is_onset.any(axis=1), is_onset.argmax(axis=1), np.nan)
    return best, onset


def _stability(windows: Floats, profile: Floats) -> Floats:
    """The share of the hours' variance that the mean day explains, 0 to 1."""
    seen = np.isfinite(windows)
    grand = np.nansum(windows, axis=(1, 2)) / np.maximum(seen.sum(axis=(1, 2)), 1)
    between = np.nansum(seen.sum(axis=1) * (profile - grand[:, None]) ** 2, axis=1)
    total = np.nansum((windows - grand[:, None, None]) ** 2, axis=(1, 2))
    return _ratio(between, _unless_flat(total, grand))


def _variability(windows: Floats) -> Floats:
    """Mean squared change from hour to hour over the variance of the hours; only changes between seen neighbours."""
    hours = windows.reshape(len(windows), -1)
    steps = np.diff(hours, axis=1)
    pairs = np.isfinite(steps).sum(axis=1)
    seen = np.maximum(np.isfinite(hours).sum(axis=1), 1)
    grand = np.nansum(hours, axis=1) / seen
    variance = np.nansum((hours - grand[:, None]) ** 2, axis=1) / seen
    change = _ratio(np.nansum(steps**2, axis=1), pairs.astype(np.float64))
    return _ratio(change, _unless_flat(variance, grand))


def _unless_flat(variance: Floats, mean: Floats) -> Floats:
    """The variance, 0 where it is nothing but rounding."""
    return np.where(variance > (LEAST_VARIATION * mean) ** 2, variance, 0.0)
