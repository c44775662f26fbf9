"""Whereabouts: stays and trips of each day, and the position at any instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints, log_normal
from pipeline.synthetic.life.nights import Nights
from pipeline.synthetic.person.calendar import Atlas, Calendar
from pipeline.synthetic.person.domains import Days, Domain
from pipeline.synthetic.person.traits import KM_PER_DEGREE, Traits
from pipeline.synthetic.wall_clock import HOUR_S, to_utc

WORK_PLACE = 1
SLOTS = 4
"""How often at most somebody goes out in their own time on one day."""
WALKED_BELOW_KM = 1.2
WALK_M_PER_S = 1.3
CITY_M_PER_S = 9.0
ROAD_M_PER_S = 23.0
FLIGHT_M_PER_S = 220.0
ROAD_FROM_KM, FLIGHT_FROM_KM = 15.0, 600.0
DOOR_TO_DOOR_S = 240.0
FLIGHT_OVERHEAD_S = 2.5 * HOUR_S
BEND_RATIO = 0.1
"""A trip bends away from the straight line by this share of its length."""
BENT_LENGTH_RATIO = 1.0244
"""How much longer that makes it: the integral of sqrt(1 + (0.1 π cos πf)²) for f from 0 to 1."""


@dataclass(frozen=True)
class Whereabouts:
    """Trips in order of time; between two trips the person is where the first one went. Place numbers of `atlas`."""

    atlas: Atlas
    start_s: Floats
    end_s: Floats
    from_place: Ints
    to_place: Ints
    length_m: Floats
    is_walk: Bools

    def trip_at(self, at_s: Floats) -> tuple[Ints, Bools]:
        """The last trip begun by each instant (0 before the first) and whether it is still under way."""
        index = np.maximum(np.searchsorted(self.start_s, at_s, side="right") - 1, 0)
        return index, np.asarray((at_s >= self.start_s[index]) & (at_s < self.end_s[index]))

    def place_at(self, at_s: Floats) -> Ints:
        """The place at each instant, -1 on the way."""
        index, under_way = self.trip_at(at_s)
        place = np.where(at_s < self.start_s[index], self.from_place[index], self.to_place[index])
        return np.asarray(np.where(under_way, -1, place))

    def speed_at(self, at_s: Floats) -> Floats:
        """Metres a second at each instant, 0 at a place."""
        index, under_way = self.trip_at(at_s)
        return np.where(under_way, self.length_m[index] / (self.end_s[index] - self.start_s[index]), 0.0)

    def position_at(self, at_s: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude in degrees at each instant."""
        index, _ = self.trip_at(at_s)
        done = np.clip((at_s - self.start_s[index]) / (self.end_s[index] - self.start_s[index]), 0.0, 1.0)
        lat, lon = self.atlas.lat_deg, self.atlas.lon_deg
        begin, end = self.from_place[index], self.to_place[index]
        north, east = lat[end] - lat[begin], lon[end] - lon[begin]
        shrink = np.cos(np.radians(lat[begin]))
        bend = BEND_RATIO * np.sin(np.pi * done)
        return lat[begin] + done * north - bend * east * shrink, lon[begin] + done * east + bend * north / shrink


def draw_whereabouts(
    rng: np.random.Generator, traits: Traits, calendar: Calendar, nights: Nights, days: Days
) -> Whereabouts:
    """All trips: to work and back, out and back in one's own time, and from one base to the next."""
    wake_s, bed_s = nights.offset_s[:-1], nights.onset_s[1:]
    base = calendar.night_base[:-1]
    works = calendar.is_work_day[:-1]
    starts_s, ends_s = _work_hours(rng, traits, calendar, wake_s)
    commute_s = travel_time_s(calendar.atlas, base, np.full_like(base, WORK_PLACE))
    starts_s = np.maximum(starts_s, wake_s + 1500.0 + commute_s)
    ends_s = np.minimum(np.maximum(ends_s, starts_s + 2.0 * HOUR_S), bed_s - commute_s - 2400.0)
    works &= ends_s > starts_s + HOUR_S
    free_from_s = np.where(works, ends_s + commute_s + 600.0, wake_s + 3600.0)
    is_settled = base == calendar.night_base[1:]
    out = _outings(rng, traits, calendar, (free_from_s, bed_s - 2400.0), is_settled, days)
    work_place = np.full(int(works.sum()), WORK_PLACE)
    work = _Stays(base[works], work_place, starts_s[works], ends_s[works])
    return _trips(rng, calendar.atlas, (work, out), _moves(rng, calendar, wake_s, bed_s))


