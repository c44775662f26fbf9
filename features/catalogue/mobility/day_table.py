"""The days that mobility looks at, as a frame and as arrays: their edges, wall clock, radius and points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from features.catalogue.mobility.bursts import minutes_of
from features.catalogue.mobility.clean import WIDEST_RADIUS_M, believable
from features.catalogue.mobility.tables import Days, Points, real, whole
from pipeline.vocabulary.local_day import to_local, with_local_day

DEFAULT_RADIUS_M = 100.0
RADIUS_ACCURACIES = 2.0
"""A stay's radius in units of the day's median accuracy: two fixes of one place differ by both their errors."""


class DayTable(NamedTuple):
    """Days and their believed points. `frame` has one row a day: participant, day, edges, `seen_minutes`."""

    frame: pl.DataFrame
    days: Days
    points: Points


def day_table(fixes: pl.DataFrame, edges: pl.DataFrame) -> DayTable:
    """Lay out every day of `edges` with the positions that can be believed; days without a fix are there too."""
    frame = _laid_out(edges)
    minutes = _by_day(minutes_of(fixes), frame)
    points = _points(minutes)
    kept = minutes.filter(pl.Series(believable(points)))
    spread = kept.group_by("day").agg(pl.col("accuracy_m").median())
    seen = minutes.group_by("day").agg(pl.len().alias("seen_minutes"))
    frame = (
        frame.join(seen, on="day", how="left")
        .join(spread, on="day", how="left")
        .with_columns(pl.col("seen_minutes").fill_null(0), _radius())
        .sort("day")
    )
    return DayTable(frame, _days(frame, kept), _points(kept))


def _laid_out(edges: pl.DataFrame) -> pl.DataFrame:
    """Edges sorted by participant and date, with row number `day` and the wall clock at each start."""
    zones_seen = sorted(edges["zone"].drop_nulls().unique().to_list())
    local = to_local(zones_seen, "starts_at_utc")
    midnight = local.dt.truncate("1d")
    return (
        edges.sort("participant_id", "local_day")
        .with_columns((local - midnight).dt.total_microseconds().alias("clock_us"))
        .with_row_index("day")
        .with_columns(pl.col("day").cast(pl.Int64), pl.col("participant_id").rle_id().cast(pl.Int64).alias("person"))
    )


def _by_day(minutes: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Give each minute its day's row number, and sort by it."""
    timed = minutes.with_columns(pl.from_epoch("at_us", "us").dt.replace_time_zone("UTC").alias("at_utc"))
    placed = with_local_day(timed, frame)
    numbered = placed.join(frame.select("participant_id", "local_day", "day"), on=["participant_id", "local_day"])
    return numbered.sort("day", "at_us")


def _radius() -> pl.Expr:
    wide = RADIUS_ACCURACIES * pl.col("accuracy_m")
    return wide.clip(DEFAULT_RADIUS_M, WIDEST_RADIUS_M).fill_null(DEFAULT_RADIUS_M).alias("radius_m")


def _points(minutes: pl.DataFrame) -> Points:
    return Points(
        whole(minutes["day"]),
        whole(minutes["at_us"]),
        real(minutes["latitude_deg"]),
        real(minutes["longitude_deg"]),
        real(minutes["accuracy_m"]),
    )


def _days(frame: pl.DataFrame, kept: pl.DataFrame) -> Days:
    return Days(
        whole(frame["person"]),
        whole(frame["local_day"].cast(pl.Int32)),
        whole(frame["starts_at_utc"].dt.epoch("us")),
        whole(frame["ends_at_utc"].dt.epoch("us")),
        whole(frame["clock_us"]),
        real(frame["radius_m"]),
        np.searchsorted(whole(kept["day"]), np.arange(frame.height + 1)).astype(np.int64),
    )
