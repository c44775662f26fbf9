"""Which positions of a day can be believed: sure enough, and reachable from the ones before and after."""

from __future__ import annotations

from features.catalogue.mobility.bursts import GOOD_ACCURACY_M
from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.geometry import metres_between
from features.catalogue.mobility.tables import MINUTE_US, SECOND_US, Flags, Points

WIDEST_RADIUS_M = 300.0
"""The widest stay; a fix that is less sure than this can place nobody."""
BETTER_WITHIN_US = 15 * MINUTE_US
TELEPORT_MPS = 250.0 / 3.6
SHORTEST_STEP_US = 30 * SECOND_US
"""Positions closer in time than this are judged as if this far apart: their errors make speeds up."""


@compiled
def believable(points: Points) -> Flags:
    """Mark the points to keep; days are judged one by one, so no day hangs on what comes after it.

    Dropped are points less sure than `WIDEST_RADIUS_M`, points worse than 51 m with a better one of the same day
    within a quarter of an hour, and teleports: there and back faster than 250 km/h.
    """
    keep = _sure_enough(points)
    before = -1
    for point in range(len(keep)):
        if not keep[point]:
            continue
        after = _next_kept(keep, points, point)
        if _is_teleport(points, before, point, after):
            keep[point] = False
        else:
            before = point
    return keep


@compiled
def _sure_enough(points: Points) -> Flags:
    count = len(points.at_us)
    keep = points.accuracy_m <= WIDEST_RADIUS_M
    good = points.accuracy_m <= GOOD_ACCURACY_M
    latest = -1
    for point in range(count):
        latest = point if good[point] else latest
        keep[point] &= good[point] or not _is_close(points, latest, point)
    latest = -1
    for point in range(count - 1, -1, -1):
        latest = point if good[point] else latest
        keep[point] &= good[point] or not _is_close(points, latest, point)
    return keep


@compiled
def _is_close(points: Points, one: int, other: int) -> bool:
    """Whether there is another point of the same day, within a quarter of an hour."""
    if one < 0 or points.day[one] != points.day[other]:
        return False
    return bool(abs(points.at_us[one] - points.at_us[other]) <= BETTER_WITHIN_US)


@compiled
def _next_kept(keep: Flags, points: Points, point: int) -> int:
    """The next point of the same day that is still believed, or -1."""
    for later in range(point + 1, len(keep)):
        if points.day[later] != points.day[point]:
            return -1
        if keep[later]:
            return later
    return -1


@compiled
def _is_teleport(points: Points, before: int, point: int, after: int) -> bool:
    """Whether a point is reached and left faster than anybody travels, and left in the direction it came from.

    A real flight goes on and on in one direction, and is kept.
    """
    if before < 0 or after < 0 or points.day[before] != points.day[point]:
        return False
    way_in, way_out = _metres(points, before, point), _metres(points, point, after)
    too_fast_in = way_in > TELEPORT_MPS * step_s(points.at_us[point] - points.at_us[before])
    too_fast_out = way_out > TELEPORT_MPS * step_s(points.at_us[after] - points.at_us[point])
    return bool(too_fast_in and too_fast_out and _metres(points, before, after) < max(way_in, way_out))


@compiled
def step_s(gap_us: int) -> float:
    """The time between two positions by which a speed is judged, in seconds."""
    return max(gap_us, SHORTEST_STEP_US) / SECOND_US


@compiled
def _metres(points: Points, one: int, other: int) -> float:
    return metres_between(points.lat_deg[one], points.lon_deg[one], points.lat_deg[other], points.lon_deg[other])
