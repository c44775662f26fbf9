"""Home: where most of the night was spent over the trailing four weeks; it may move, and there may be none."""

from __future__ import annotations

import numpy as np

from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.geometry import is_within, metres_between
from features.catalogue.mobility.nights import EVENING, EVENING_BY_CLOCK, MORNING
from features.catalogue.mobility.places import label_places, time_at, window_start
from features.catalogue.mobility.tables import (
    HOUR_US,
    STAY,
    UNKNOWN,
    Days,
    Floats,
    Homes,
    Ints,
    Nodes,
    Segments,
    Stays,
)

HOME_DAYS = 28
FEWEST_NIGHTS = 3
HOME_FACTS = ("home_time_h", "first_out_at_us", "last_home_at_us", "max_distance_home_m")
ELSEWHERE, AT_HOME, UNSEEN = 0, 1, 2


@compiled
def find_homes(stays: Stays, days: Days, targets: Ints) -> Homes:
    """The home of each target day, from the nights of its trailing 28 days, the day itself included."""
    count = len(targets)
    homes = Homes(
        np.zeros(count, np.bool_), np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, np.int64)
    )
    for row, day in enumerate(targets):
        first = stays.first_of_day[window_start(days, day, HOME_DAYS)]
        end = stays.first_of_day[day + 1]
        rest_us = _known_rest(stays, day, first, end)
        homes.night_count[row] = _count_nights(stays, days, first, rest_us)
        if rest_us.sum() > 0:
            _settle(stays, days, first, rest_us, (homes, row))
    return homes


@compiled
def _settle(stays: Stays, days: Days, first: int, rest_us: Ints, target: tuple[Homes, int]) -> None:
    """Write down the place with most night time, if it was slept at on enough nights."""
    homes, row = target
    in_all = rest_us[:, MORNING] + rest_us[:, EVENING]
    labels = label_places(stays, first, in_all)
    best = np.argmax(time_at(labels, in_all, labels.max() + 1))
    founder = -1
    rested_there = rest_us.copy()
    for stay in range(len(labels)):
        if labels[stay] != best:
            rested_there[stay, :] = 0
        elif founder < 0 or in_all[stay] > in_all[founder]:
            founder = stay
    homes.is_found[row] = _count_nights(stays, days, first, rested_there) >= FEWEST_NIGHTS
    homes.lat_deg[row], homes.lon_deg[row] = stays.lat_deg[first + founder], stays.lon_deg[first + founder]
    homes.radius_m[row] = stays.radius_m[first + founder]


@compiled
def _known_rest(stays: Stays, day: int, first: int, end: int) -> Ints:
    """Rest of stays in the night before and after, as known when a day ends: its own evening by the clock."""
    rest_us = stays.rest_us[first:end, : EVENING + 1].copy()
    for stay in range(stays.first_of_day[day], end):
        rest_us[stay - first, EVENING] = stays.rest_us[stay, EVENING_BY_CLOCK]
    return rest_us


@compiled
def _count_nights(stays: Stays, days: Days, first: int, rest_us: Ints) -> int:
    """On how many nights there was some rest in the stays from `first` on. A night has its morning's date."""
    count, latest = 0, -1
    for part in range(2 * len(rest_us)):
        stay, side = part // 2, part % 2
        night = days.date[stays.day[first + stay]] + side
        if rest_us[stay, side] > 0 and night > latest:
            count, latest = count + 1, night
    return count


@compiled
def is_at_home(homes: Homes, row: int, lat: float, lon: float, radius_m: float) -> bool:
    """Whether a stay of a radius lies at the home of a target day."""
    limit_m = max(homes.radius_m[row], radius_m)
    return is_within(homes.lat_deg[row], homes.lon_deg[row], lat, lon, limit_m)


@compiled
def state_home(segments: Segments, nodes: Nodes, days: Days, targets: Ints, homes: Homes) -> Floats:
    """`HOME_FACTS` of each target day with a home, in columns; NaN where there is none to tell."""
    facts = np.full((len(targets), len(HOME_FACTS)), np.nan)
    for row, day in enumerate(targets):
        if not homes.is_found[row]:
            continue
        where = _whereabouts(segments, days, day, homes, row)
        first = segments.first_of_day[day]
        from_us, to_us = segments.from_us[first : first + len(where)], segments.to_us[first : first + len(where)]
        at_home_us = 0
        for segment in range(len(where)):
            at_home_us += (to_us[segment] - from_us[segment]) * (where[segment] == AT_HOME)
        facts[row, 0] = at_home_us / HOUR_US
        facts[row, 1] = _first_out(where, to_us)
        facts[row, 2] = _last_home(where, from_us)
        facts[row, 3] = _farthest(nodes, days, day, homes, row)
    return facts


@compiled
def _whereabouts(segments: Segments, days: Days, day: int, homes: Homes, row: int) -> Ints:
    """For each segment of a day: at home, elsewhere or unseen."""
    first, end = segments.first_of_day[day], segments.first_of_day[day + 1]
    where = np.full(end - first, ELSEWHERE, np.int64)
    for segment in range(first, end):
        position = (segments.lat_deg[segment], segments.lon_deg[segment])
        if segments.kind[segment] == UNKNOWN:
            where[segment - first] = UNSEEN
        elif segments.kind[segment] == STAY and is_at_home(homes, row, position[0], position[1], days.radius_m[day]):
            where[segment - first] = AT_HOME
    return where


@compiled
def _first_out(where: Ints, to_us: Ints) -> float:
    """The instant of the first leaving of home, NaN where nobody left or the first leaving was not seen."""
    left_us, was_seen = np.nan, False
    is_home = False
    for segment in range(len(where)):
        if where[segment] == AT_HOME:
            is_home, was_seen, left_us = True, True, float(to_us[segment])
        elif where[segment] == UNSEEN:
            was_seen = False
        elif is_home:
            return left_us if was_seen else np.nan
    return np.nan


@compiled
def _last_home(where: Ints, from_us: Ints) -> float:
    """The instant of the last coming home, NaN where nobody came home or the last coming was not seen."""
    came_us = np.nan
    is_away, was_seen = False, False
    for segment in range(len(where)):
        if where[segment] == ELSEWHERE:
            is_away, was_seen = True, True
        elif where[segment] == UNSEEN:
            was_seen = False
        elif is_away:
            came_us = float(from_us[segment]) if was_seen else np.nan
            is_away = False
    return came_us


@compiled
def _farthest(nodes: Nodes, days: Days, day: int, homes: Homes, row: int) -> float:
    """The greatest distance from home at which the day saw somebody, in metres."""
    farthest = np.nan
    for node in range(nodes.first_of_day[day], nodes.first_of_day[day + 1]):
        if nodes.to_us[node] >= days.start_us[day]:
            home = (homes.lat_deg[row], homes.lon_deg[row])
            metres = metres_between(home[0], home[1], nodes.lat_deg[node], nodes.lon_deg[node])
            farthest = metres if np.isnan(farthest) else max(farthest, metres)
    return farthest
