"""The sleep of each wanted day in its declared units, with 80 % intervals and the reason where it cannot be told."""

from __future__ import annotations

import polars as pl

from features.catalogue.sleep.declared import (
    AWAKE_MIN,
    AWAKENINGS,
    DURATION_H,
    FROM_EPISODES,
    LONGEST_BLOCK_H,
    MIDPOINT_H,
    NAP_H,
    OFFSET_AT,
    OFFSET_H,
    ONSET_AT,
    ONSET_H,
    TIME_IN_BED_H,
)
from features.catalogue.sleep.grid import laid_out, minute_of
from features.catalogue.sleep.habit import HABIT_DAYS
from features.catalogue.sleep.nights import judged_nights
from features.catalogue.sleep.verdict import SLEEPLESS, SLEPT, UNSEEN
from features.declaration import Feature, MissingReason, Observations
from features.minutes.evidence import evidence
from features.minutes.exact import divided
from features.minutes.life import Life
from features.statement import HIGH, LOW, stated
from pipeline.vocabulary.local_day import day_edges, with_local_time

DAY = ["participant_id", "local_day"]


def sleep_days(observations: Observations, life: Life) -> pl.DataFrame:
    """Long form (`VALUES`) of the sleep of every wanted day; `wanted` has at least one."""
    minutes = evidence(observations) if observations.minutes is None else observations.minutes
    days = _days(observations)
    grid = laid_out(minutes, observations.edges)
    judged = judged_nights(grid, days.join(grid.people, on="participant_id").sort(DAY))
    noon = days.select(*DAY, "noon")
    return stated(_in_units(_with_reason(judged.join(noon, on=DAY), life)), FROM_EPISODES)


def _days(observations: Observations) -> pl.DataFrame:
    """Every day of the edges with the instants that its judging needs, in minutes since 1970."""
    edges = observations.edges.select(*DAY, "starts_at_utc", "ends_at_utc")
    first, last = edges["local_day"].min(), edges["local_day"].max()
    civil = day_edges(observations.zones, first, last, starts_h=0)  # type: ignore[arg-type] # dates: there are edges
    noons = day_edges(observations.zones, first, last, starts_h=12)  # type: ignore[arg-type] # as above
    eve_noon = _before(noons, first)
    cut = with_local_time(edges, observations.zones, "starts_at_utc")
    clock = (pl.col("local_at").dt.hour().cast(pl.Int64) * 60 + pl.col("local_at").dt.minute()).alias("cut_clock")
    placed = (
        cut.with_columns(clock)
        .join(civil.select(*DAY, since=minute_of("starts_at_utc"), until=minute_of("ends_at_utc")), on=DAY)
        .join(eve_noon, on=DAY)
        .with_columns(minute_of("starts_at_utc").alias("starts"), minute_of("ends_at_utc").alias("ends"))
    )
    return _marked(placed, observations.wanted)


def _before(noons: pl.DataFrame, first: object) -> pl.DataFrame:
    """Noon of the civil date before each date; the first date's is a day of 24 hours earlier, for lack of its own."""
    shifted = noons.select("participant_id", pl.col("local_day").dt.offset_by("1d"), noon=minute_of("starts_at_utc"))
    lone = noons.filter(pl.col("local_day") == first).select(*DAY, noon=minute_of("starts_at_utc") - 24 * 60)
    return pl.concat([shifted, lone])


