"""When the app is known to have been alive: every row of any stream is a beat, and short silences between are bridged.

A silence is cut at the edge of the local day and each piece judged by itself, so that what a day says of its own
evening does not change when the next morning's rows arrive.
"""

from __future__ import annotations

import polars as pl

from features.declaration import Observations
from features.minutes.columns import Columns
from features.minutes.spans import SPANS
from pipeline.vocabulary.local_day import with_local_day
from pipeline.vocabulary.stream import INSTANT
from pipeline.vocabulary.streams.handset import POWER

SEEN: Columns = {"participant_id": pl.String, "at_utc": INSTANT}
DAY_SPANS: Columns = {**SPANS, "local_day": pl.Date}
LONGEST_BRIDGE_S = 3600.0
"""Beiwe's own heartbeat comes hourly; StudentLife's positions every 10 to 20 minutes, Beiwe's every 11."""
ONE_BEAT_S = 60.0
"""A lone row vouches for its own minute."""


def alive_spans(observations: Observations, seen: pl.DataFrame | None = None) -> pl.DataFrame:
    """Spans in which a participant's app is known to have been alive, cut at local days (`DAY_SPANS`), sorted.

    `seen` spares reckoning `seen_minutes` anew where the caller has it.
    """
    rows = seen_minutes(observations) if seen is None else seen
    beats = rows.with_columns(pl.lit(LONGEST_BRIDGE_S).alias("tolerance_s"), pl.lit(ONE_BEAT_S).alias("credit_s"))
    downs = shutdowns(observations).select("participant_id", pl.col("at_utc").dt.truncate("1m"), is_down=True).unique()
    # A phone that said it goes down is not bridged to its next start.
    tolerance = pl.when(pl.col("is_down").is_null()).then("tolerance_s").otherwise("credit_s").alias("tolerance_s")
    marked = beats.join(downs, on=["participant_id", "at_utc"], how="left").with_columns(tolerance)
    return bridged(marked.drop("is_down"), observations.edges)


def bridged(beats: pl.DataFrame, edges: pl.DataFrame, by: tuple[str, ...] = ("participant_id",)) -> pl.DataFrame:
    """Spans that beats vouch for, cut at local days (`DAY_SPANS`), sorted.

    `beats` has `participant_id, at_utc, tolerance_s, credit_s`: a beat vouches for the time to the next one of its
    group (`by`) if that is within its tolerance, and for `credit_s` seconds otherwise.
    """
    days = edges.select("participant_id", "local_day", "starts_at_utc", "ends_at_utc")
    placed = with_local_day(beats, edges).join(days, on=["participant_id", "local_day"]).sort(*by, "at_utc")
    followed = placed.with_columns(
        pl.col("at_utc").shift(-1).over(by).alias("next_at"), pl.col("local_day").shift(-1).over(by).alias("next_day")
    )
    spans = pl.concat([_within_the_day(followed), _over_the_edge(followed)])
    return spans.filter(pl.col("start_at_utc") < pl.col("end_at_utc")).sort(list(DAY_SPANS))


def seen_minutes(observations: Observations) -> pl.DataFrame:
    """Every UTC minute in which a participant has a row of any stream (`SEEN`), sorted; intervals fill theirs."""
    parts = [_minutes_of(frame) for _, frame in sorted(observations.streams.items()) if not frame.is_empty()]
    if not parts:
        return pl.DataFrame(schema=SEEN)
    return pl.concat(parts).unique().sort("participant_id", "at_utc")


def shutdowns(observations: Observations) -> pl.DataFrame:
    """Instants at which a phone said that it was going down (`SEEN`), sorted."""
    downs = observations.of(POWER).filter(pl.col("event").cast(pl.String) == "shutdown")
    return downs.select("participant_id", "at_utc").unique().sort("at_utc", "participant_id")


def _within_the_day(beats: pl.DataFrame) -> pl.DataFrame:
    """From each beat to the next, or to the edge of its day."""
    until = pl.min_horizontal("next_at", "ends_at_utc")
    is_bridged = _seconds(until - pl.col("at_utc")) <= pl.col("tolerance_s")
    credited = pl.min_horizontal(until, pl.col("at_utc") + pl.duration(microseconds=1_000_000 * pl.col("credit_s")))
    ends = pl.when(is_bridged).then(until).otherwise(credited).alias("end_at_utc")
    return beats.select("participant_id", pl.col("at_utc").alias("start_at_utc"), ends, "local_day")


def _over_the_edge(beats: pl.DataFrame) -> pl.DataFrame:
    """From the edge of a day to its first beat, when the last beat before the edge bridged up to it."""
    is_next_day = pl.col("next_day") == pl.col("local_day").dt.offset_by("1d")
    before, after = pl.col("ends_at_utc") - pl.col("at_utc"), pl.col("next_at") - pl.col("ends_at_utc")
    is_bridged = (_seconds(before) <= pl.col("tolerance_s")) & (_seconds(after) <= pl.col("tolerance_s"))
    return beats.filter(is_next_day & is_bridged).select(
        "participant_id",
        pl.col("ends_at_utc").alias("start_at_utc"),
        pl.col("next_at").alias("end_at_utc"),
        pl.col("next_day").alias("local_day"),
    )


def _minutes_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The minutes of one stream's rows; raw streams repeat a minute thousands of times in a row, so runs go first."""
    minutes = frame.select("participant_id", pl.col("at_utc").dt.truncate("1m"))
    if "end_at_utc" in frame.columns:
        return _minutes_filled(frame)
    is_repeat = (pl.col("at_utc") == pl.col("at_utc").shift(1)) & (
        pl.col("participant_id") == pl.col("participant_id").shift(1)
    )
    return minutes.filter(~is_repeat.fill_null(value=False)).unique()


def _minutes_filled(intervals: pl.DataFrame) -> pl.DataFrame:
    """The minutes that intervals span: an app that timed both ends of one was alive in between."""
    first, last = pl.col("at_utc").dt.truncate("1m"), pl.col("end_at_utc").dt.truncate("1m")
    spread = pl.datetime_ranges(first, last, "1m", time_unit="us", time_zone="UTC").alias("at_utc")
    return intervals.select("participant_id", spread).explode("at_utc").unique()


def _seconds(span: pl.Expr) -> pl.Expr:
    return span.dt.total_microseconds() / 1_000_000
