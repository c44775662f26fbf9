"""Of which days a count may be stated: zero calls is a fact only if calls would have been seen.

That is so on a day with a life sign (a row of any stream that is read for it) of a phone whose platform exports the
stream: not on iOS, not before the stream's first row, and not once it has been silent for 56 days.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from features.declaration import MissingReason, Observations
from pipeline.vocabulary.local_day import with_local_day
from pipeline.vocabulary.stream import Stream

EXPORT_DAYS = 56
"""Longer than people go without a single call, shorter than a revoked permission should read as silence."""
ENDS = ("starts_at_utc", "ends_at_utc")
KEY = ["participant_id", "local_day"]


def with_life_signs(observations: Observations, streams: Sequence[Stream]) -> pl.DataFrame:
    """Every day of the edges with `coverage_ratio`, the share of its hours in which one of the streams has a row."""
    signs = [_quarters(observations.of(stream)) for stream in streams]
    empty = pl.DataFrame(
        schema=observations.edges.select("participant_id", pl.col("starts_at_utc").alias("at_utc")).schema
    )
    alive = with_local_day(pl.concat([empty, *signs]).unique(), observations.edges)
    since = pl.col("at_utc") - pl.col("starts_at_utc")
    hours = (
        alive.join(observations.edges.select(*KEY, "starts_at_utc"), on=KEY)
        .group_by(KEY)
        .agg(since.dt.total_hours().n_unique().alias("alive_h"))
    )
    share = (pl.col("alive_h").fill_null(0) / pl.col("length_h").ceil()).clip(0.0, 1.0)
    days = observations.edges.join(hours, on=KEY, how="left")
    return days.with_columns(share.alias("coverage_ratio")).drop("alive_h").sort(KEY)


def why_unknown(
    observations: Observations, days: pl.DataFrame, stream: Stream, *, is_android_only: bool
) -> pl.DataFrame:
    """Of each day with life signs, why nothing can be said of a stream: `unknown_reason`, null where it can."""
    ios = _on_ios(observations.handsets, days) if is_android_only else pl.lit(0).alias("ios_count")
    seen = with_local_day(observations.of(stream), observations.edges).select(KEY).unique()
    latest = seen.with_columns(pl.col("local_day").alias("latest_day")).sort("local_day")
    joined = days.sort("local_day").join_asof(
        latest,
        on="local_day",
        by="participant_id",
        tolerance=f"{EXPORT_DAYS - 1}d",
        check_sortedness=False,
    )
    judged = joined.sort(KEY).with_columns(ios)
    return judged.select(
        *KEY,
        pl.when(pl.col("ios_count") == len(ENDS))
        .then(pl.lit(MissingReason.NOT_SUPPORTED.value))
        .when(pl.col("coverage_ratio") == 0.0)
        .then(pl.lit(MissingReason.NO_DATA.value))
        .when(pl.col("ios_count") > 0)
        .then(pl.lit(MissingReason.UNDETERMINED.value))
        .when(pl.col("latest_day").is_null())
        .then(pl.lit(MissingReason.NO_DATA.value))
        .alias("unknown_reason"),
    )


def _quarters(rows: pl.DataFrame) -> pl.DataFrame:
    """The quarters of an hour in which a stream has a row; of an interval, its beginning and its end."""
    instants = [name for name in ("at_utc", "end_at_utc") if name in rows.columns]
    return pl.concat(
        # A quarter divides every zone's offset, so that none straddles the edge of a day.
        [rows.select("participant_id", pl.col(name).dt.truncate("15m").alias("at_utc")) for name in instants]
    ).unique()


def _on_ios(handsets: pl.DataFrame, days: pl.DataFrame) -> pl.Series:
    """At how many of its two ends each day (sorted by participant and date) finds the participant on iOS."""
    ends = [_os_at(handsets, days, instant) for instant in ENDS]
    return (ends[0] + ends[1]).alias("ios_count")


def _os_at(handsets: pl.DataFrame, days: pl.DataFrame, instant: str) -> pl.Series:
    """1 where the phone in use is an iPhone, else 0. A participant's first phone also counts before it was seen."""
    if handsets.is_empty():
        return pl.Series([0] * days.height, dtype=pl.Int64)
    phones = handsets.select("participant_id", "from_at_utc", "os").sort("from_at_utc")
    first = phones.unique("participant_id", keep="first", maintain_order=True).rename({"os": "first_os"})
    found = days.sort(instant).join_asof(
        phones,
        left_on=instant,
        right_on="from_at_utc",
        by="participant_id",
        check_sortedness=False,
    )
    known = found.join(first.select("participant_id", "first_os"), on="participant_id", how="left").sort(KEY)
    is_ios = pl.coalesce(pl.col("os").cast(pl.String), pl.col("first_os").cast(pl.String)) == "ios"
    return known.select(is_ios.fill_null(value=False).cast(pl.Int64)).to_series()
