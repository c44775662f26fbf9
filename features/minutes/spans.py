"""Spans of time: their union, their cut at the edges of local days, and how much of each minute they fill.

A frame of spans has `participant_id, start_at_utc, end_at_utc`, the end not included; other columns are said.
"""

from __future__ import annotations

import polars as pl

from features.minutes.columns import Columns
from features.minutes.exact import divided
from pipeline.vocabulary.stream import INSTANT

SPANS: Columns = {"participant_id": pl.String, "start_at_utc": INSTANT, "end_at_utc": INSTANT}
BY_MINUTE: Columns = {"participant_id": pl.String, "minute_at_utc": INSTANT, "filled_s": pl.Float64}
MICROS_PER_S = 1_000_000
MINUTE = pl.duration(minutes=1)


def merged(spans: pl.DataFrame, *, joins_touching: bool = False) -> pl.DataFrame:
    """The union of each participant's spans: those that overlap become one; those that only touch, if asked for."""
    ordered = spans.select(list(SPANS)).sort("participant_id", "start_at_utc", "end_at_utc")
    reached = pl.col("end_at_utc").cum_max().shift(1).over("participant_id")
    is_apart = pl.col("start_at_utc") > reached if joins_touching else pl.col("start_at_utc") >= reached
    grouped = ordered.with_columns(is_apart.fill_null(value=True).alias("is_new")).with_columns(
        pl.col("is_new").cum_sum().over("participant_id").alias("union")
    )
    united = grouped.group_by("participant_id", "union").agg(pl.col("start_at_utc").min(), pl.col("end_at_utc").max())
    return united.select(list(SPANS)).sort(list(SPANS))


def cut_at_days(spans: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The parts of spans by local day (adds `local_day`, and `day_ends_at_utc`); parts outside all days are lost."""
    days = edges.select("participant_id", "local_day", "starts_at_utc", "ends_at_utc")
    first = days.group_by("participant_id").agg(pl.col("local_day").min().alias("first_day"))
    placed = _day_of(_day_of(spans, days, "start_at_utc", "from_day"), days, "end_at_utc", "to_day")
    reach = pl.date_ranges(pl.coalesce("from_day", "first_day"), "to_day").alias("local_day")
    spread = placed.join(first, on="participant_id").filter(pl.col("to_day").is_not_null()).with_columns(reach)
    cut = spread.explode("local_day").join(days, on=["participant_id", "local_day"])
    parts = cut.with_columns(
        pl.max_horizontal("start_at_utc", "starts_at_utc").alias("start_at_utc"),
        pl.min_horizontal("end_at_utc", "ends_at_utc").alias("end_at_utc"),
        pl.col("ends_at_utc").alias("day_ends_at_utc"),
    ).filter(pl.col("start_at_utc") < pl.col("end_at_utc"))
    return parts.drop("from_day", "to_day", "first_day", "starts_at_utc", "ends_at_utc").sort(list(SPANS))


def by_minute(spans: pl.DataFrame) -> pl.DataFrame:
    """How many seconds of each UTC minute a participant's spans fill; minutes that none touches are left out.

    Seconds are added up in whole microseconds, so that a sum does not depend on the order of its terms.
    """
    if spans.is_empty():
        return pl.DataFrame(schema=BY_MINUTE)
    first, last = pl.col("start_at_utc").dt.truncate("1m"), pl.col("end_at_utc").dt.truncate("1m")
    minutes = spans.select(
        *SPANS, pl.datetime_ranges(first, last, "1m", time_unit="us", time_zone="UTC").alias("minute_at_utc")
    ).explode("minute_at_utc")
    begins = pl.max_horizontal("start_at_utc", "minute_at_utc")
    ends = pl.min_horizontal("end_at_utc", pl.col("minute_at_utc") + MINUTE)
    filled = minutes.with_columns((ends - begins).dt.total_microseconds().alias("filled_us"))
    summed = filled.filter(pl.col("filled_us") > 0).group_by("participant_id", "minute_at_utc").agg(pl.sum("filled_us"))
    seconds = divided(pl.col("filled_us"), MICROS_PER_S).clip(0.0, 60.0).alias("filled_s")
    return summed.select("participant_id", "minute_at_utc", seconds).sort("participant_id", "minute_at_utc")


def hours(start: str = "start_at_utc", end: str = "end_at_utc") -> pl.Expr:
    """The summed length of spans, in hours, added up in whole microseconds."""
    return divided((pl.col(end) - pl.col(start)).dt.total_microseconds().sum(), 3600.0 * MICROS_PER_S)


def _day_of(spans: pl.DataFrame, days: pl.DataFrame, instant: str, name: str) -> pl.DataFrame:
    """Add the last local day that had begun by an instant, null before the first."""
    begun = days.select("participant_id", pl.col("local_day").alias(name), pl.col("starts_at_utc").alias("begun_at"))
    joined = spans.sort(instant, maintain_order=True).join_asof(
        begun.sort("begun_at"),
        left_on=instant,
        right_on="begun_at",
        by="participant_id",
        check_sortedness=False,
    )
    return joined.drop("begun_at", strict=False)