def distance_m(atlas: Atlas, begin: Ints, end: Ints) -> Floats:
    """Metres along the bent way between two places (flat-earth, as the positions are)."""
    north = atlas.lat_deg[end] - atlas.lat_deg[begin]
    east = (atlas.lon_deg[end] - atlas.lon_deg[begin]) * np.cos(np.radians(atlas.lat_deg[begin]))
    return np.asarray(np.hypot(north, east) * KM_PER_DEGREE * 1000.0 * BENT_LENGTH_RATIO)


def travel_time_s(atlas: Atlas, begin: Ints, end: Ints) -> Floats:
    """Seconds that a way takes: on foot where it is short, by car or rail, by air where it is far."""
    metres = distance_m(atlas, begin, end)
    kilometres = metres / 1000.0
    speed = np.select(
        [kilometres < WALKED_BELOW_KM, kilometres < ROAD_FROM_KM, kilometres < FLIGHT_FROM_KM],
        [WALK_M_PER_S, CITY_M_PER_S, ROAD_M_PER_S],
        FLIGHT_M_PER_S,
    )
    overhead = np.select(
        [kilometres < WALKED_BELOW_KM, kilometres < FLIGHT_FROM_KM], [0.0, DOOR_TO_DOOR_S], FLIGHT_OVERHEAD_S
    )
    return np.asarray(metres / speed + overhead + 30.0)


@dataclass(frozen=True)
class _Stays:
    """Stays away from a base: one goes there from the base and back to it."""

    base: Ints
    place: Ints
    start_s: Floats
    end_s: Floats


@dataclass(frozen=True)
class _Moves:
    """One-way trips from a base to the next."""

    begin: Ints
    end: Ints
    start_s: Floats
    end_s: Floats


def _work_hours(rng: np.random.Generator, traits: Traits, calendar: Calendar, wake_s: Floats) -> tuple[Floats, Floats]:
    """When work begins and ends: by the shift, else by the hour that the person's usual waking allows."""
    count = len(wake_s)
    usual_wake_h = traits.sleep.midsleep_h + traits.sleep.duration_h / 2.0 - traits.sleep.social_jetlag_h * 0.3
    hour = np.where(
        np.isfinite(calendar.shift_starts_h), calendar.shift_starts_h, usual_wake_h + traits.work_after_wake_h
    )
    jitter_h = rng.normal(0.0, 0.2, count)
    begin_s = to_utc(calendar.clocks, calendar.night_zone[:-1], calendar.day_number[:-1], hour[:-1] + jitter_h)
    return begin_s, begin_s + (traits.work_length_h + rng.normal(0.0, 0.6, count)) * HOUR_S


