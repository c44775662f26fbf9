"""The table of minutes: one row a participant and UTC minute with any evidence, every stream side by side.

What is not known is null: a screen is dark for nought seconds only in a minute in which the app was alive and had
told of a screen within the last two days. Nothing in a minute depends on rows after the end of its local day.
"""

from __future__ import annotations

import polars as pl

from features.declaration import Observations
from features.minutes.acceleration import acceleration_minutes
from features.minutes.acts import act_counts
from features.minutes.columns import Columns
from features.minutes.heartbeat import alive_spans
from features.minutes.screen import episodes_by_day, screen_episodes
from features.minutes.spans import by_minute, merged
from features.minutes.states import charging_spans, interval_spans, locked_spans
from pipeline.vocabulary.stream import INSTANT, Stream
from pipeline.vocabulary.streams.contact import CONVERSATION_INTERVAL
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, DARK_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS
from pipeline.vocabulary.streams.movement import ACCELEROMETER, ACTIVITY

EVIDENCE: Columns = {
    "participant_id": pl.String,
    "minute_at_utc": INSTANT,
    "screen_on_s": pl.Float64,
    "is_locked": pl.Boolean,
    "is_charging": pl.Boolean,
    "is_dark": pl.Boolean,
    "conversation_s": pl.Float64,
    "movement_g": pl.Float64,
    "enmo_g": pl.Float64,
    "accel_sample_count": pl.Int64,
    "gps_fix_count": pl.Int64,
    "still_count": pl.Int64,
    "active_count": pl.Int64,
    "event_count": pl.Int64,
    "is_heartbeat": pl.Boolean,
}
KEY = ["participant_id", "minute_at_utc"]
KNOWN_FOR = "48h"
"""How long a stream that speaks only of changes is believed to be still speaking."""
ACTIVE = ("walking", "running", "bicycle", "vehicle")


def evidence(observations: Observations) -> pl.DataFrame:
    """All that the streams say of each minute inside the day edges (`EVIDENCE`), sorted by participant and minute."""
    alive = by_minute(alive_spans(observations)).select(*KEY, is_heartbeat=pl.lit(value=True))
    parts = [alive, _screen(observations), *_states(observations), *_counts(observations)]
    keys = pl.concat([part.select(KEY) for part in parts]).unique().sort(KEY)
    table = keys
    for part in parts:
        table = table.join(part, on=KEY, how="left")
    return (
        _with_what_is_known(_inside(table, observations.edges), observations)
        .select(list(EVIDENCE))
        .cast(pl.Schema(EVIDENCE))
    )


def _screen(observations: Observations) -> pl.DataFrame:
    """Seconds of use in each minute: screen on (Android) or unlocked (iOS), whichever is longer where both are told."""
    episodes = screen_episodes(observations.of(SCREEN), observations.of(POWER))
    used = merged(episodes_by_day(episodes, observations.edges))
    return by_minute(used).rename({"filled_s": "screen_on_s"})


def _states(observations: Observations) -> list[pl.DataFrame]:
    """Locked, charging, dark and conversation, each by minute."""
    locked = locked_spans(observations.of(SCREEN), observations.of(POWER), observations.of(LOCK_INTERVAL))
    charging = charging_spans(observations.of(POWER), observations.of(CHARGE_INTERVAL))
    dark = merged(interval_spans(observations.of(DARK_INTERVAL)))
    talking = by_minute(merged(interval_spans(observations.of(CONVERSATION_INTERVAL)))).rename(
        {"filled_s": "conversation_s"}
    )
    named = {"is_locked": locked, "is_charging": charging, "is_dark": dark}
    return [_mostly(spans, name) for name, spans in named.items()] + [talking]


