"""The day's movement and steps by the letter of their definitions, one row at a time."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import datetime, timedelta
from statistics import fmean, variance

ACTIVE_FROM_G = 0.0167
SILENCE = timedelta(minutes=15)
Minute = tuple[datetime, float]
Second = tuple[datetime, float]


def movement(minutes: list[Minute]) -> dict[str, float | None]:
    """Mean deviation, share active, longest stillness and how often stillness is broken, of one day's minutes."""
    ordered = sorted(minutes)
    after_still, longest_h = [], 0.0
    run_begins: datetime | None = None
    last: Minute | None = None
    for at, deviation in ordered:
        is_active = deviation >= ACTIVE_FROM_G
        is_near = last is not None and at - last[0] <= SILENCE
        if last is not None and is_near and last[1] < ACTIVE_FROM_G:
            after_still.append(is_active)
        if is_active:
            run_begins = None
        elif run_begins is None or not is_near:
            run_begins = at
        if run_begins is not None:
            longest_h = max(longest_h, (at - run_begins + timedelta(minutes=1)) / timedelta(hours=1))
        last = at, deviation
    return {
        "movement_mean_g": fmean(deviation for _, deviation in ordered),
        "active_ratio": fmean(deviation >= ACTIVE_FROM_G for _, deviation in ordered),
        "longest_still_h": longest_h,
        "activity_fragmentation_ratio": fmean(after_still) if after_still else None,
    }


def steps(seconds: list[Second], begins: datetime, length_h: float) -> dict[str, float | None]:
    """Steps seen, cadence, and the estimate of the day with half the width of its interval."""
    hours: dict[int, dict[datetime, list[float]]] = defaultdict(lambda: defaultdict(list))
    for at, cadence in seconds:
        hours[(at - begins) // timedelta(hours=1)][at.replace(second=0, microsecond=0)].append(cadence)
    span_s = {hour: min(3600.0, (length_h - hour) * 3600.0) for hour in hours}
    in_hour, unsure = [], []
    for hour, minutes in hours.items():
        watched = [cadence for minute in minutes.values() for cadence in minute]
        in_hour.append(sum(watched) / len(watched) * span_s[hour])
        if len(minutes) > 1:
            rates = [fmean(minute) for minute in minutes.values()]
            unseen = max(0.0, 1.0 - len(watched) / span_s[hour])
            unsure.append(variance(rates) / len(rates) * unseen * span_s[hour] ** 2)
    scale = length_h * 3600.0 / sum(span_s.values())
    between = max(0.0, 1 - len(hours) / length_h) * length_h**2 * variance(in_hour) / len(hours)
    within = scale * len(hours) * fmean(unsure) if unsure else 0.0
    walked = [cadence for _, cadence in seconds if cadence > 0]
    return {
        "steps_count": sum(walked),
        "cadence_mean_spm": 60.0 * fmean(walked) if walked else None,
        "steps_estimated_count": sum(in_hour) * scale,
        "half_width": 1.2815515594457831 * math.sqrt(between + within),
    }
