"""Weeks of movement made by hand: one burst an hour whose restlessness is what the hour should read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from features.catalogue.rhythm import RHYTHM
from features.declaration import Observations
from tests.features.activity.making import burst
from tests.features.making import observed

MONDAY = date(2024, 5, 6)
SUNDAY = MONDAY + timedelta(days=6)
Level = Callable[[datetime], float | None]
"""The level of an hour, given its wall-clock beginning; none where the hour is not observed."""


def hours_of(level: Level, first: date, last: date, zone: str = "UTC", participant_id: str = "p") -> pl.DataFrame:
    """Acceleration of every hour from 04:00 of one date to 04:00 after another, each as restless as its level."""
    here = ZoneInfo(zone)
    at = datetime(first.year, first.month, first.day, 4, tzinfo=here).astimezone(UTC)
    until = datetime(last.year, last.month, last.day, 4, tzinfo=here) + timedelta(days=1)
    bursts = []
    while at < until.astimezone(UTC):
        amount = level(at.astimezone(here).replace(tzinfo=None))
        if amount is not None:
            bursts.append(burst(1.0 + amount * np.array([-1.0, 1.0, -1.0, 1.0]), at, participant_id))
        at += timedelta(hours=1)
    return pl.concat(bursts)


def square(at: datetime) -> float:
    """Awake from eight to eleven in the evening."""
    return 0.25 if 8 <= at.hour < 23 else 0.0


def watched(rows: pl.DataFrame, last: date = SUNDAY, zone: str = "UTC", first: date = MONDAY) -> Observations:
    """Observations of the days up to `last`, with the days before that the family reaches."""
    begin = first - timedelta(days=RHYTHM.reach_days)
    given = observed({"accelerometer": rows}, begin, last, {"p": zone, "q": zone})
    return Observations(
        given.streams, given.edges, given.zones, given.handsets, given.wanted.filter(pl.col("local_day") >= first)
    )
