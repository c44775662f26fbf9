"""Distances on the globe, without any map: great circles, and metres east and north of a reference."""

from __future__ import annotations

import math

from features.catalogue.mobility.compiled import compiled

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""
METRES_PER_DEGREE = EARTH_RADIUS_M * math.pi / 180.0


@compiled
def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """The great-circle distance of two positions (haversine), in metres."""
    half_lat = math.radians(lat_b - lat_a) / 2.0
    half_lon = math.radians(lon_b - lon_a) / 2.0
    scale = math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b))
    chord = math.sin(half_lat) ** 2 + scale * math.sin(half_lon) ** 2
    return 2.0 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


@compiled
def is_within(lat_a: float, lon_a: float, lat_b: float, lon_b: float, limit_m: float) -> bool:
    """Whether two positions lie at most so many metres apart; most pairs are told apart by latitude alone."""
    if abs(lat_b - lat_a) * METRES_PER_DEGREE > limit_m:
        return False
    return metres_between(lat_a, lon_a, lat_b, lon_b) <= limit_m


@compiled
def turn_deg(lon_from: float, lon_to: float) -> float:
    """The shorter way from one longitude to another, in degrees, east positive: also across the date line."""
    return (lon_to - lon_from + 180.0) % 360.0 - 180.0


@compiled
def east_m(lat_reference: float, lon_reference: float, lon: float) -> float:
    """Metres east of a reference position."""
    return turn_deg(lon_reference, lon) * math.cos(math.radians(lat_reference)) * METRES_PER_DEGREE


@compiled
def north_m(lat_reference: float, lat: float) -> float:
    """Metres north of a reference position."""
    return (lat - lat_reference) * METRES_PER_DEGREE
