"""What raw acceleration says about a day: movement, steps, stillness and how often it is broken."""

from __future__ import annotations

import polars as pl

from features.catalogue.activity.declared import (
    ACTIVE_RATIO,
    FRAGMENTATION,
    FROM_ACCELERATION,
    LEAST_OBSERVED_RATIO,
    LONGEST_STILL,
    MOVEMENT_MEAN,
)
from features.catalogue.activity.step_days import step_days
from features.catalogue.activity.steps import observed_seconds
from features.declaration import MissingReason
from features.minutes.acceleration import acceleration_minutes
from features.statement import stated
from pipeline.vocabulary.local_day import with_local_day

ACTIVE_FROM_G = 0.0167
"""Cut point between lying or standing still and light activity (Vähä-Ypyä 2015)."""
LONGEST_SILENCE_MIN = 15
MICROS = 1_000_000
H_PER_MIN, G_PER_MICRO = 1 / 60, 1 / MICROS
"""Factors, never divisors: polars divides one row by a number otherwise than many, which would move the last bit."""
DAY = ["participant_id", "local_day"]


def moved_days(accelerometer: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Long form (`VALUES`) of what raw acceleration says about each day that has some."""
    minutes = with_local_day(acceleration_minutes(accelerometer), edges, "minute_at_utc")
    steps = step_days(observed_seconds(accelerometer), edges)
    days = _movement(minutes).join(steps, on=DAY, how="left").join(_coverage(minutes, edges), on=DAY)
    is_covered = pl.col("coverage_ratio") >= LEAST_OBSERVED_RATIO
    named = [feature.feature_id for feature in FROM_ACCELERATION]
    covered = days.with_columns(
        *(pl.when(is_covered).then(name).alias(name) for name in named),
        pl.when(~is_covered).then(pl.lit(MissingReason.LOW_COVERAGE.value)).alias("missing_reason"),
    )
    return stated(covered, FROM_ACCELERATION)


def _coverage(minutes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The share of a day's hours, counted from its own start, in which something was observed."""
    placed = minutes.join(edges.select(*DAY, "starts_at_utc", "length_h"), on=DAY)
    hour = (pl.col("minute_at_utc") - pl.col("starts_at_utc")).dt.total_hours()
    hours = placed.group_by(*DAY, "length_h").agg(hour.n_unique().alias("hour_count"))
    return hours.select(*DAY, (pl.col("hour_count") / pl.col("length_h")).clip(0.0, 1.0).alias("coverage_ratio"))


def _movement(minutes: pl.DataFrame) -> pl.DataFrame:
    """Movement, the share of active minutes, the longest stillness and how often stillness is broken, by day."""
    ordered = minutes.sort("participant_id", "minute_at_utc").with_columns(
        (pl.col("mad_g") >= ACTIVE_FROM_G).alias("is_active")
    )
    silence_min = (pl.col("minute_at_utc") - pl.col("minute_at_utc").shift(1)).over(DAY).dt.total_minutes()
    linked = ordered.with_columns((silence_min <= LONGEST_SILENCE_MIN).fill_null(value=False).alias("is_linked"))
    was_still = pl.col("is_linked") & ~pl.col("is_active").shift(1).over(DAY)
    breaks = pl.col("is_active") | ~pl.col("is_linked")
    runs = linked.with_columns(
        was_still.fill_null(value=False).alias("was_still"), breaks.cum_sum().over(DAY).alias("run")
    )
    # Whole millionths of g: their sum is the same in whatever order it is taken.
    total_ug = (pl.col("mad_g") * MICROS).round().sum()
    days = runs.group_by(DAY).agg(
        total_ug.alias("total_ug"),
        pl.len().alias("minute_count"),
        pl.col("is_active").mean().alias(ACTIVE_RATIO.feature_id),
        pl.col("is_active").filter("was_still").mean().alias(FRAGMENTATION.feature_id),
    )
    movement = (pl.col("total_ug") / pl.col("minute_count") * G_PER_MICRO).alias(MOVEMENT_MEAN.feature_id)
    return days.with_columns(movement).join(_longest_still(runs), on=DAY, how="left")


def _longest_still(runs: pl.DataFrame) -> pl.DataFrame:
    """The longest run of still minutes of each day, from its first minute's start to its last minute's end; else 0."""
    still = runs.with_columns(pl.when(~pl.col("is_active")).then("minute_at_utc").alias("still_at"))
    spans = still.group_by(*DAY, "run").agg(
        (pl.col("still_at").max() - pl.col("still_at").min() + pl.duration(minutes=1)).alias("span")
    )
    hours = (pl.col("span").dt.total_minutes().max() * H_PER_MIN).fill_null(0.0).alias(LONGEST_STILL.feature_id)
    return spans.group_by(DAY).agg(hours)
