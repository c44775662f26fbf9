"""Phone use in the small hours, 00:00 to 05:00 of a civil date: the plainest sign of a night awake."""

from __future__ import annotations

import polars as pl

from features.catalogue.sleep.declared import FROM_SCREEN, NIGHT_PICKUPS, NIGHT_SCREEN_MIN
from features.declaration import MissingReason, Observations
from features.minutes.exact import divided
from features.minutes.life import LEAST_ALIVE_RATIO, Life
from features.minutes.screen import episodes_by_day, screen_episodes
from features.minutes.spans import cut_at_days, hours, merged
from features.minutes.support import days_with_support
from features.statement import stated
from pipeline.vocabulary.local_day import day_edges, with_local_day
from pipeline.vocabulary.streams.handset import POWER, SCREEN

NIGHT_ENDS_H = 5
SUPPORT_DAYS = 28
"""A phone that told of no screen for four weeks does not tell of screens."""
DAY = ["participant_id", "local_day"]


def night_use(observations: Observations, life: Life) -> pl.DataFrame:
    """Long form (`VALUES`) of every wanted day's use at night (one day at least), or why it was not seen."""
    nights = _nights(observations)
    alive = cut_at_days(life.alive.drop("local_day"), nights).group_by(DAY).agg(hours().alias("alive_h"))
    told = nights.join(alive, on=DAY, how="left").join(_use(observations, nights), on=DAY, how="left")
    ratio = (pl.col("alive_h").fill_null(0.0) / pl.col("length_h")).clip(0.0, 1.0).alias("coverage_ratio")
    days = _with_reasons(told.with_columns(ratio), observations, life)
    return stated(days.join(observations.wanted, on=DAY, how="semi"), FROM_SCREEN)


def _nights(observations: Observations) -> pl.DataFrame:
    """The small hours of each civil date, in the form of day edges; four or six hours long when clocks change."""
    wanted = observations.wanted["local_day"]
    first, last = wanted.min(), wanted.max()
    midnight = day_edges(observations.zones, first, last, starts_h=0).drop("ends_at_utc", "length_h")  # type: ignore[arg-type] # dates, for wanted is not empty
    five = day_edges(observations.zones, first, last, starts_h=NIGHT_ENDS_H)  # type: ignore[arg-type] # as above
    ends = five.select(*DAY, pl.col("starts_at_utc").alias("ends_at_utc"))
    length = divided((pl.col("ends_at_utc") - pl.col("starts_at_utc")).dt.total_seconds(), 3600.0).alias("length_h")
    return midnight.join(ends, on=DAY).with_columns(length)


def _use(observations: Observations, nights: pl.DataFrame) -> pl.DataFrame:
    """Minutes of use and pick-ups of each night that has any."""
    episodes = screen_episodes(observations.of(SCREEN), observations.of(POWER))
    used = cut_at_days(merged(episodes_by_day(episodes, observations.edges)), nights)
    minutes = used.group_by(DAY).agg((60.0 * hours()).alias(NIGHT_SCREEN_MIN.feature_id))
    begun = with_local_day(episodes, nights, "start_at_utc")
    return minutes.join(
        begun.group_by(DAY).agg(pl.len().alias(NIGHT_PICKUPS.feature_id)), on=DAY, how="full", coalesce=True
    )


def _with_reasons(told: pl.DataFrame, observations: Observations, life: Life) -> pl.DataFrame:
    """Nought where the night was seen and nothing happened; null with the reason where it was not seen."""
    signs = life.signs.select(*DAY, "reason")
    eve = signs.select("participant_id", pl.col("local_day").dt.offset_by("1d"), pl.col("reason").alias("eve_reason"))
    support = days_with_support(observations.of(SCREEN), observations.edges, SUPPORT_DAYS)
    known = told.join(signs, on=DAY, how="left").join(eve, on=DAY, how="left").join(support, on=DAY, how="left")
    is_seen = pl.col("coverage_ratio") >= LEAST_ALIVE_RATIO
    is_told = is_seen & pl.col("is_supported").fill_null(value=False)
    reason = (
        pl.when(~is_seen)
        .then(pl.coalesce("eve_reason", "reason", pl.lit(MissingReason.LOW_COVERAGE.value)))
        .otherwise(pl.lit(MissingReason.NOT_SUPPORTED.value))
        .alias("missing_reason")
    )
    ids = [feature.feature_id for feature in FROM_SCREEN]
    return known.with_columns(reason, *(pl.when(is_told).then(pl.col(name).fill_null(0)).alias(name) for name in ids))
