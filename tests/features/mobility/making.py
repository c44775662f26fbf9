"""Days in metres about a made-up origin, written by hand and turned into fixes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import polars as pl

from features.catalogue.mobility import MOBILITY
from features.catalogue.mobility.geometry import METRES_PER_DEGREE
from features.declaration import Observations
from pipeline.vocabulary.streams.location import GPS
from tests.features.making import observed, stated

ORIGIN = (42.0, -72.0)
MONDAY = date(2024, 5, 6)
Fix = tuple[datetime, float, float, float]
"""Instant, metres east and north of the origin, accuracy in metres."""


def at(day: date, hours: float) -> datetime:
    """So many hours after a date's midnight, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)


def stay(day: date, from_h: float, to_h: float, east_m: float = 0.0, north_m: float = 0.0) -> list[Fix]:
    """A fix every ten minutes from one hour of a date to another, both included, at one spot."""
    count = round((to_h - from_h) * 6)
    return [(at(day, from_h + step / 6), east_m, north_m, 20.0) for step in range(count + 1)]


def home_work_home(day: date, work_east_m: float = 3000.0) -> list[Fix]:
    """Home till nine, twenty minutes of way, work till five, twenty minutes of way, home."""
    morning, evening = stay(day, 4, 9), stay(day, 17 + 2 / 6, 27 + 5 / 6)
    return [*morning, *stay(day, 9 + 2 / 6, 17, work_east_m), *evening]


def ordinary_days(first: date, count: int) -> list[Fix]:
    """The same day of home and work again and again."""
    return [fix for step in range(count) for fix in home_work_home(first + timedelta(days=step))]


def fixes_of(trace: Iterable[Fix], participant_id: str = "p") -> pl.DataFrame:
    """A trace as rows of the gps stream."""
    metres_per_degree_east = METRES_PER_DEGREE * math.cos(math.radians(ORIGIN[0]))
    rows = [
        (
            participant_id,
            instant,
            ORIGIN[0] + north_m / METRES_PER_DEGREE,
            ORIGIN[1] + east_m / metres_per_degree_east,
            accuracy_m,
        )
        for instant, east_m, north_m, accuracy_m in trace
    ]
    names = ["participant_id", "at_utc", "latitude_deg", "longitude_deg", "accuracy_m"]
    full = GPS.empty()
    schema = {name: full.schema[name] for name in names}
    known = pl.DataFrame(rows, schema=schema, orient="row")
    rest = [
        pl.lit("unknown" if name == "provider" else None).cast(kind).alias(name)
        for name, kind in full.schema.items()
        if name not in names and name != "source"
    ]
    filled = known.with_columns(*rest, pl.lit("hand").alias("source")).select(full.columns)
    return filled.sort("participant_id", "at_utc")


def watched(fixes: pl.DataFrame, first: date, last: date, zone: str = "UTC") -> Observations:
    """Observations of p and q from fixes alone."""
    return observed({"gps": fixes}, first, last, {"p": zone, "q": zone})


def day_of(trace: Iterable[Fix], day: date, first: date = MONDAY) -> dict[str, float | str | None]:
    """What mobility states of one day of a trace that begins on `first`."""
    return stated(MOBILITY.compute(watched(fixes_of(trace), first, day)), "p", day)


def rounded(day: dict[str, float | str | None]) -> dict[str, float | str | None]:
    """A day's statement to six decimals, for days that may differ by rounding."""
    return {name: round(value, 6) + 0.0 if isinstance(value, float) else value for name, value in day.items()}
