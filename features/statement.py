"""From a wide frame of a family's days to the long form that every family returns."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from features.declaration import VALUES, Feature, MissingReason

LOW, HIGH, REASON = ".low", ".high", ".reason"
"""Endings of the columns that stand beside a feature's own: its interval, and why it has no value."""
DAY = ["participant_id", "local_day"]


def stated(days: pl.DataFrame, features: Sequence[Feature]) -> pl.DataFrame:
    """Long form (`VALUES`) of `days`, sorted.

    `days` has `participant_id, local_day, coverage_ratio, missing_reason` (why a day's features are missing unless a
    feature has a reason of its own) and one column a feature, by its id, with `.low`, `.high` and `.reason` beside it
    where there are any. A missing value without any reason is `undetermined`.
    """
    parts = [_one(days, feature.feature_id) for feature in features]
    return pl.concat(parts).sort(*DAY, "feature_id")


def _one(days: pl.DataFrame, feature_id: str) -> pl.DataFrame:
    value = pl.col(feature_id).cast(pl.Float64).fill_nan(None)
    own = [pl.col(feature_id + REASON)] if feature_id + REASON in days.columns else []
    reason = pl.coalesce(*own, "missing_reason", pl.lit(MissingReason.UNDETERMINED.value))
    return days.select(
        *DAY,
        pl.lit(feature_id).alias("feature_id"),
        value.alias("value"),
        *(_beside(days, feature_id + ending, value, name) for ending, name in _BOUNDS.items()),
        "coverage_ratio",
        pl.when(value.is_null()).then(reason).alias("missing_reason"),
    ).select(pl.col(name).cast(kind) for name, kind in VALUES.items())


_BOUNDS = {LOW: "value_low", HIGH: "value_high"}


def _beside(days: pl.DataFrame, column: str, value: pl.Expr, name: str) -> pl.Expr:
    """A bound of the interval, only where there is a value for it to stand around."""
    bound = pl.col(column) if column in days.columns else pl.lit(None, dtype=pl.Float64)
    return pl.when(value.is_not_null()).then(bound).alias(name)
