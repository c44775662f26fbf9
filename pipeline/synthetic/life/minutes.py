"""Minute by minute: asleep or awake, where, walking or riding, with the phone on the body or lying somewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints
from pipeline.synthetic.life.nights import Nights
from pipeline.synthetic.life.whereabouts import Whereabouts
from pipeline.synthetic.person.calendar import Calendar
from pipeline.synthetic.person.domains import Days, Domain
from pipeline.synthetic.person.traits import Traits
from pipeline.synthetic.wall_clock import to_utc

MINUTE_S = 60.0
DOOR_WALK_S = 150.0
"""On foot at either end of a ride."""
BOUT_MIN = 2
CARRY_BLOCK_MIN = 15
CARRIED_ON_THE_WAY_RATIO = 0.97
CARRIED_WALKING_RATIO = 0.75


@dataclass(frozen=True)
class Minutes:
    """Every minute of the study from `start_s` on. `day` is the local day of the study, 0 the first."""

    start_s: float
    edges_s: Floats
    day: Ints
    place: Ints
    is_asleep: Bools
    is_walking: Bools
    is_riding: Bools
    is_carried: Bools
    steps_per_min: float

    def index(self, at_s: Floats) -> Ints:
        """The minute of each instant; instants outside the study count to its nearest minute."""
        minute = np.floor((at_s - self.start_s) / MINUTE_S).astype(np.int64)
        return np.clip(minute, 0, len(self.day) - 1)

    @property
    def at_s(self) -> Floats:
        """The middle of each minute."""
        return np.asarray(self.start_s + (np.arange(len(self.day)) + 0.5) * MINUTE_S, dtype=np.float64)


def day_edges_s(calendar: Calendar, day_starts_h: int) -> Floats:
    """The instants at which local days begin, in the zone of the night before, and the end of the last."""
    hour = np.full(calendar.length, float(day_starts_h))
    return to_utc(calendar.clocks, calendar.night_zone, calendar.day_number, hour)


def draw_minutes(
    rng: np.random.Generator,
    traits: Traits,
    edges_s: Floats,
    nights: Nights,
    whereabouts: Whereabouts,
    days: Days,
) -> Minutes:
    """All minutes of the study."""
    count = round((edges_s[-1] - edges_s[0]) / MINUTE_S)
    at_s = edges_s[0] + (np.arange(count) + 0.5) * MINUTE_S
    day = np.searchsorted(edges_s, at_s, side="right") - 1
    is_asleep = nights.spans.contains(at_s)
    on_foot, is_riding = _on_the_way(whereabouts, at_s)
    steps_per_min = traits.cadence_hz * MINUTE_S
    target = _walking_minutes(rng, traits, days, len(edges_s) - 1)
    may_walk = ~is_asleep & ~on_foot & ~is_riding
    is_walking = on_foot | _bouts(rng, day, may_walk, target - np.bincount(day[on_foot], minlength=len(target)))
    is_carried = _carried(rng, traits, is_asleep, is_walking, is_riding)
    place = whereabouts.place_at(at_s)
    return Minutes(float(edges_s[0]), edges_s, day, place, is_asleep, is_walking, is_riding, is_carried, steps_per_min)


def _walking_minutes(rng: np.random.Generator, traits: Traits, days: Days, count: int) -> Floats:
    """Minutes of walking that make up the steps of each day."""
    level = days.shift[:count, Domain.ACTIVITY] + 0.8 * days.noise[:count, Domain.ACTIVITY]
    own = rng.normal(0.0, 0.6, count)
    return np.asarray(traits.steps_median * np.exp(traits.steps_sigma * (level + own)) / (traits.cadence_hz * MINUTE_S))


def _on_the_way(whereabouts: Whereabouts, at_s: Floats) -> tuple[Bools, Bools]:
    """On foot on a trip (all of a short one, both ends of a ride), and riding."""
    trip, under_way = whereabouts.trip_at(at_s)
    near_a_door = (at_s - whereabouts.start_s[trip] < DOOR_WALK_S) | (whereabouts.end_s[trip] - at_s < DOOR_WALK_S)
    on_foot = under_way & (whereabouts.is_walk[trip] | near_a_door)
    return np.asarray(on_foot), np.asarray(under_way & ~on_foot)


def _bouts(rng: np.random.Generator, day: Ints, may_walk: Bools, wanted_min: Floats) -> Bools:
    """Short walks scattered over the waking day, so many that the day's wish comes out on average."""
    possible = np.bincount(day[may_walk], minlength=len(wanted_min))
    share = np.clip(np.maximum(wanted_min, 4.0) / np.maximum(possible, 1), 0.0, 0.6)
    block = np.arange(len(day)) // BOUT_MIN
    drawn = rng.random(int(block[-1]) + 1)[block]
    return np.asarray(may_walk & (drawn < share[day]))


def _carried(rng: np.random.Generator, traits: Traits, is_asleep: Bools, is_walking: Bools, is_riding: Bools) -> Bools:
    """Whether the phone is on the body: nearly always on the way, now and then at a place, never asleep."""
    block = np.arange(len(is_asleep)) // CARRY_BLOCK_MIN
    resting = rng.random(int(block[-1]) + 1)[block] < traits.phone.carried_ratio
    drawn = rng.random(len(block) // BOUT_MIN + 1)[np.arange(len(block)) // BOUT_MIN]
    ratio = np.where(is_riding, CARRIED_ON_THE_WAY_RATIO, CARRIED_WALKING_RATIO)
    moving = np.where(is_walking | is_riding, drawn < ratio, resting)
    return np.asarray(moving & ~is_asleep)
