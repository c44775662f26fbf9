"""What befalls people that is no episode: travel, illness, holidays, busy weeks, new phones, and how it shows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.synthetic.chance import Floats
from pipeline.synthetic.person.domains import DOMAIN_COUNT, Domain

DAYS_PER_YEAR = 365.25
FAR_TRAVEL_SHARE = 0.3
"""Of journeys, those that cross at least two time zones."""


@dataclass(frozen=True)
class Kind:
    """One kind of event: how often a year, how many days, what it moves (in own standard deviations)."""

    name: str
    per_year: float
    least_days: int
    most_days: int
    moves: dict[Domain, float] = field(default_factory=dict)
    is_off_work: bool = False
    is_instant: bool = False


KINDS = (
    Kind("travel", 3.0, 3, 14, {Domain.ACTIVITY: 0.4, Domain.CONTACT: -0.2}, is_off_work=True),
    Kind(
        "illness",
        2.5,
        3,
        7,
        {
            Domain.ACTIVITY: -1.0,
            Domain.MOBILITY: -1.2,
            Domain.SLEEP_AMOUNT: 0.7,
            Domain.CONTACT: -0.3,
            Domain.SCREEN: 0.4,
            Domain.MOOD: -0.6,
        },
        is_off_work=True,
    ),
    Kind("holiday", 3.0, 7, 14, {Domain.SLEEP_TIMING: 0.7, Domain.SLEEP_AMOUNT: 0.4}, is_off_work=True),
    Kind(
        "crunch",
        2.0,
        7,
        14,
        {Domain.SLEEP_AMOUNT: -0.9, Domain.SLEEP_TIMING: 0.3, Domain.ACTIVITY: 0.5, Domain.CONTACT: 0.3},
    ),
    Kind(
        "bereavement_or_birth",
        0.1,
        14,
        30,
        {Domain.MOOD: -1.0, Domain.SLEEP_AMOUNT: -0.6, Domain.ACTIVITY: -0.5, Domain.CONTACT: 0.5},
        is_off_work=True,
    ),
    Kind("medication_change", 1.5, 5, 10, {Domain.SLEEP_AMOUNT: 0.3}),
    Kind("app_update", 8.0, 1, 1, is_instant=True),
    Kind("phone_swap", 0.4, 1, 1, is_instant=True),
    Kind("sampling_change", 1.0, 1, 1, is_instant=True),
    Kind("house_move", 0.1, 1, 1, is_instant=True),
)


@dataclass(frozen=True)
class Confounder:
    """One event, first to last day of the study inclusive. `zone` is set where a journey crosses time zones."""

    kind: Kind
    first_day: int
    last_day: int
    zone: str | None = None


FAR_ZONES = {
    "America/New_York": ("America/Los_Angeles", "Europe/London", "America/Denver"),
    "Europe/Berlin": ("America/New_York", "Asia/Dubai", "Asia/Tokyo"),
}


def draw_confounders(rng: np.random.Generator, home_zone: str, day_count: int) -> tuple[Confounder, ...]:
    """The events of one person, in order of time; those that last do not overlap."""
    drawn = [event for kind in KINDS for event in _of_kind(rng, kind, home_zone, day_count)]
    kept: list[Confounder] = []
    for event in drawn:
        if event.kind.is_instant or not any(_touch(event, other) for other in kept):
            kept.append(event)
    return tuple(sorted(kept, key=lambda event: (event.first_day, event.kind.name)))


def moved_by(confounders: tuple[Confounder, ...], day_count: int) -> Floats:
    """The shift of each domain on each day that comes of these events."""
    shift = np.zeros((day_count, DOMAIN_COUNT))
    for event in confounders:
        for domain, size in event.kind.moves.items():
            shift[event.first_day : event.last_day + 1, domain] += size
    return shift


def days_of(confounders: tuple[Confounder, ...], name: str) -> tuple[int, ...]:
    """The first days of all events of one kind."""
    return tuple(event.first_day for event in confounders if event.kind.name == name)


def _of_kind(rng: np.random.Generator, kind: Kind, home_zone: str, day_count: int) -> list[Confounder]:
    count = int(rng.poisson(kind.per_year * day_count / DAYS_PER_YEAR))
    events = []
    for _ in range(count):
        length = int(rng.integers(kind.least_days, kind.most_days + 1))
        is_far, far_zone = rng.random() < FAR_TRAVEL_SHARE, str(rng.choice(FAR_ZONES[home_zone]))
        first = int(rng.integers(2, max(day_count - length - 2, 3)))
        zone = far_zone if kind.name == "travel" and is_far else None
        if first + length < day_count - 1:
            events.append(Confounder(kind, first, first + length - 1, zone))
    return events


def _touch(one: Confounder, other: Confounder) -> bool:
    """Whether two events that last come within a day of each other."""
    if other.kind.is_instant:
        return False
    return one.first_day <= other.last_day + 1 and other.first_day <= one.last_day + 1
