"""Who somebody is: what stays the same about them, drawn from published ranges of healthy and bipolar samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Floats, clipped_normal, log_normal

WORK_PATTERNS = ("weekdays", "part_time", "shifts", "none")
WORK_PATTERN_SHARES = (0.55, 0.15, 0.12, 0.18)
AGE_GROUPS = ("18-29", "30-44", "45-64", "65+")
AGE_GROUP_SHARES = (0.35, 0.35, 0.25, 0.05)
SEXES = ("female", "male")

CITY_CENTRES_DEG = {"America/New_York": (40.7, -74.0), "Europe/Berlin": (52.5, 13.4)}
KM_PER_DEGREE = 111.2
PLACE_COUNT = 14


@dataclass(frozen=True)
class SleepTraits:
    """Sleep of an ordinary week: hours and hours of the night, the spread from night to night in hours."""

    duration_h: float
    duration_sd_h: float
    midsleep_h: float
    midsleep_sd_h: float
    social_jetlag_h: float
    free_night_extra_h: float
    efficiency_ratio: float


@dataclass(frozen=True)
class PhoneTraits:
    """How the phone is used and carried."""

    screen_h: float
    screen_sigma: float
    unlock_count: float
    carried_ratio: float
    last_use_to_sleep_min: float
    wake_to_first_use_min: float
    use_to_sleep_sd_min: float
    is_switched_off_at_night: bool


@dataclass(frozen=True)
class ContactTraits:
    """Calls, texts and conversations a day, and how many people share them."""

    calls_out_mean: float
    calls_dispersion: float
    texts_out_mean: float
    conversation_mean: float
    contact_count: int


@dataclass(frozen=True)
class Traits:
    """Everything that stays the same about one person."""

    age_group: str
    sex: str
    work_pattern: str
    work_days: tuple[int, ...]
    work_after_wake_h: float
    work_length_h: float
    sleep: SleepTraits
    phone: PhoneTraits
    contact: ContactTraits
    steps_median: float
    steps_sigma: float
    cadence_hz: float
    outings_per_free_day: float
    place_lat_deg: Floats
    place_lon_deg: Floats
    place_weight: Floats
    coverage_ratio: float


def draw_traits(rng: np.random.Generator, zone: str) -> Traits:
    """One person of a zone. Place 0 is home, place 1 work, the others are where they go in their own time."""
    pattern = str(rng.choice(WORK_PATTERNS, p=WORK_PATTERN_SHARES))
    lat_deg, lon_deg = _places(rng, zone)
    return Traits(
        age_group=str(rng.choice(AGE_GROUPS, p=AGE_GROUP_SHARES)),
        sex=str(rng.choice(SEXES)),
        work_pattern=pattern,
        work_days=_work_days(rng, pattern),
        work_after_wake_h=float(rng.uniform(1.1, 2.0)),
        work_length_h=float(rng.uniform(7.0, 9.0) if pattern != "part_time" else rng.uniform(4.0, 6.0)),
        sleep=_sleep(rng),
        phone=_phone(rng),
        contact=_contact(rng),
        steps_median=float(log_normal(rng, 6_000.0, 0.35, 1)[0]),
        # A log-normal sigma of 0.33 to 0.46 is a coefficient of variation of 34 to 49 %.
        steps_sigma=float(rng.uniform(0.33, 0.46)),
        cadence_hz=float(rng.uniform(1.65, 1.98)),
        outings_per_free_day=float(rng.uniform(1.6, 3.0)),
        place_lat_deg=lat_deg,
        place_lon_deg=lon_deg,
        place_weight=_place_weights(rng),
        coverage_ratio=clipped_normal(rng, 0.82, 0.07, 0.6, 0.95),
    )


def around(rng: np.random.Generator, lat_deg: float, lon_deg: float, distance_km: Floats) -> tuple[Floats, Floats]:
    """Points at given distances from one point, each in a direction of its own."""
    bearing = rng.uniform(0.0, 2.0 * np.pi, len(distance_km))
    north_deg = distance_km * np.cos(bearing) / KM_PER_DEGREE
    east_deg = distance_km * np.sin(bearing) / (KM_PER_DEGREE * np.cos(np.radians(lat_deg)))
    return lat_deg + north_deg, lon_deg + east_deg


def _sleep(rng: np.random.Generator) -> SleepTraits:
    return SleepTraits(
        duration_h=clipped_normal(rng, 7.6, 0.8, 6.0, 9.2),
        # 58 to 86 minutes within a healthy person, about a fifth more in bipolar disorder; awakenings and the
        # difference between free and working nights add their part.
        duration_sd_h=float(rng.uniform(58.0, 80.0)) / 60.0,
        midsleep_h=clipped_normal(rng, 4.1, 0.9, 2.6, 5.8),
        midsleep_sd_h=float(rng.uniform(40.0, 65.0)) / 60.0,
        social_jetlag_h=float(rng.uniform(30.0, 90.0)) / 60.0,
        free_night_extra_h=float(rng.uniform(0.1, 0.7)),
        efficiency_ratio=clipped_normal(rng, 0.87, 0.05, 0.72, 0.96),
    )


def _phone(rng: np.random.Generator) -> PhoneTraits:
    return PhoneTraits(
        screen_h=float(rng.uniform(2.5, 5.5)),
        screen_sigma=float(rng.uniform(0.22, 0.34)),
        unlock_count=float(rng.uniform(40.0, 110.0)),
        carried_ratio=float(rng.uniform(0.35, 0.65)),
        last_use_to_sleep_min=float(rng.uniform(4.0, 35.0)),
        wake_to_first_use_min=float(rng.uniform(2.0, 25.0)),
        use_to_sleep_sd_min=float(rng.uniform(10.0, 25.0)),
        is_switched_off_at_night=bool(rng.random() < 0.06),  # noqa: PLR2004 -- a share of people
    )


def _contact(rng: np.random.Generator) -> ContactTraits:
    return ContactTraits(
        calls_out_mean=float(rng.uniform(1.0, 6.0)),
        calls_dispersion=float(rng.uniform(1.0, 2.0)),
        texts_out_mean=float(rng.uniform(3.0, 12.0)),
        conversation_mean=float(rng.uniform(12.0, 28.0)),
        contact_count=int(rng.integers(12, 40)),
    )


def _work_days(rng: np.random.Generator, pattern: str) -> tuple[int, ...]:
    """Weekdays of work, Monday 0; shifts are laid out by the calendar instead."""
    if pattern == "weekdays":
        return (0, 1, 2, 3, 4)
    if pattern == "part_time":
        return tuple(sorted(int(day) for day in rng.choice(5, 3, replace=False)))
    return ()


def _places(rng: np.random.Generator, zone: str) -> tuple[Floats, Floats]:
    centre = CITY_CENTRES_DEG[zone]
    home = around(rng, *centre, rng.uniform(2.0, 25.0, 1))
    work_km = np.clip(log_normal(rng, 8.0, 0.8, 1), 0.6, 45.0)
    other_km = np.clip(log_normal(rng, 3.5, 1.0, PLACE_COUNT - 2), 0.25, 60.0)
    lat_deg, lon_deg = around(rng, float(home[0][0]), float(home[1][0]), np.append(work_km, other_km))
    return np.append(home[0], lat_deg), np.append(home[1], lon_deg)


def _place_weights(rng: np.random.Generator) -> Floats:
    """How often each place is gone to in one's own time: a few favourites and many rarely (Zipf)."""
    weight = 1.0 / np.arange(1.0, PLACE_COUNT - 1)
    drawn = rng.permutation(weight)
    return np.concatenate([[0.0, 0.0], drawn / drawn.sum()])