def _counts(observations: Observations) -> list[pl.DataFrame]:
    """Acceleration, fixes, inferred activity and acts, each by minute."""
    moved = acceleration_minutes(observations.of(ACCELEROMETER)).select(
        *KEY, pl.col("mad_g").alias("movement_g"), "enmo_g", pl.col("sample_count").alias("accel_sample_count")
    )
    activity = pl.col("activity").cast(pl.String)
    is_still, is_active = activity == "still", activity.is_in(ACTIVE)
    inferred = _by_minute(
        observations, ACTIVITY, is_still.sum().alias("still_count"), is_active.sum().alias("active_count")
    )
    fixes = _by_minute(observations, GPS, pl.len().alias("gps_fix_count"))
    return [moved, inferred, fixes, act_counts(observations)]


def _with_what_is_known(table: pl.DataFrame, observations: Observations) -> pl.DataFrame:
    """Turn silence into "no" where the app was alive and the stream was speaking; leave it unknown elsewhere."""
    counts = ["accel_sample_count", "gps_fix_count", "still_count", "active_count", "event_count"]
    filled = table.with_columns(pl.col(counts).fill_null(0), pl.col("is_heartbeat").fill_null(value=False))
    for name, (streams, nothing) in _SPOKEN_OF.items():
        spoken = _spoken(observations, streams)
        known = _heard_lately(filled, spoken) & pl.Series(filled["is_heartbeat"])
        said = pl.when(pl.col(name).is_null() & pl.lit(known)).then(pl.lit(nothing)).otherwise(pl.col(name))
        filled = filled.with_columns(said.alias(name))
    return filled


_SPOKEN_OF: dict[str, tuple[tuple[Stream, ...], float | bool]] = {
    "screen_on_s": ((SCREEN,), 0.0),
    "is_locked": ((LOCK_INTERVAL,), False),
    "is_charging": ((POWER, CHARGE_INTERVAL), False),
    "is_dark": ((DARK_INTERVAL,), False),
    "conversation_s": ((CONVERSATION_INTERVAL,), 0.0),
}


def _spoken(observations: Observations, streams: tuple[Stream, ...]) -> pl.DataFrame:
    """Instants at which one of the streams spoke; an interval speaks at both its ends."""
    frames = [observations.of(stream) for stream in streams]
    starts = [frame.select("participant_id", pl.col("at_utc").alias("spoken_at")) for frame in frames]
    ends = [
        frame.select("participant_id", pl.col("end_at_utc").alias("spoken_at"))
        for frame in frames
        if "end_at_utc" in frame.columns
    ]
    return pl.concat(starts + ends).unique().sort("spoken_at")


def _heard_lately(table: pl.DataFrame, spoken: pl.DataFrame) -> pl.Series:
    """For each row of the table, in its order, whether its participant's stream spoke in the time before."""
    numbered = table.select(*KEY).with_row_index("row").sort("minute_at_utc")
    heard = numbered.join_asof(
        spoken.with_columns(pl.col("spoken_at").dt.truncate("1m")).sort("spoken_at"),
        left_on="minute_at_utc",
        right_on="spoken_at",
        by="participant_id",
        tolerance=KNOWN_FOR,
        check_sortedness=False,
        coalesce=False,
    )
    return heard.sort("row")["spoken_at"].is_not_null()


def _inside(table: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The rows between a participant's first and last day edge."""
    bounds = edges.group_by("participant_id").agg(pl.col("starts_at_utc").min(), pl.col("ends_at_utc").max())
    is_inside = (pl.col("minute_at_utc") >= pl.col("starts_at_utc")) & (pl.col("minute_at_utc") < pl.col("ends_at_utc"))
    return table.join(bounds, on="participant_id").filter(is_inside).drop("starts_at_utc", "ends_at_utc").sort(KEY)


def _mostly(spans: pl.DataFrame, name: str) -> pl.DataFrame:
    """Minutes that spans fill by half or more, as a flag."""
    half_s = 30.0
    return by_minute(spans).filter(pl.col("filled_s") >= half_s).select(*KEY, pl.lit(value=True).alias(name))


def _by_minute(observations: Observations, stream: Stream, *counts: pl.Expr) -> pl.DataFrame:
    minute = pl.col("at_utc").dt.truncate("1m").alias("minute_at_utc")
    return observations.of(stream).group_by("participant_id", minute).agg(*counts).sort(KEY)
