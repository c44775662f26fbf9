"""Conversations heard near the phone: how many began on a day, and how long they lasted within it."""

from __future__ import annotations

import polars as pl

from features.catalogue.communication.evidence import KEY
from features.declaration import Observations
from features.minutes.exact import divided
from pipeline.vocabulary.local_day import with_local_day
from pipeline.vocabulary.streams.contact import CONVERSATION_INTERVAL

MINUTE_US = 60_000_000
LEAST = pl.duration(microseconds=1)


def count_conversations(observations: Observations) -> pl.DataFrame:
    """One row for each day that a conversation touches: `conversation_count` and `conversation_min`.

    Spans that overlap are one conversation; it is counted on the day it began and its time is cut at day edges.
    """
    spans = _merged(observations.of(CONVERSATION_INTERVAL))
    parts = _cut(spans, observations.edges)
    length_us = (pl.col("to_at_utc") - pl.col("from_at_utc")).dt.total_microseconds()
    return parts.group_by(KEY).agg(
        (pl.col("from_at_utc") == pl.col("at_utc")).sum().alias("conversation_count"),
        divided(length_us.sum(), MINUTE_US).alias("conversation_min"),
    )


def _merged(spans: pl.DataFrame) -> pl.DataFrame:
    """Spans of each participant without overlaps."""
    ordered = spans.select("participant_id", "at_utc", "end_at_utc").sort("participant_id", "at_utc", "end_at_utc")
    reached = pl.col("end_at_utc").cum_max().shift().over("participant_id")
    begins = (pl.col("at_utc") > reached).fill_null(value=True)
    numbered = ordered.with_columns(begins.cum_sum().over("participant_id").alias("number"))
    joined = numbered.group_by("participant_id", "number").agg(pl.col("at_utc").min(), pl.col("end_at_utc").max())
    return joined.drop("number").sort("participant_id", "at_utc")


def _cut(spans: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Each span once for every day it touches, clipped to it: `from_at_utc`, `to_at_utc`."""
    known = edges.group_by("participant_id").agg(pl.col("starts_at_utc").min(), pl.col("ends_at_utc").max())
    # A span that ends on a day's first instant does not touch that day, unless it began there.
    last_instant = pl.max_horizontal("at_utc", pl.min_horizontal("end_at_utc", "ends_at_utc") - LEAST)
    inside = spans.join(known, on="participant_id").select(
        "participant_id",
        "at_utc",
        "end_at_utc",
        pl.max_horizontal("at_utc", "starts_at_utc").alias("first_at_utc"),
        last_instant.alias("last_at_utc"),
    )
    first = with_local_day(inside, edges, "first_at_utc").rename({"local_day": "first_day"})
    both = with_local_day(first, edges, "last_at_utc")
    days = pl.date_ranges("first_day", "local_day").alias("local_day")
    each = both.with_columns(days).explode("local_day").join(edges, on=KEY)
    return each.with_columns(
        pl.max_horizontal("at_utc", "starts_at_utc").alias("from_at_utc"),
        pl.min_horizontal("end_at_utc", "ends_at_utc").alias("to_at_utc"),
    )
