"""Life signs of a local day: how much of it the app was known to be alive, and why not where it was not."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.declaration import MissingReason, Observations
from features.minutes.heartbeat import alive_spans, seen_minutes, shutdowns
from features.minutes.spans import hours
from pipeline.vocabulary.streams.handset import POWER

LIFE_SIGNS = pl.Schema(
    {"participant_id": pl.String, "local_day": pl.Date, "heartbeat_ratio": pl.Float64, "reason": pl.String}
)
LEAST_ALIVE_RATIO = 0.5
"""Below half a day of heartbeat, what was not seen outweighs what was."""
FLAT_BATTERY_RATIO = 0.05
"""A phone whose last word was five per cent or less ran out."""
DEATH_PRECEDES = pl.duration(minutes=60)
"""How long before the last row of any stream a shutdown or a flat battery still explains the silence after it."""
DAY = ["participant_id", "local_day"]


@dataclass(frozen=True)
class Life:
    """What is known of an app's life: minutes with a row (`SEEN`), spans alive (`DAY_SPANS`), and the days' signs."""

    seen: pl.DataFrame
    alive: pl.DataFrame
    signs: pl.DataFrame


def life_of(observations: Observations) -> Life:
    """The life of every participant's app over the days of the edges."""
    seen = seen_minutes(observations)
    alive = alive_spans(observations, seen)
    return Life(seen, alive, _signs(observations, seen, alive))


def life_signs(observations: Observations) -> pl.DataFrame:
    """For every day of the edges: `participant_id, local_day, heartbeat_ratio, reason` (`LIFE_SIGNS`), sorted.

    `reason` (a `MissingReason`) explains the longest silence of a day whose heartbeat is below one half, and is
    null on better days. Whether a silence is over is known only later: a day may pass from `awaiting_data` to
    `app_not_running` when newer rows arrive.
    """
    return life_of(observations).signs


def _signs(observations: Observations, seen: pl.DataFrame, alive: pl.DataFrame) -> pl.DataFrame:
    lived = alive.group_by(DAY).agg(hours().alias("alive_h"))
    days = observations.edges.select(*DAY, "starts_at_utc", "ends_at_utc", "length_h").join(lived, on=DAY, how="left")
    ratio = (pl.col("alive_h").fill_null(0.0) / pl.col("length_h")).clip(0.0, 1.0).alias("heartbeat_ratio")
    told = _explained(_longest_hole(days, alive), observations, seen)
    signs = days.with_columns(ratio).join(told, on=DAY, how="left")
    reason = pl.when(pl.col("heartbeat_ratio") < LEAST_ALIVE_RATIO).then("reason").alias("reason")
    return signs.select(*DAY, "heartbeat_ratio", reason).sort(DAY)


def _longest_hole(days: pl.DataFrame, alive: pl.DataFrame) -> pl.DataFrame:
    """The longest silence of each day, the earliest of equals: `hole_at_utc, hole_ends_at_utc`."""
    opening = days.select(*DAY, pl.col("starts_at_utc").alias("start_at_utc"), end_at_utc="starts_at_utc")
    closing = days.select(*DAY, pl.col("ends_at_utc").alias("start_at_utc"), end_at_utc="ends_at_utc")
    marks = pl.concat([opening, alive.select(opening.columns), closing]).sort(*DAY, "start_at_utc", "end_at_utc")
    holes = marks.select(
        *DAY,
        pl.col("end_at_utc").alias("hole_at_utc"),
        pl.col("start_at_utc").shift(-1).over(DAY).alias("hole_ends_at_utc"),
    ).drop_nulls()
    length = (pl.col("hole_ends_at_utc") - pl.col("hole_at_utc")).alias("length")
    longest = holes.with_columns(length).sort(*DAY, "length", "hole_at_utc", descending=[False, False, True, False])
    return longest.unique(DAY, keep="first", maintain_order=True).drop("length")


def _explained(holes: pl.DataFrame, observations: Observations, seen: pl.DataFrame) -> pl.DataFrame:
    """Why each silence is there, from what came just before it and from whether anything came after."""
    newest = seen.group_by("participant_id").agg(pl.col("at_utc").max().alias("newest_at"))
    placed = _latest(holes, seen, "last_seen_at").join(newest, on="participant_id", how="left")
    placed = _latest(_latest(placed, shutdowns(observations), "down_at"), _flat(observations), "flat_at")
    is_dead = (pl.max_horizontal("down_at", "flat_at") >= pl.col("last_seen_at") - DEATH_PRECEDES).fill_null(
        value=False
    )
    is_over = (pl.col("newest_at") >= pl.col("hole_ends_at_utc")).fill_null(value=False)
    reason = (
        pl.when(pl.col("last_seen_at").is_null())
        .then(pl.lit(MissingReason.NO_DATA.value))
        .when(is_dead)
        .then(pl.lit(MissingReason.DEVICE_OFF.value))
        .when(is_over)
        .then(pl.lit(MissingReason.APP_NOT_RUNNING.value))
        .otherwise(pl.lit(MissingReason.AWAITING_DATA.value))
    )
    return placed.select(*DAY, reason.alias("reason"))


def _flat(observations: Observations) -> pl.DataFrame:
    """Instants at which a phone reported a battery all but empty."""
    levels = observations.of(POWER).filter(pl.col("level_ratio") <= FLAT_BATTERY_RATIO)
    return levels.select("participant_id", "at_utc").unique()


def _latest(holes: pl.DataFrame, instants: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the last of a participant's instants that is not after the silence began."""
    named = instants.select("participant_id", pl.col("at_utc").alias(name)).sort(name)
    return holes.sort("hole_at_utc").join_asof(
        named,
        left_on="hole_at_utc",
        right_on=name,
        by="participant_id",
        check_sortedness=False,
        coalesce=False,
    )
