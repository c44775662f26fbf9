"""A day as a timeline without gap or overlap: staying, moving, unknown; the parts add up to the day's length."""

from __future__ import annotations

import numpy as np

from features.catalogue.mobility.clean import step_s
from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.geometry import is_within, metres_between, turn_deg
from features.catalogue.mobility.stays import is_bridgeable
from features.catalogue.mobility.tables import (
    MINUTE_US,
    MOVING,
    STAY,
    UNKNOWN,
    Days,
    Floats,
    Ints,
    Nodes,
    Segments,
    Stays,
)

LONGEST_MOVE_GAP_US = 30 * MINUTE_US
"""Between two different places seen further apart in time than this, nobody knows when the journey was."""
FASTEST_MPS = 350.0
"""Faster than any airliner: such a way is an error of one of its ends, and adds nothing."""
HELD_US = 30 * MINUTE_US
"""How long a stay is taken to last beyond its last fix of the day: what comes after the day may not be asked."""
NOBODY = -1
TIMELINE_FACTS = ("stay_us", "moving_us", "unknown_us", "distance_m", "moved_m", "moved_us", "top_speed_mps")
"""The first three add up to the day; the last three are of moving alone, with ways unclipped."""


@compiled
def cut_timeline(nodes: Nodes, days: Days) -> Segments:
    """Segments of every day, in order. Every microsecond of a day lies in exactly one of them."""
    cuts, first_of_day = _cut(nodes, days)
    count = len(cuts)
    kind, stay = np.empty(count, np.int64), np.full(count, NOBODY, np.int64)
    shape = np.zeros((4, count), np.float64)
    gap_us = cuts[:, 2] - cuts[:, 1]
    stays = 0
    for row in range(count):
        kind[row], gap_us[row] = _describe(nodes, days, cuts[row], shape[:, row])
        if kind[row] == STAY:
            stay[row] = stays
            stays += 1
    return Segments(
        cuts[:, 0].copy(),
        cuts[:, 1].copy(),
        cuts[:, 2].copy(),
        kind,
        shape[0],
        shape[1],
        shape[2],
        gap_us,
        shape[3],
        stay,
        first_of_day,
    )


@compiled
def _cut(nodes: Nodes, days: Days) -> tuple[Ints, Ints]:
    """Rows of day, from, to, node before, node after; and where each day's rows begin."""
    cuts = np.empty((2 * len(nodes.day) + 2 * len(days.start_us), 5), np.int64)
    first_of_day = np.zeros(len(days.start_us) + 1, np.int64)
    used = 0
    for day in range(len(days.start_us)):
        first, end = nodes.first_of_day[day], nodes.first_of_day[day + 1]
        cursor = days.start_us[day]
        before = NOBODY
        for node in range(first, end):
            used = _put(cuts, used, (day, cursor, nodes.from_us[node], before, node))
            cursor = max(cursor, nodes.from_us[node])
            held_us = _held_until(nodes, days, node, end)
            used = _put(cuts, used, (day, cursor, held_us, node, node))
            cursor = max(cursor, held_us)
            before = node
        used = _put(cuts, used, (day, cursor, days.end_us[day], before, NOBODY))
        first_of_day[day + 1] = used
    return cuts[:used].copy(), first_of_day


@compiled
def _put(cuts: Ints, used: int, row: tuple[int, int, int, int, int]) -> int:
    """Add a segment unless it is empty and joins nothing; a way that ends on the day's first instant is kept."""
    _, from_us, to_us, before, after = row
    is_way = before != after and min(before, after) != NOBODY
    if to_us <= from_us and not (is_way and to_us == from_us):
        return used
    for column in range(5):
        cuts[used, column] = row[column]
    return used + 1


