"""The hourly series that rhythm can be measured on: movement, inferred activity, or how long the phone was locked.

Hours are those of the wall clock, counted from the hour at which the participant's days are cut: an hour that clocks
repeat is one hour with more in it, an hour that they skip is one that was not seen.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.declaration import Observations
from features.minutes.acceleration import acceleration_minutes
from features.minutes.spans import SPANS, cut_at_days, merged
from features.minutes.states import interval_spans
from pipeline.vocabulary.local_day import with_local_day, with_local_time
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL
from pipeline.vocabulary.streams.movement import ACCELEROMETER, ACTIVITY

DAY = ["participant_id", "local_day"]
HOUR = [*DAY, "hour"]
HOURS = 24
ON_FOOT_OR_WHEELS = ("walking", "running", "bicycle")
MICROS = 1_000_000
QUARTER = pl.duration(minutes=15)
LONGEST_LOCK = pl.duration(hours=46)
"""A longer one is a phone left alone; so is one that began before the two days before a window were read."""


def hourly_series(observations: Observations) -> tuple[pl.DataFrame, ...]:
    """The series, best first, each one row an observed hour: `participant_id, local_day, hour, level`.

    Levels are mean deviation (millionths of g), share of inferences that are active, and share of the hour not locked
    (known between a day's first and last long lock only, for nothing else says that the phone told of them).
    """
    starts = start_hours(observations)
    rows = (_movement(observations), _inferred(observations), _unlocked(observations))
    return tuple(_by_hour(one, observations, starts) for one in rows)


def start_hours(observations: Observations) -> pl.DataFrame:
    """The wall-clock hour at which each participant's days are cut: `participant_id, starts_hour`.

    A cut in an hour that clocks skip comes an hour late on that one day, so the earliest is the rule.
    """
    cuts = with_local_time(observations.edges, observations.zones, "starts_at_utc")
    hour = pl.col("local_at").dt.hour().cast(pl.Int64).min().alias("starts_hour")
    return cuts.group_by("participant_id").agg(hour).sort("participant_id")


def dense(series: pl.DataFrame, edges: pl.DataFrame, days_before: int) -> NDArray[np.float64]:
    """A series as an array (participant, day, 24), NaN where nothing was seen.

    Participants are sorted; days run from `days_before` the first edge of anybody to the last.
    """
    names = edges["participant_id"].unique().sort()
    calendar = edges["local_day"].to_physical().cast(pl.Int64)
    origin = int(calendar.to_numpy().min()) - days_before
    values = np.full((len(names), int(calendar.to_numpy().max()) - origin + 1, HOURS), np.nan)
    row = series["participant_id"].replace_strict(names.to_list(), list(range(len(names))), return_dtype=pl.Int64)
    day = series["local_day"].to_physical().cast(pl.Int64) - origin
    values[row.to_numpy(), day.to_numpy(), series["hour"].to_numpy()] = series["level"].to_numpy()
    return values


def _movement(observations: Observations) -> pl.DataFrame:
    """Minutes of movement; whole millionths of g sum alike in any order."""
    level = (pl.col("mad_g") * MICROS).round().alias("level")
    minutes = acceleration_minutes(observations.of(ACCELEROMETER))
    return minutes.select("participant_id", pl.col("minute_at_utc").alias("at_utc"), level)


def _inferred(observations: Observations) -> pl.DataFrame:
    """Inferences, 1 where active; one that says nothing is no observation."""
    known = observations.of(ACTIVITY).with_columns(pl.col("activity").cast(pl.String))
    is_active = pl.col("activity").is_in(ON_FOOT_OR_WHEELS).cast(pl.Float64).alias("level")
    return known.filter(pl.col("activity") != "unknown").select("participant_id", "at_utc", is_active)


def _unlocked(observations: Observations) -> pl.DataFrame:
    """Quarters of an hour, 1 where the phone was not locked, from the first to the last lock that touches each day."""
    spans = interval_spans(observations.of(LOCK_INTERVAL))
    believed = spans.filter(pl.col("end_at_utc") - pl.col("start_at_utc") <= LONGEST_LOCK)
    locks = cut_at_days(merged(believed), observations.edges)
    told = locks.group_by(DAY).agg(pl.col("start_at_utc").min(), pl.col("end_at_utc").max())
    first = (pl.col("start_at_utc") + QUARTER - pl.duration(microseconds=1)).dt.truncate("15m")
    quarters = told.select(
        "participant_id", pl.datetime_ranges(first, "end_at_utc", "15m", closed="left").alias("at_utc")
    ).explode("at_utc", empty_as_null=False)
    held = quarters.sort("at_utc").join_asof(
        locks.select(list(SPANS)).sort("start_at_utc"),
        left_on="at_utc",
        right_on="start_at_utc",
        by="participant_id",
        check_sortedness=False,
    )
    is_free = pl.col("end_at_utc") <= pl.col("at_utc")
    return held.select("participant_id", "at_utc", is_free.cast(pl.Float64).alias("level"))


def _by_hour(rows: pl.DataFrame, observations: Observations, starts: pl.DataFrame) -> pl.DataFrame:
    """The mean level of each hour of each local day."""
    placed = with_local_time(with_local_day(rows, observations.edges), observations.zones)
    hour = (pl.col("local_at").dt.hour().cast(pl.Int64) - pl.col("starts_hour")) % HOURS
    hours = placed.join(starts, on="participant_id").with_columns(hour.alias("hour"))
    return hours.group_by(HOUR).agg(pl.col("level").mean()).sort(HOUR)
