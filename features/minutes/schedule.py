"""The planned duty cycle of a periodic stream, inferred for each phone from what it did on its own trailing days.

The export does not carry the plan. It is read off the phone's better days: on each day the usual step between the
minutes in which it sampled is the one that most time goes by, and the plan is the lower tenth of those over 56 days,
so an app that slowly dies never lowers it. In the same way the plan's samples a minute are the upper tenth of the days.
A day's plan rests on that day and earlier ones only.
"""

from __future__ import annotations

import polars as pl

from features.minutes.heartbeat import bridged
from features.minutes.spans import hours, merged
from pipeline.vocabulary.local_day import with_local_day

PLAN_DAYS = 56
LEAST_STEPS = 6
"""Fewer steps of one length on a day are no schedule."""
STEP_QUANTILE = 0.1
SAMPLES_QUANTILE = 0.9
TOLERANCE = 1.5
"""A step up to half as long again as planned is jitter of the schedule, and no gap."""
FULL_SAMPLES_RATIO = 0.5
"""Half of the usual samples make a full minute: reception and load vary, a stream run down to a trickle does not."""
DAY = ["participant_id", "local_day"]
PHONE = ["participant_id", "device_id"]


def planned_minutes(rows: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Minutes with a sample, by phone, beside the plan of their day; days without a plan are left out.

    Gives `participant_id, device_id, local_day, at_utc, sample_count, step_min, planned_count`, sorted.
    """
    minutes = with_local_day(_sampled_minutes(rows), edges)
    return minutes.join(_plan(minutes), on=[*PHONE, "local_day"]).drop_nulls("step_min").sort(*PHONE, "at_utc")


def observed_ratio(planned: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """`participant_id, local_day, observed_ratio`: observed against planned sampling, of days with a planned minute."""
    beats = planned.with_columns(
        (60.0 * (TOLERANCE * pl.col("step_min") + 1.0)).alias("tolerance_s"),
        (60.0 * pl.col("step_min")).alias("credit_s"),
    )
    spans = bridged(beats.drop("local_day"), edges, by=tuple(PHONE))
    covered = _united(spans).group_by(DAY).agg(hours().alias("covered_h"))
    planned_count = FULL_SAMPLES_RATIO * pl.col("planned_count").sum()
    fullness = (pl.col("sample_count").sum() / planned_count).clip(0.0, 1.0).alias("fullness")
    told = covered.join(planned.sort(*DAY, "at_utc").group_by(DAY, maintain_order=True).agg(fullness), on=DAY)
    ratio = (pl.col("covered_h") / pl.col("length_h") * pl.col("fullness")).clip(0.0, 1.0).alias("observed_ratio")
    return told.join(edges.select(*DAY, "length_h"), on=DAY).select(*DAY, ratio).sort(DAY)


def _sampled_minutes(rows: pl.DataFrame) -> pl.DataFrame:
    """Minutes with a sample, by phone; a phone without a name is one phone."""
    phone = rows.lazy().select(
        "participant_id", pl.col("device_id").fill_null(""), pl.col("at_utc").dt.truncate("1m").alias("at_utc")
    )
    return phone.group_by(*PHONE, "at_utc").agg(pl.len().alias("sample_count")).collect().sort(*PHONE, "at_utc")


def _plan(minutes: pl.DataFrame) -> pl.DataFrame:
    """By phone and day: the planned step between sampled minutes, and samples in such a minute."""
    samples = minutes.group_by(*PHONE, "local_day").agg(pl.col("sample_count").mean().alias("mean_count"))
    daily = samples.join(_usual_step(minutes), on=[*PHONE, "local_day"], how="left").sort(*PHONE, "local_day")
    return daily.rolling("local_day", period=f"{PLAN_DAYS}d", group_by=PHONE).agg(
        pl.col("step_min").drop_nulls().quantile(STEP_QUANTILE, interpolation="lower"),
        pl.col("mean_count").quantile(SAMPLES_QUANTILE, interpolation="higher").alias("planned_count"),
    )


def _usual_step(minutes: pl.DataFrame) -> pl.DataFrame:
    """By phone and day: the step between sampled minutes that most time went by, the shorter of equals."""
    phone_day = [*PHONE, "local_day"]
    step = (pl.col("at_utc") - pl.col("at_utc").shift(1).over(phone_day)).dt.total_minutes().alias("step_min")
    counted = minutes.with_columns(step).drop_nulls("step_min").group_by(*phone_day, "step_min").agg(count=pl.len())
    timed = counted.filter(pl.col("count") >= LEAST_STEPS).with_columns(
        (pl.col("count") * pl.col("step_min")).alias("minutes_by_it")
    )
    ordered = timed.sort(*phone_day, "minutes_by_it", "step_min", descending=[False, False, False, True, False])
    return ordered.unique(phone_day, keep="first", maintain_order=True).select(*phone_day, "step_min")


def _united(spans: pl.DataFrame) -> pl.DataFrame:
    """The union over a participant's phones, each part in its local day."""
    days = spans.select("participant_id", "local_day", "start_at_utc").unique()
    return merged(spans).join(days, on=["participant_id", "start_at_utc"])
