"""When a participant rests: from midnight to six by the clock, or when asleep, where sleep is known."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from features.catalogue.mobility.tables import SECOND_US, Ints
from pipeline.vocabulary.local_day import day_edges
from pipeline.vocabulary.stream import INSTANT

NIGHT_ENDS_H = 6
SLEEP = {"participant_id": pl.String(), "wakes_on": pl.Date(), "from_at_utc": INSTANT, "to_at_utc": INSTANT}
ONSET, OFFSET = "sleep_onset_at_utc_s", "sleep_offset_at_utc_s"
MORNING, EVENING, EVENING_BY_CLOCK = 0, 1, 2
"""Sides of a day: the night that ends on its own date, the night after it, and that one by the clock alone."""


def rests_by_day(frame: pl.DataFrame, zones: pl.DataFrame, sleep: pl.DataFrame) -> tuple[Ints, Ints]:
    """Rests cut at the edges of the days of `frame`: rows of from, to (µs) and side, and where each day's begin.

    Sleep episodes (`SLEEP`) outvote the clock, so that a night worker has a home too. What is not yet known when a
    day ends is kept apart: of the night after it, its own judgement may use the clock alone.
    """
    clock = _clock_nights(frame, zones)
    nights = pl.concat([clock.join(sleep, on=["participant_id", "wakes_on"], how="anti"), sleep.select(list(SLEEP))])
    cuts = [_cut(nights, frame, MORNING), _cut(nights, frame, EVENING), _cut(clock, frame, EVENING_BY_CLOCK)]
    cut = pl.concat(cuts).sort("day", "side", "from_us", "to_us")
    first = np.searchsorted(cut["day"].to_numpy(), np.arange(frame.height + 1)).astype(np.int64)
    return np.ascontiguousarray(cut.select("from_us", "to_us", "side").to_numpy(), dtype=np.int64), first


def sleep_of(daily: pl.DataFrame | None) -> pl.DataFrame:
    """Main sleep episodes (`SLEEP`) from what the sleep family stated; empty where it stated nothing."""
    if daily is None:
        return pl.DataFrame(schema=SLEEP)
    ends = [
        daily.filter(pl.col("feature_id") == feature_id).select(
            "participant_id",
            pl.col("local_day").alias("wakes_on"),
            (pl.col("value") * SECOND_US)
            .cast(pl.Int64)
            .cast(pl.Datetime("us"))
            .dt.replace_time_zone("UTC")
            .alias(name),
        )
        for feature_id, name in ((ONSET, "from_at_utc"), (OFFSET, "to_at_utc"))
    ]
    return ends[0].join(ends[1], on=["participant_id", "wakes_on"]).drop_nulls().select(list(SLEEP))


def _clock_nights(frame: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """Midnight to six in the zone in force, for every date that a day of `frame` touches."""
    if frame.is_empty():
        return pl.DataFrame(schema=SLEEP)
    first, last = frame.select(pl.col("local_day").min(), pl.col("local_day").max().alias("last")).row(0)
    people = zones.filter(pl.col("participant_id").is_in(frame["participant_id"].unique().to_list()))
    midnights = day_edges(people, first, last + timedelta(days=1), starts_h=0)
    sixes = day_edges(people, first, last + timedelta(days=1), starts_h=NIGHT_ENDS_H).select(
        "participant_id", "local_day", pl.col("starts_at_utc").alias("to_at_utc")
    )
    joined = midnights.join(sixes, on=["participant_id", "local_day"])
    return joined.select(
        "participant_id",
        pl.col("local_day").alias("wakes_on"),
        pl.col("starts_at_utc").alias("from_at_utc"),
        "to_at_utc",
    )


def _cut(nights: pl.DataFrame, frame: pl.DataFrame, side: int) -> pl.DataFrame:
    """The parts of nights that lie inside the day of their waking date, or inside the day before it."""
    days = frame.select(
        "participant_id",
        "day",
        "starts_at_utc",
        "ends_at_utc",
        pl.col("local_day").dt.offset_by(f"{min(side, EVENING)}d").alias("wakes_on"),
    )
    parts = nights.join(days, on=["participant_id", "wakes_on"]).select(
        "day",
        pl.max_horizontal("from_at_utc", "starts_at_utc").dt.epoch("us").alias("from_us"),
        pl.min_horizontal("to_at_utc", "ends_at_utc").dt.epoch("us").alias("to_us"),
        pl.lit(side, pl.Int64).alias("side"),
    )
    return parts.filter(pl.col("to_us") > pl.col("from_us"))
