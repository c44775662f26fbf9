"""Coverage: how much was observed against what was planned, and how long the app was alive.

Periodic streams are held against the phone's own plan (`features.minutes.schedule`). Streams of events have
no plan: they are covered while the app is alive.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from features.declaration import Family, Feature, MissingReason, Observations
from features.minutes.exact import divided
from features.minutes.life import life_of, life_signs
from features.minutes.schedule import PLAN_DAYS, observed_ratio, planned_minutes
from features.minutes.spans import hours
from features.minutes.support import days_with_support
from features.statement import REASON, stated
from pipeline.vocabulary.local_day import with_local_day
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL, CONVERSATION_INTERVAL, TEXT
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS, WIFI_PLACE
from pipeline.vocabulary.streams.movement import ACCELEROMETER, ACTIVITY

__all__ = ["COVERAGE", "life_signs"]

BARNETT_2018 = "doi:10.1038/s41386-018-0030-z"
VEGA_2021 = "doi:10.3389/fdgth.2021.769823"
"""RAPIDS: valid minutes and hours."""
PERIODIC = (GPS, ACCELEROMETER, ACTIVITY, WIFI_PLACE)
OF_EVENTS = (SCREEN, POWER, CALL, TEXT, CONVERSATION_INTERVAL, LOCK_INTERVAL, CHARGE_INTERVAL)
ANDROID_ONLY = (CALL, TEXT)
"""iOS lets no app see calls and texts."""
LEAST_VALID_RATIO = 0.5
DAY = ["participant_id", "local_day"]


def _feature(feature_id: str, unit: str, definition: str, maximum: float, label: str, reach_days: int = 0) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=VEGA_2021 if feature_id.startswith("valid") else BARNETT_2018,
        minimum=0.0,
        maximum=maximum,
        reach_days=reach_days,
        label=label,
    )


def _stream_feature(stream: Stream) -> Feature:
    words = stream.name.replace("_", " ")
    definition = (
        f"Observed share of the planned sampling of {words}."
        if stream in PERIODIC
        else f"Share of the day in which the app was alive to record {words} events."
    )
    return _feature(f"coverage_{stream.name}_ratio", "ratio", definition, 1.0, f"coverage of {words}", PLAN_DAYS)


BY_STREAM: Mapping[Stream, Feature] = {stream: _stream_feature(stream) for stream in (*PERIODIC, *OF_EVENTS)}
HEARTBEAT_H = _feature("heartbeat_h", "h", "Hours in which the app is known to have been alive.", 25.0, "app alive", 1)
HEARTBEAT_RATIO = _feature(
    "heartbeat_ratio", "ratio", "Share of the local day in which the app is known to have been alive.", 1.0, "alive", 1
)
VALID_HOURS = _feature(
    "valid_data_hour_count",
    "hours",
    "Hours of the local day in which at least half of the minutes have a row of any stream.",
    25.0,
    "hours with data",
)
SILENCE_H = _feature(
    "longest_silence_h", "h", "Longest time within the local day without a row of any stream.", 25.0, "longest silence"
)
OF_LIFE = (HEARTBEAT_H, HEARTBEAT_RATIO, VALID_HOURS, SILENCE_H)


def compute(observations: Observations) -> pl.DataFrame:
    """State the coverage of the wanted days, in long form; a day without any row says why."""
    days = _life(observations).join(_on_ios(observations), on=DAY, how="left")
    for stream, feature in BY_STREAM.items():
        told = _planned(observations, stream) if stream in PERIODIC else _by_heartbeat(observations, stream, days)
        known = days.join(told, on=DAY, how="left")
        value = pl.when(pl.col("is_seen")).then("ratio").alias(feature.feature_id)
        reason = pl.when(pl.col("is_seen")).then(_why_silent(stream)).alias(feature.feature_id + REASON)
        days = known.with_columns(value, reason).drop("ratio", "has_rows")
    wanted = days.join(observations.wanted, on=DAY, how="semi")
    return stated(wanted, (*BY_STREAM.values(), *OF_LIFE))


def _planned(observations: Observations, stream: Stream) -> pl.DataFrame:
    """By day `ratio` (observed against planned; 0 when a planned stream fell silent) and `has_rows` of late."""
    rows, edges = observations.of(stream), observations.edges
    planned = planned_minutes(rows, edges)
    has_plan = days_with_support(planned, edges, PLAN_DAYS - 1).rename({"is_supported": "has_plan"})
    has_rows = days_with_support(rows, edges, PLAN_DAYS - 1).rename({"is_supported": "has_rows"})
    told = has_rows.join(has_plan, on=DAY).join(observed_ratio(planned, edges), on=DAY, how="left")
    return told.select(
        *DAY, "has_rows", pl.when("has_plan").then(pl.col("observed_ratio").fill_null(0.0)).alias("ratio")
    )


def _by_heartbeat(observations: Observations, stream: Stream, days: pl.DataFrame) -> pl.DataFrame:
    """By day `ratio` (the heartbeat, where the stream spoke of late) and `has_rows` of late."""
    spoke = days_with_support(observations.of(stream), observations.edges, PLAN_DAYS - 1)
    ratio = pl.when("is_supported").then("coverage_ratio").alias("ratio")
    return spoke.join(days, on=DAY).select(*DAY, pl.col("is_supported").alias("has_rows"), ratio)


def _why_silent(stream: Stream) -> pl.Expr:
    """Why a stream has no coverage on a day on which the app was alive."""
    silent = (
        pl.when("has_rows")
        .then(pl.lit(MissingReason.SHORT_HISTORY.value))
        .otherwise(pl.lit(MissingReason.NO_DATA.value))
    )
    if stream not in ANDROID_ONLY:
        return silent
    return pl.when("is_ios").then(pl.lit(MissingReason.NOT_SUPPORTED.value)).otherwise(silent)


def _on_ios(observations: Observations) -> pl.DataFrame:
    """`is_ios` of every day of the edges: whether the phone in use at its end was known to be an iPhone."""
    phones = observations.handsets.sort("from_at_utc")
    joined = observations.edges.sort("ends_at_utc").join_asof(
        phones,
        left_on="ends_at_utc",
        right_on="from_at_utc",
        by="participant_id",
        check_sortedness=False,
        coalesce=False,
    )
    is_ios = (pl.col("os").cast(pl.String) == "ios").fill_null(value=False).alias("is_ios")
    return joined.select(*DAY, is_ios)


def _life(observations: Observations) -> pl.DataFrame:
    """Heartbeat, valid hours and the longest silence of every day, with the reason of days without a row."""
    life = life_of(observations)
    alive = life.alive.group_by(DAY).agg(hours().alias(HEARTBEAT_H.feature_id))
    minutes = with_local_day(life.seen, observations.edges)
    edges = observations.edges.select(*DAY, "starts_at_utc", "ends_at_utc")
    told = life.signs.join(edges, on=DAY).join(alive, on=DAY, how="left")
    for part in (_valid_hours(minutes, edges), _silence(minutes, edges)):
        told = told.join(part, on=DAY, how="left")
    is_seen = pl.col(HEARTBEAT_H.feature_id).is_not_null()
    return told.select(
        *DAY,
        is_seen.alias("is_seen"),
        pl.col("heartbeat_ratio").alias("coverage_ratio"),
        pl.col("reason").alias("missing_reason"),
        pl.when(is_seen).then("heartbeat_ratio").alias(HEARTBEAT_RATIO.feature_id),
        HEARTBEAT_H.feature_id,
        pl.when(is_seen).then(pl.col(VALID_HOURS.feature_id).fill_null(0)).alias(VALID_HOURS.feature_id),
        pl.when(is_seen).then(SILENCE_H.feature_id).alias(SILENCE_H.feature_id),
    )


def _valid_hours(minutes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Hours counted from the day's own start, so that zones of half an hour cut them where the day is cut."""
    elapsed_h = (pl.col("at_utc") - pl.col("starts_at_utc")).dt.total_minutes() // 60
    placed = minutes.join(edges, on=DAY).group_by(*DAY, elapsed_h.alias("hour")).agg(pl.len().alias("minutes"))
    valid = (pl.col("minutes") >= LEAST_VALID_RATIO * 60).sum()
    return placed.group_by(DAY).agg(valid.alias(VALID_HOURS.feature_id))


def _silence(minutes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The longest time between rows, or between a row and an edge of the day."""
    minute = pl.duration(minutes=1)
    rows = minutes.select(*DAY, begins="at_utc", ends=pl.col("at_utc") + minute)
    opening = edges.select(*DAY, begins="starts_at_utc", ends="starts_at_utc")
    closing = edges.select(*DAY, begins="ends_at_utc", ends="ends_at_utc")
    marks = pl.concat([opening, rows, closing]).sort(*DAY, "begins", "ends")
    silence = divided((pl.col("begins").shift(-1).over(DAY) - pl.col("ends")).dt.total_seconds(), 3600.0)
    longest = marks.with_columns(silence.clip(0.0).alias("silence_h")).group_by(DAY).agg(pl.col("silence_h").max())
    return longest.rename({"silence_h": SILENCE_H.feature_id})


COVERAGE = Family(
    name="coverage",
    sentence="How much of a day was observed, against what was planned.",
    features=(*BY_STREAM.values(), *OF_LIFE),
    inputs=(*PERIODIC, *OF_EVENTS),
    compute=compute,
    reads_minutes=True,
)
