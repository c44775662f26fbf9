"""Whether a participant's phone tells of something at all: a stream that never speaks measures nothing."""

from __future__ import annotations

import polars as pl

from pipeline.vocabulary.local_day import with_local_day

DAY = ["participant_id", "local_day"]


def days_with_support(spoken: pl.DataFrame, edges: pl.DataFrame, trailing_days: int) -> pl.DataFrame:
    """`participant_id, local_day, is_supported` for every day of the edges: a row on it or in the days before.

    `spoken` has `participant_id, at_utc`: the rows that show that the phone tells of the thing.
    """
    placed = with_local_day(spoken.select("participant_id", "at_utc"), edges)
    heard = placed.select("participant_id", pl.col("local_day").alias("heard_on")).unique().sort("heard_on")
    joined = (
        edges.select(DAY)
        .sort("local_day")
        .join_asof(
            heard,
            left_on="local_day",
            right_on="heard_on",
            by="participant_id",
            tolerance=f"{trailing_days}d",
            check_sortedness=False,
            coalesce=False,
        )
    )
    return joined.select(*DAY, pl.col("heard_on").is_not_null().alias("is_supported")).sort(DAY)
