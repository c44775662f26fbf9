"""The calendar: on which days somebody works, where they sleep each night, and in which time zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints, log_normal
from pipeline.synthetic.person.confounders import Confounder
from pipeline.synthetic.person.domains import Days, Domain
from pipeline.synthetic.person.traits import PLACE_COUNT, Traits, around
from pipeline.synthetic.plan import CohortPlan
from pipeline.synthetic.wall_clock import WallClock, day_numbers, wall_clock

FAR_CITIES_DEG = {
    "America/Los_Angeles": (34.05, -118.25),
    "America/Denver": (39.74, -104.99),
    "America/New_York": (40.75, -73.99),
    "Europe/London": (51.51, -0.13),
    "Asia/Dubai": (25.2, 55.27),
    "Asia/Tokyo": (35.68, 139.69),
}
PLACES_PER_STAY = 6
ABSENT_AT_WITHDRAWAL_RATIO = 0.22
"""How much likelier a working day at home becomes with each standard deviation that mobility is down."""


@dataclass(frozen=True)
class Atlas:
    """All places of a person: how often each is gone to, and from which base (the number of a place) it is.

    Place 0 is the first home, place 1 is work. `is_home` marks homes of their own, not where they stay on journeys.
    """

    lat_deg: Floats
    lon_deg: Floats
    weight: Floats
    base: Ints
    is_home: Bools


@dataclass(frozen=True)
class Calendar:
    """Day by day, one day more than the study has, so that its last evening has a night after it.

    `night_base` and `night_zone` (an index into `clocks`) are of the night that ends on the day. `shift_starts_h`
    is the hour of a shift, not a number where the hour follows from waking.
    """

    day_number: Ints
    weekday: Ints
    is_work_day: Bools
    shift_starts_h: Floats
    is_free: Bools
    night_base: Ints
    night_zone: Ints
    jetlag_h: Floats
    clocks: tuple[WallClock, ...]
    atlas: Atlas

    @property
    def length(self) -> int:
        """Days of the calendar."""
        return len(self.day_number)

    def is_away(self) -> Bools:
        """Whether the night before each day was spent on a journey."""
        return np.asarray(~self.atlas.is_home[self.night_base])


def draw_calendar(
    rng: np.random.Generator,
    plan: CohortPlan,
    home_zone: str,
    traits: Traits,
    events: tuple[Confounder, ...],
    days: Days,
) -> Calendar:
    """Lay out days, nights and places, with journeys and house moves."""
    count = plan.day_count + 1
    number = day_numbers(plan.first_day, count)
    weekday = (number + 3) % 7
    names = [home_zone, *sorted({event.zone for event in events if event.zone is not None})]
    atlas, base, zone = _nights(rng, traits, events, names, count)
    off = _off_work(events, count) | (base != np.roll(base, -1))
    regular, shift_h = _roster(rng, traits, weekday)
    absent = rng.random(count) < _absence(days, count)
    clocks = tuple(wall_clock(name, plan.first_day, plan.last_day) for name in names)
    jetlag = _jetlag(zone, clocks, number)
    return Calendar(
        number, weekday, regular & ~off & ~absent, shift_h, ~regular | off, base, zone, jetlag, clocks, atlas
    )


def _absence(days: Days, count: int) -> Floats:
    """The probability of staying away from work: low, and higher the more somebody has withdrawn."""
    down = np.maximum(0.0, -days.shift[:count, Domain.MOBILITY])
    return np.asarray(np.clip(0.03 + ABSENT_AT_WITHDRAWAL_RATIO * down, 0.0, 0.8))


def _roster(rng: np.random.Generator, traits: Traits, weekday: Ints) -> tuple[Bools, Floats]:
    """Days of work and, for shifts (four on, two off; early and late weeks in turn), the hour they begin."""
    day = np.arange(len(weekday))
    if traits.work_pattern != "shifts":
        return np.isin(weekday, traits.work_days), np.full(len(day), np.nan)
    turn = day + int(rng.integers(0, 12))
    return np.asarray(turn % 6 < 4), np.where(turn // 6 % 2 == 0, 7.0, 14.0)  # noqa: PLR2004 -- four on, two off


def _off_work(events: tuple[Confounder, ...], count: int) -> Bools:
    off = np.zeros(count, dtype=np.bool_)
    for event in events:
        if event.kind.is_off_work:
            off[event.first_day : event.last_day + 1] = True
    return off


def _nights(
    rng: np.random.Generator, traits: Traits, events: tuple[Confounder, ...], zones: list[str], count: int
) -> tuple[Atlas, Ints, Ints]:
    """The atlas with the places of each move and journey added, and base and zone of each night."""
    atlas = _home_atlas(traits)
    base, zone = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    # Moves first, so that a journey from the new home overrides it for its own nights.
    for event in sorted(events, key=lambda event: event.kind.name):
        if event.kind.name not in {"house_move", "travel"}:
            continue
        is_move = event.kind.name == "house_move"
        nights = slice(event.first_day + 1, count if is_move else event.last_day + 1)
        base[nights] = len(atlas.weight)
        zone[nights] = zones.index(event.zone) if event.zone else 0
        atlas = _with_stay(rng, traits, event, atlas)
    return atlas, base, zone


def _home_atlas(traits: Traits) -> Atlas:
    is_home = np.arange(PLACE_COUNT) == 0
    from_home = np.zeros(PLACE_COUNT, dtype=np.int64)
    return Atlas(traits.place_lat_deg, traits.place_lon_deg, traits.place_weight, from_home, is_home)


def _with_stay(rng: np.random.Generator, traits: Traits, event: Confounder, atlas: Atlas) -> Atlas:
    """The atlas with one more base and the places around it."""
    lat, lon, weight = _stay(rng, traits, event)
    first = len(atlas.weight)
    is_home = (np.arange(len(lat)) == 0) & (event.kind.name == "house_move")
    return Atlas(
        np.append(atlas.lat_deg, lat),
        np.append(atlas.lon_deg, lon),
        np.append(atlas.weight, weight),
        np.append(atlas.base, np.full(len(lat), first)),
        np.append(atlas.is_home, is_home),
    )


def _stay(rng: np.random.Generator, traits: Traits, event: Confounder) -> tuple[Floats, Floats, Floats]:
    """A place to sleep and places to go to from there: far away on a journey, in the same town after a move."""
    centre = (float(traits.place_lat_deg[0]), float(traits.place_lon_deg[0]))
    if event.kind.name == "house_move":
        distance = log_normal(rng, 6.0, 0.5, 1)
    elif event.zone is not None:
        centre, distance = FAR_CITIES_DEG[event.zone], rng.uniform(1.0, 8.0, 1)
    else:
        distance = rng.uniform(90.0, 450.0, 1)
    bed = around(rng, *centre, distance)
    near_km = np.clip(log_normal(rng, 2.0, 0.8, PLACES_PER_STAY - 1), 0.2, 30.0)
    lat, lon = around(rng, float(bed[0][0]), float(bed[1][0]), near_km)
    weight = np.append(0.0, np.full(PLACES_PER_STAY - 1, 1.0 / (PLACES_PER_STAY - 1)))
    return np.append(bed[0], lat), np.append(bed[1], lon), weight


def _jetlag(zone: Ints, clocks: tuple[WallClock, ...], day_number: Ints) -> Floats:
    """Hours by which the body clock is late of the wall clock: a jump at each crossing, then an hour less a day."""
    offset_h = np.array([clock.offset_s[0] for clock in clocks])[zone] / 3600.0
    lag = np.zeros(len(day_number))
    for night in range(1, len(lag)):
        lag[night] = np.sign(lag[night - 1]) * max(0.0, abs(lag[night - 1]) - 1.0)
        lag[night] += (offset_h[night] - offset_h[night - 1]) * 0.5
    return np.clip(lag, -3.0, 3.0)
