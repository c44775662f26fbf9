"""The mobility family: declared figures of each local day in long form, null with a reason where unknown."""

from __future__ import annotations

import polars as pl

from features.catalogue.mobility.declared import FEATURES, NEED_HISTORY, NEED_HOME, WITH_INTERVAL
from features.catalogue.mobility.facts import state_days
from features.catalogue.mobility.home import FEWEST_NIGHTS
from features.declaration import VALUES, Family, Feature, MissingReason, Observations
from pipeline.vocabulary.streams.location import GPS

FEWEST_HISTORY_DAYS = 14
"""Before two weeks are known, nearly every place is new, and saying so would say nothing about the day."""


def compute(observations: Observations) -> pl.DataFrame:
    """State every wanted day (`VALUES`), sorted by participant, day and feature."""
    facts = state_days(observations)
    stated = [facts.select(_state(feature)) for feature in FEATURES]
    return pl.concat(stated).cast(VALUES).sort("participant_id", "local_day", "feature_id")  # type: ignore[arg-type]


def _state(feature: Feature) -> list[pl.Expr]:
    """The columns of `VALUES` for one feature."""
    reason = _reason(feature)
    value = pl.when(reason.is_null()).then(pl.col(feature.feature_id).cast(pl.Float64))
    return [
        pl.col("participant_id"),
        pl.col("local_day"),
        pl.lit(feature.feature_id).alias("feature_id"),
        value.alias("value"),
        _bound(feature, reason, "low").alias("value_low"),
        _bound(feature, reason, "high").alias("value_high"),
        pl.col("coverage_ratio"),
        reason.alias("missing_reason"),
    ]


def _bound(feature: Feature, reason: pl.Expr, side: str) -> pl.Expr:
    if feature not in WITH_INTERVAL:
        return pl.lit(None, dtype=pl.Float64)
    return pl.when(reason.is_null()).then(pl.col(f"{feature.feature_id}_{side}"))


def _reason(feature: Feature) -> pl.Expr:
    """Why a feature has no value, null where it has one. The first cause that holds is named."""
    return (
        pl.when(pl.col("seen_minutes") == 0)
        .then(pl.lit(MissingReason.NO_DATA.value))
        .when(pl.col("coverage_ratio") < feature.minimum_coverage_ratio)
        .then(pl.lit(MissingReason.LOW_COVERAGE.value))
        .when(_is_short_of_history(feature))
        .then(pl.lit(MissingReason.SHORT_HISTORY.value))
        .when(pl.col(feature.feature_id).is_null())
        .then(pl.lit(MissingReason.UNDETERMINED.value))
    )


def _is_short_of_history(feature: Feature) -> pl.Expr:
    if feature in NEED_HOME:
        return pl.col("night_count") < FEWEST_NIGHTS
    if feature in NEED_HISTORY:
        return pl.col("history_days") < FEWEST_HISTORY_DAYS
    return pl.lit(value=False)


MOBILITY = Family(
    name="mobility",
    sentence="Where a day was spent, as stays, places and ways between them; no position leaves this family.",
    features=FEATURES,
    inputs=(GPS,),
    compute=compute,
    after=("sleep",),
)
