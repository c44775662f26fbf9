"""Hours of each activity that the phone inferred: an inference holds until the next, for five minutes at most."""

from __future__ import annotations

import polars as pl

from features.catalogue.activity.declared import (
    ACTIVE_MIN,
    BICYCLE,
    FROM_INFERENCE,
    LEAST_OBSERVED_RATIO,
    RUNNING,
    STILL,
    VEHICLE,
    WALKING,
)
from features.declaration import MissingReason
from features.statement import stated
from pipeline.vocabulary.local_day import with_local_day

LONGEST_HOLD = pl.duration(minutes=5)
"""StudentLife infers in one minute of four: five minutes bridge its silence and nothing longer."""
ACTIVE = ("walking", "running", "bicycle")
HOURS = {"still": STILL, "walking": WALKING, "running": RUNNING, "vehicle": VEHICLE, "bicycle": BICYCLE}
MIN_PER_MICRO, H_PER_MICRO = 1 / 60e6, 1 / 3600e6
"""Factors, never divisors: polars divides one row by a number otherwise than many, and the last bit would tell how
many people were stated together.
"""
DAY = ["participant_id", "local_day"]


def inferred_days(activity: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Long form (`VALUES`) of the inferred hours of each day that has an inference."""
    held = _held(with_local_day(activity, edges), edges)
    known_h = (pl.col("hold_us").sum() * H_PER_MICRO).alias("known_h")
    days = held.group_by(*DAY, "length_h").agg(
        known_h,
        *((_held_us(name) * H_PER_MICRO).alias(feature.feature_id) for name, feature in HOURS.items()),
        (_held_us(*ACTIVE) * MIN_PER_MICRO).alias(ACTIVE_MIN.feature_id),
    )
    shared = days.with_columns((pl.col("known_h") / pl.col("length_h")).clip(0.0, 1.0).alias("coverage_ratio"))
    is_covered = pl.col("coverage_ratio") >= LEAST_OBSERVED_RATIO
    named = [feature.feature_id for feature in FROM_INFERENCE]
    covered = shared.with_columns(
        *(pl.when(is_covered).then(name).alias(name) for name in named),
        pl.when(~is_covered).then(pl.lit(MissingReason.LOW_COVERAGE.value)).alias("missing_reason"),
    )
    return stated(covered, FROM_INFERENCE)


def _held(activity: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """How long each inference holds: to the next of the same participant, to the day's end, or five minutes."""
    ends = edges.select(*DAY, "ends_at_utc", "length_h")
    ordered = activity.sort("participant_id", "at_utc", "activity").join(ends, on=DAY, maintain_order="left")
    following = pl.col("at_utc").shift(-1).over("participant_id")
    until = pl.min_horizontal(following, "ends_at_utc", pl.col("at_utc") + LONGEST_HOLD)
    return ordered.with_columns((until - pl.col("at_utc")).dt.total_microseconds().alias("hold_us"))


def _held_us(*activities: str) -> pl.Expr:
    return pl.col("hold_us").filter(pl.col("activity").cast(pl.String).is_in(activities)).sum()