def _outings(
    rng: np.random.Generator,
    traits: Traits,
    calendar: Calendar,
    window_s: tuple[Floats, Floats],
    is_settled: Bools,
    days: Days,
) -> _Stays:
    """Going out in one's own time: the free part of the day in four slots, each used or not, none overlapping."""
    count = len(is_settled)
    slot_s = np.maximum(window_s[1] - window_s[0], 0.0) / SLOTS
    level = 0.85 * days.shift[:count, Domain.MOBILITY] + 0.5 * days.noise[:count, Domain.MOBILITY]
    wanted = traits.outings_per_free_day * np.exp(level) * slot_s / (3.2 * HOUR_S)
    goes = (rng.random((count, SLOTS)) < np.clip(wanted / SLOTS, 0.0, 0.9)[:, None]) & is_settled[:, None]
    goes &= ~_stays_in(rng, days, count)[:, None]
    day, slot = np.nonzero(goes)
    base = calendar.night_base[:-1][day]
    place = _chosen(rng, calendar.atlas, base, level[day])
    way_s = travel_time_s(calendar.atlas, base, place)
    room_s = slot_s[day] - 2.0 * way_s - 300.0
    stay_s = np.minimum(log_normal(rng, np.full(len(day), 4800.0), 0.7), room_s)
    start_s = window_s[0][day] + slot * slot_s[day] + way_s + rng.random(len(day)) * (room_s - stay_s)
    fits = stay_s > 300.0  # noqa: PLR2004 -- nobody goes out for less than five minutes
    return _Stays(base[fits], place[fits], start_s[fits], (start_s + stay_s)[fits])


def _stays_in(rng: np.random.Generator, days: Days, count: int) -> Bools:
    """Days on which nobody goes out of their own will: about one in ten, more where mobility is down."""
    return np.asarray(rng.random(count) < np.clip(0.1 - 0.15 * days.shift[:count, Domain.MOBILITY], 0.01, 0.75))


def _chosen(rng: np.random.Generator, atlas: Atlas, base: Ints, level: Floats) -> Ints:
    """A place for each outing, by weight; the more mobile the day, the likelier a far one."""
    reach = np.log(1.0 + np.hypot(atlas.lat_deg - atlas.lat_deg[atlas.base], atlas.lon_deg - atlas.lon_deg[atlas.base]))
    weight = np.where(atlas.base == base[:, None], atlas.weight, 0.0) * np.exp(
        np.clip(12.0 * reach, 0, 3) * level[:, None]
    )
    edges = np.cumsum(weight, axis=1)
    drawn = rng.random(len(base)) * edges[:, -1]
    return np.asarray((edges <= drawn[:, None]).sum(axis=1))


def _moves(rng: np.random.Generator, calendar: Calendar, wake_s: Floats, bed_s: Floats) -> _Moves:
    """Departures, returns and house moves; a journey that would not end before bed time is a faster one."""
    day = np.flatnonzero(calendar.night_base[:-1] != calendar.night_base[1:])
    begin, end = calendar.night_base[:-1][day], calendar.night_base[1:][day]
    start_s = wake_s[day] + rng.uniform(1.0, 2.0, len(day)) * HOUR_S
    latest_s = np.maximum(bed_s[day] - 2400.0, start_s + HOUR_S)
    arrives_s = np.minimum(start_s + travel_time_s(calendar.atlas, begin, end), latest_s)
    return _Moves(begin, end, start_s, arrives_s)


def _trips(rng: np.random.Generator, atlas: Atlas, stays: tuple[_Stays, ...], moves: _Moves) -> Whereabouts:
    """There and back for each stay, and the moves, in order of time."""
    base = np.concatenate([part.base for part in stays])
    place = np.concatenate([part.place for part in stays])
    start_s = np.concatenate([part.start_s for part in stays])
    end_s = np.concatenate([part.end_s for part in stays])
    way_s = travel_time_s(atlas, base, place)
    hurry = rng.uniform(0.82, 1.0, (2, len(base)))
    starts = np.concatenate([start_s - way_s * hurry[0], end_s, moves.start_s])
    ends = np.concatenate([start_s, end_s + way_s * hurry[1], moves.end_s])
    begin, end = np.concatenate([base, place, moves.begin]), np.concatenate([place, base, moves.end])
    order = np.argsort(starts, kind="stable")
    metres = distance_m(atlas, begin, end)[order]
    is_walk = metres < WALKED_BELOW_KM * 1000.0
    return Whereabouts(atlas, starts[order], ends[order], begin[order], end[order], metres, is_walk)