def _marked(days: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Number the days of all participants on one calendar; mark those wanted, and those learnt from."""
    asked = wanted.select(DAY).unique().with_columns(pl.lit(value=True).alias("is_wanted"))
    first_day = days["local_day"].min()
    marked = (
        days.join(asked, on=DAY, how="left")
        .sort(DAY)
        .with_columns(
            pl.col("is_wanted").fill_null(value=False),
            (pl.col("local_day") - pl.lit(first_day)).dt.total_days().alias("day_number"),
        )
    )
    next_wanted = pl.when("is_wanted").then("day_number").fill_null(strategy="backward")
    until_wanted = next_wanted.shift(-1).over("participant_id") - pl.col("day_number")
    return marked.with_columns((until_wanted <= HABIT_DAYS).fill_null(value=False).alias("is_learnt"))


def _with_reason(judged: pl.DataFrame, life: Life) -> pl.DataFrame:
    """Why a day's sleep cannot be told: nobody saw it, or what was seen leaves it open."""
    signs = life.signs.select(*DAY, "reason")
    unseen = pl.coalesce("reason", pl.lit(MissingReason.NO_DATA.value))
    reason = pl.when(pl.col("verdict") == UNSEEN).then(unseen).otherwise(pl.lit(MissingReason.UNDETERMINED.value))
    return judged.join(signs, on=DAY, how="left").with_columns(
        reason.alias("missing_reason"), pl.col("alive_ratio").alias("coverage_ratio")
    )


def _in_units(judged: pl.DataFrame) -> pl.DataFrame:
    """The declared features from minutes since 1970, null where the verdict forbids them."""
    slept = judged.with_columns(
        pl.when(pl.col("verdict") == SLEPT).then(name).alias(name)
        for name in ("onset", "offset", "onset_low", "onset_high", "offset_low", "offset_high")
    )
    is_slept, is_known = pl.col("verdict") == SLEPT, pl.col("verdict").is_in([float(SLEPT), float(SLEEPLESS)])
    return slept.with_columns(
        *_edges(ONSET_H, ONSET_AT, "onset"),
        *_edges(OFFSET_H, OFFSET_AT, "offset"),
        *_midpoint(),
        *_duration(),
        pl.when(is_slept).then(_h(pl.col("bed_until") - pl.col("bed_from"))).alias(TIME_IN_BED_H.feature_id),
        pl.when(is_slept).then("awakening_count").alias(AWAKENINGS.feature_id),
        pl.when(is_slept).then("awake_min").alias(AWAKE_MIN.feature_id),
        pl.when(is_slept).then(_h(pl.col("longest_block_min"))).alias(LONGEST_BLOCK_H.feature_id),
        pl.when(is_known).then(_h(pl.col("nap_min"))).alias(NAP_H.feature_id),
    )


def _edges(elapsed: Feature, instant: Feature, name: str) -> list[pl.Expr]:
    """One edge of sleep, as hours since noon and as epoch seconds, with its interval."""
    endings = {"": "", "_low": LOW, "_high": HIGH}
    hours = [_h(pl.col(name + own) - pl.col("noon")).alias(elapsed.feature_id + end) for own, end in endings.items()]
    return hours + [(pl.col(name + own) * 60.0).alias(instant.feature_id + end) for own, end in endings.items()]


def _midpoint() -> list[pl.Expr]:
    """The middle; its interval takes the errors of both edges as independent."""
    middle = (pl.col("onset") + pl.col("offset")) / 2.0 - pl.col("noon")
    down = _root(pl.col("onset") - pl.col("onset_low"), pl.col("offset") - pl.col("offset_low")) / 2.0
    up = _root(pl.col("onset_high") - pl.col("onset"), pl.col("offset_high") - pl.col("offset")) / 2.0
    named = {"": middle, LOW: middle - down, HIGH: middle + up}
    return [_h(value).alias(MIDPOINT_H.feature_id + end) for end, value in named.items()]


def _duration() -> list[pl.Expr]:
    """Minutes asleep; a sleepless night is nought, and at most what the posterior still expects of it."""
    asleep = pl.col("asleep_min")
    down = _root(pl.col("onset_high") - pl.col("onset"), pl.col("offset") - pl.col("offset_low"))
    up = _root(pl.col("onset") - pl.col("onset_low"), pl.col("offset_high") - pl.col("offset"))
    nought = pl.lit(0.0)
    named = {
        "": (asleep, nought),
        LOW: ((asleep - down).clip(0.0), nought),
        HIGH: (asleep + up, pl.col("expected_asleep_min")),
    }
    return [
        _h(pl.when(pl.col("verdict") == SLEPT).then(value).when(pl.col("verdict") == SLEEPLESS).then(none)).alias(
            DURATION_H.feature_id + end
        )
        for end, (value, none) in named.items()
    ]


def _h(minutes: pl.Expr) -> pl.Expr:
    return divided(minutes, 60.0)


def _root(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return (one.pow(2) + other.pow(2)).sqrt()
