"""Steps of a day: those seen, the rhythm of walking, and an estimate of the whole day from the hours observed.

The estimate is that of a sample in two stages, observed hours of the day and observed minutes of each hour (Cochran
1977, Sampling Techniques, chapter 10): unobserved time goes on as the observed time did, and the interval widens with
what was not observed.
"""

from __future__ import annotations

import polars as pl

from features.catalogue.activity.declared import CADENCE, STEPS, STEPS_ESTIMATED
from features.catalogue.activity.steps import FASTEST_HZ
from features.statement import HIGH, LOW
from pipeline.vocabulary.local_day import with_local_day

Z_80 = 1.2815515594457831
"""Standard normal quantile that leaves a tenth on either side."""
HOUR_S = 3600.0
DAY = ["participant_id", "local_day"]
HOUR = [*DAY, "length_h", "hour"]


def step_days(seconds: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """One row a day with observed seconds (`STEP_SECONDS`): steps, estimate with its interval, and cadence.

    Sums that round are taken over lists in the order of time, so that no thread changes their last bit.
    """
    hours = _hours(seconds, edges)
    days = hours.group_by(*DAY, "length_h", maintain_order=True).agg(
        pl.col("steps", "walking_s", "span_s").sum(), pl.col("hour_steps", "hour_variance")
    )
    scale = pl.col("length_h") * HOUR_S / pl.col("span_s")
    seen = pl.col("steps")
    total = pl.max_horizontal(pl.col("hour_steps").list.sum() * scale, seen)
    spread = Z_80 * (_between_hours() + _within_hours(scale)).sqrt()
    most = FASTEST_HZ * HOUR_S * pl.col("length_h")
    return days.select(
        *DAY,
        seen.alias(STEPS.feature_id),
        pl.when(pl.col("walking_s") > 0).then(60.0 * seen / pl.col("walking_s")).alias(CADENCE.feature_id),
        total.alias(STEPS_ESTIMATED.feature_id),
        pl.max_horizontal(total - spread, seen).alias(STEPS_ESTIMATED.feature_id + LOW),
        pl.min_horizontal(total + spread, pl.max_horizontal(most, total)).alias(STEPS_ESTIMATED.feature_id + HIGH),
    )


def _hours(seconds: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Observed hours counted from the day's own start: steps, what they come to in the hour, and how sure that is."""
    rate = pl.col("steps") / pl.col("observed_s")
    hours = (
        _minutes(seconds, edges)
        .group_by(HOUR, maintain_order=True)
        .agg(pl.col("steps", "observed_s", "walking_s").sum(), rate.alias("rates"), pl.len().alias("minute_count"))
        # The last hour of a day may be half an hour, where clocks change by one.
        .with_columns(((pl.col("length_h") - pl.col("hour")) * HOUR_S).clip(0.0, HOUR_S).alias("span_s"))
    )
    unseen = (1.0 - pl.col("observed_s") / pl.col("span_s")).clip(0.0, 1.0)
    variance = pl.col("rates").list.var() / pl.col("minute_count") * unseen * pl.col("span_s") * pl.col("span_s")
    return hours.with_columns((rate * pl.col("span_s")).alias("hour_steps"), variance.alias("hour_variance"))


def _minutes(seconds: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Steps and seconds of each observed minute, in the order of time."""
    placed = with_local_day(seconds, edges).join(edges.select(*DAY, "starts_at_utc", "length_h"), on=DAY)
    hour = (pl.col("at_utc") - pl.col("starts_at_utc")).dt.total_hours().alias("hour")
    minute = pl.col("at_utc").dt.truncate("1m").alias("minute")
    minutes = placed.group_by(*DAY, "length_h", hour, minute).agg(
        pl.col("cadence_hz").sum().alias("steps"),
        pl.len().alias("observed_s"),
        (pl.col("cadence_hz") > 0).sum().alias("walking_s"),
    )
    return minutes.sort("participant_id", "minute")


def _between_hours() -> pl.Expr:
    """The variance of the day's total that comes of the hours not observed; null with one hour, which says nothing."""
    count, all_hours = pl.col("hour_steps").list.len(), pl.col("length_h")
    unseen = (1.0 - count / all_hours).clip(0.0, 1.0)
    return all_hours * all_hours * unseen * pl.col("hour_steps").list.var() / count


def _within_hours(scale: pl.Expr) -> pl.Expr:
    """The variance that comes of the minutes not observed; an hour with one minute is as unsure as the day's others."""
    known = pl.col("hour_variance").list.mean().fill_null(0.0)
    return scale * pl.col("hour_variance").list.len() * known