@compiled
def _held_until(nodes: Nodes, days: Days, node: int, end: int) -> int:
    """When a node ends: the last stay of a day lasts on for a while, but not past the day."""
    if node < end - 1 or not nodes.is_stay[node]:
        return int(nodes.to_us[node])
    return int(min(nodes.to_us[node] + HELD_US, days.end_us[nodes.day[node]]))


@compiled
def _describe(nodes: Nodes, days: Days, cut: Ints, shape: Floats) -> tuple[int, int]:
    """The kind of a segment and its time unclipped; `shape` is filled: latitude, longitude, path, spread."""
    day, before, after = cut[0], cut[3], cut[4]
    if min(before, after) == NOBODY:
        return UNKNOWN, cut[2] - cut[1]
    lat, lon = nodes.lat_deg[before], nodes.lon_deg[before]
    if before == after:
        shape[0], shape[1] = lat, lon
        return STAY, cut[2] - cut[1]
    gap_us = nodes.from_us[after] - nodes.to_us[before]
    if _is_same_place(nodes, days, day, before, after):
        shape[0], shape[1] = lat, lon
        is_there = is_bridgeable(days, day, nodes.to_us[before], nodes.from_us[after])
        return (STAY if is_there else UNKNOWN), gap_us
    path_m = metres_between(lat, lon, nodes.lat_deg[after], nodes.lon_deg[after])
    if path_m > FASTEST_MPS * step_s(gap_us):
        return UNKNOWN, gap_us
    shape[0] = lat + (nodes.lat_deg[after] - lat) / 2.0
    shape[1] = lon + turn_deg(lon, nodes.lon_deg[after]) / 2.0
    # Positions spread evenly along a straight way vary by a twelfth of its length squared.
    shape[2], shape[3] = path_m, path_m**2 / 12.0
    return (MOVING if gap_us <= LONGEST_MOVE_GAP_US else UNKNOWN), gap_us


@compiled
def _is_same_place(nodes: Nodes, days: Days, day: int, one: int, other: int) -> bool:
    """Whether two nodes are stays within one radius of each other."""
    if not (nodes.is_stay[one] and nodes.is_stay[other]):
        return False
    here = (nodes.lat_deg[one], nodes.lon_deg[one])
    return is_within(here[0], here[1], nodes.lat_deg[other], nodes.lon_deg[other], days.radius_m[day])


@compiled
def stays_of(segments: Segments, days: Days, rests: Ints, first_rest: Ints) -> Stays:
    """Stays as they count for their day. `rests` are rows of from, to and side of the day."""
    at = np.flatnonzero(segments.kind == STAY)
    rest_us = np.zeros((len(at), 3), np.int64)
    for stay, row in enumerate(at):
        day = segments.day[row]
        for rest in range(first_rest[day], first_rest[day + 1]):
            overlap = min(segments.to_us[row], rests[rest, 1]) - max(segments.from_us[row], rests[rest, 0])
            rest_us[stay, rests[rest, 2]] += max(0, overlap)
    first_of_day = np.searchsorted(segments.day[at], np.arange(len(days.start_us) + 1))
    return Stays(
        segments.day[at],
        segments.to_us[at] - segments.from_us[at],
        rest_us,
        segments.lat_deg[at],
        segments.lon_deg[at],
        days.radius_m[segments.day[at]],
        first_of_day,
    )


@compiled
def summarise(segments: Segments, days: Days) -> Floats:
    """`TIMELINE_FACTS` of every day, in columns."""
    facts = np.zeros((len(days.start_us), len(TIMELINE_FACTS)), np.float64)
    for row in range(len(segments.day)):
        day, kind = segments.day[row], segments.kind[row]
        facts[day, kind] += segments.to_us[row] - segments.from_us[row]
        facts[day, 3] += segments.path_m[row]
        if kind == MOVING:
            facts[day, 4] += segments.path_m[row]
            facts[day, 5] += segments.gap_us[row]
            facts[day, 6] = max(facts[day, 6], segments.path_m[row] / step_s(segments.gap_us[row]))
    return facts
