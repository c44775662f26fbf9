"""How far a day reached: time-weighted scatter about its middle, and its two farthest positions."""

from __future__ import annotations

import numpy as np

from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.geometry import east_m, metres_between, north_m
from features.catalogue.mobility.tables import STAY, UNKNOWN, Days, Floats, Ints, Nodes, Segments

SPREAD_FACTS = ("radius_of_gyration_m", "location_variance_score", "diameter_m")


@compiled
def state_spread(segments: Segments, nodes: Nodes, days: Days, targets: Ints) -> Floats:
    """`SPREAD_FACTS` of each target day, in columns; NaN where the day has no known time."""
    facts = np.full((len(targets), len(SPREAD_FACTS)), np.nan)
    for row, day in enumerate(targets):
        origin = first_seen(segments, day)
        if origin < 0:
            continue
        known, stayed = moments_of_day(segments, day, origin)
        facts[row, 0] = gyration_m(known)
        if stayed[0] > 0:
            facts[row, 1] = np.log1p(gyration_m(stayed) ** 2)
        facts[row, 2] = _diameter_m(nodes, days, day)
    return facts


@compiled
def first_seen(segments: Segments, day: int) -> int:
    """The first segment of a day whose position is known and which lasts, or -1."""
    for segment in range(segments.first_of_day[day], segments.first_of_day[day + 1]):
        if segments.kind[segment] != UNKNOWN and segments.to_us[segment] > segments.from_us[segment]:
            return segment
    return -1


@compiled
def moments_of_day(segments: Segments, day: int, origin: int) -> tuple[Floats, Floats]:
    """Weight, sums and sum of squares in metres about the origin's position: all known time, and stays alone."""
    known, stayed = np.zeros(4), np.zeros(4)
    for segment in range(segments.first_of_day[day], segments.first_of_day[day + 1]):
        seconds = (segments.to_us[segment] - segments.from_us[segment]) / 1e6
        if segments.kind[segment] != UNKNOWN:
            add_moments(known, segments, segment, origin, seconds)
        if segments.kind[segment] == STAY:
            add_moments(stayed, segments, segment, origin, seconds)
    return known, stayed


@compiled
def add_moments(moments: Floats, segments: Segments, segment: int, origin: int, seconds: float) -> None:
    """Add some seconds of a segment."""
    east = east_m(segments.lat_deg[origin], segments.lon_deg[origin], segments.lon_deg[segment])
    north = north_m(segments.lat_deg[origin], segments.lat_deg[segment])
    moments[0] += seconds
    moments[1] += seconds * east
    moments[2] += seconds * north
    moments[3] += seconds * (east**2 + north**2 + segments.spread_m2[segment])


@compiled
def gyration_m(moments: Floats) -> float:
    """The root mean square distance from the middle, in metres."""
    if moments[0] <= 0:
        return np.nan
    mean_square = moments[3] / moments[0]
    middle_square = (moments[1] ** 2 + moments[2] ** 2) / moments[0] ** 2
    return float(np.sqrt(max(0.0, mean_square - middle_square)))


@compiled
def _diameter_m(nodes: Nodes, days: Days, day: int) -> float:
    """The distance of the two farthest positions of a day, found on the plane and measured on the globe."""
    first, end = nodes.first_of_day[day], nodes.first_of_day[day + 1]
    while first < end and nodes.to_us[first] < days.start_us[day]:
        first += 1
    east, north = np.empty(end - first), np.empty(end - first)
    for node in range(first, end):
        east[node - first] = east_m(nodes.lat_deg[first], nodes.lon_deg[first], nodes.lon_deg[node])
        north[node - first] = north_m(nodes.lat_deg[first], nodes.lat_deg[node])
    one, other = _farthest_pair(east, north)
    here, there = first + one, first + other
    return metres_between(nodes.lat_deg[here], nodes.lon_deg[here], nodes.lat_deg[there], nodes.lon_deg[there])


@compiled
def _farthest_pair(east: Floats, north: Floats) -> tuple[int, int]:
    pair, farthest = (0, 0), 0.0
    for one in range(len(east)):
        for other in range(one):
            square = (east[one] - east[other]) ** 2 + (north[one] - north[other]) ** 2
            if square > farthest:
                pair, farthest = (one, other), square
    return pair
