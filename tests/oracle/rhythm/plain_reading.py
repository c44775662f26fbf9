"""Rest-activity measures of one window by the letter of their definitions (van Someren 1999), gaps left out."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean

Hour = float | None
LEAST_DAYS = 3


def measures(days: list[list[Hour]]) -> dict[str, float] | None:
    """IS, IV, L5, M10, RA of some days of 24 hours; none where an hour of the day was seen on too few days."""
    by_hour = [[day[hour] for day in days if day[hour] is not None] for hour in range(24)]
    if any(len(seen) < LEAST_DAYS for seen in by_hour):
        return None
    profile = [fmean(value for value in seen if value is not None) for seen in by_hour]
    flat = [value for day in days for value in day]
    seen = [value for value in flat if value is not None]
    mean = fmean(seen)
    total = sum((value - mean) ** 2 for value in seen)
    between = sum(len(by_hour[hour]) * (profile[hour] - mean) ** 2 for hour in range(24))
    changes = [(b - a) ** 2 for a, b in pairwise(flat) if a is not None and b is not None]
    quiet, quiet_onset = min(_runs(profile, 5))
    busy, busy_onset = max((level, -hour) for level, hour in _runs(profile, 10))
    return {
        "interdaily_stability": between / total,
        "intradaily_variability": fmean(changes) / (total / len(seen)),
        "l5_level": quiet / fmean(profile),
        "l5_onset": quiet_onset,
        "m10_level": busy / fmean(profile),
        "m10_onset": -busy_onset,
        "relative_amplitude": (busy - quiet) / (busy + quiet),
    }


def _runs(profile: list[float], length: int) -> list[tuple[float, int]]:
    return [(fmean(profile[(first + step) % 24] for step in range(length)), first) for first in range(24)]
