"""Where somebody stayed: at least ten minutes within a radius that grows with the inaccuracy of the phone."""

from __future__ import annotations

import numpy as np

from features.catalogue.mobility.bursts import BEST_ACCURACY_M
from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.geometry import is_within, turn_deg
from features.catalogue.mobility.tables import HOUR_US, MINUTE_US, Days, Floats, Ints, Nodes, Points

SHORTEST_STAY_US = 10 * MINUTE_US
SURE_CIRCLES = 1.6
"""A fix's 95 % circle in units of its 68 % circle, which phones export as accuracy (Rayleigh: 2.45 / 1.51)."""
STRAY_RADII = 2.0
"""A lone point this many radii off, with the next one back, is jitter."""
LONGEST_DAY_GAP_US = 2 * HOUR_US
LONGEST_NIGHT_GAP_US = 12 * HOUR_US
"""Most people switch a phone off at night at most; a phone silent all day says nothing about the day."""
NIGHT_BEGINS_US, NIGHT_ENDS_US = 22 * HOUR_US, 8 * HOUR_US


@compiled
def find_nodes(points: Points, days: Days) -> Nodes:
    """Stays and loose points of every day, from the day's own points and the last one of the day before it.

    A stay grows from its first point as long as the next one lies within the day's radius (or within its own
    uncertainty) of the middle so far; a gap is bridged when both ends are the same place.
    """
    capacity = len(points.at_us) + len(days.start_us)
    spans = np.empty((capacity, 3), np.int64)
    middles = np.empty((capacity, 2), np.float64)
    first_of_day = np.zeros(len(days.start_us) + 1, np.int64)
    for day in range(len(days.start_us)):
        first_of_day[day + 1] = _nodes_of_day(points, days, day, spans, middles, first_of_day[day])
    count = first_of_day[-1]
    from_us, to_us = points.at_us[spans[:count, 1]], points.at_us[spans[:count, 2]]
    return Nodes(
        spans[:count, 0].copy(),
        from_us,
        to_us,
        middles[:count, 0].copy(),
        middles[:count, 1].copy(),
        to_us - from_us >= SHORTEST_STAY_US,
        first_of_day,
    )


@compiled
def _nodes_of_day(points: Points, days: Days, day: int, spans: Ints, middles: Floats, used: int) -> int:
    """Append the nodes of one day and give the new number of nodes."""
    start, end = days.first_point[day], days.first_point[day + 1]
    if start == end:
        return used
    point = start - 1 if is_continued(points, days, day) else start
    while point < end:
        last, lat, lon = _grow(points, days, day, point)
        if points.at_us[last] - points.at_us[point] < SHORTEST_STAY_US:
            last, lat, lon = point, points.lat_deg[point], points.lon_deg[point]
        spans[used, 0], spans[used, 1], spans[used, 2] = day, point, last
        middles[used, 0], middles[used, 1] = lat, lon
        used, point = used + 1, last + 1
    return used


@compiled
def is_continued(points: Points, days: Days, day: int) -> bool:
    """Whether the day before is at hand and has a point: a day looks back by one day and no further."""
    last = days.first_point[day] - 1
    if last < 0 or points.day[last] != day - 1:
        return False
    return bool(days.person[day - 1] == days.person[day] and days.date[day - 1] + 1 == days.date[day])


@compiled
def _grow(points: Points, days: Days, day: int, first: int) -> tuple[int, float, float]:
    """The last point of the longest run from `first` at one place, and the run's accuracy-weighted middle."""
    lat, lon, weight = points.lat_deg[first], points.lon_deg[first], _weight(points, first)
    last, point = first, first + 1
    end = days.first_point[day + 1]
    while point < end and _bridges(points, days, day, point):
        if _is_near(points, point, lat, lon, days.radius_m[day]):
            weight += _weight(points, point)
            share = _weight(points, point) / weight
            lat += share * (points.lat_deg[point] - lat)
            lon += share * turn_deg(lon, points.lon_deg[point])
            last = point
        elif not _is_stray(points, days, day, point, (lat, lon)):
            break
        point += 1
    return last, lat, lon


@compiled
def _weight(points: Points, point: int) -> float:
    return float(1.0 / max(points.accuracy_m[point], BEST_ACCURACY_M) ** 2)


@compiled
def _is_near(points: Points, point: int, lat: float, lon: float, radius_m: float) -> bool:
    """Whether a point lies within the radius, or could do so by its own uncertainty."""
    limit_m = max(radius_m, SURE_CIRCLES * points.accuracy_m[point])
    return is_within(lat, lon, points.lat_deg[point], points.lon_deg[point], limit_m)


@compiled
def _is_stray(points: Points, days: Days, day: int, point: int, middle: tuple[float, float]) -> bool:
    """Whether a point is a lone one just outside the radius, with the next one back inside."""
    after = point + 1
    if after >= days.first_point[day + 1] or not _bridges(points, days, day, after):
        return False
    radius_m = days.radius_m[day]
    is_just_outside = _is_near(points, point, middle[0], middle[1], STRAY_RADII * radius_m)
    return is_just_outside and _is_near(points, after, middle[0], middle[1], radius_m)


@compiled
def _bridges(points: Points, days: Days, day: int, point: int) -> bool:
    """Whether the gap before a point is short enough for one stay to span it."""
    return is_bridgeable(days, day, points.at_us[point - 1], points.at_us[point])


@compiled
def is_bridgeable(days: Days, day: int, from_us: int, to_us: int) -> bool:
    """Whether a gap between two sightings at one place counts as time there: 2 h by day, 12 h overnight.

    Overnight is a gap whose middle lies between 22:00 and 08:00 on the wall clock at the day's start.
    """
    gap_us = to_us - from_us
    clock_us = (days.clock_us[day] + from_us + gap_us // 2 - days.start_us[day]) % (24 * HOUR_US)
    is_overnight = clock_us >= NIGHT_BEGINS_US or clock_us < NIGHT_ENDS_US
    return bool(gap_us <= (LONGEST_NIGHT_GAP_US if is_overnight else LONGEST_DAY_GAP_US))
