"""The grid of facts: which days a family states, and one row for each of them and each feature, value or reason."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from features.declaration import VALUES, Family, MissingReason
from pipeline.errors import InvariantError

DAYS = {"participant_id": pl.String, "local_day": pl.Date}
FACTS = {**dict(list(VALUES.items())[:3]), "feature_version": pl.Int32, **dict(list(VALUES.items())[3:])}
"""A row of `feature.daily` before it is published."""
KEY = ("participant_id", "local_day", "feature_id")
BOUND_TOLERANCE = 1e-9
"""How far, relative to a bound, rounding may carry a value past it; such a value is put on the bound."""


def spread(dirty: pl.DataFrame, reach_days: int) -> pl.DataFrame:
    """The days (`DAYS`) that something new on a dirty day may change: itself and `reach_days` after it."""
    until = (pl.col("local_day") + timedelta(days=reach_days)).alias("until")
    ranges = dirty.select("participant_id", pl.date_ranges("local_day", until).alias("local_day"))
    return ranges.explode("local_day").unique().sort(list(DAYS))


def stated(family: Family, values: pl.DataFrame, wanted: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """Complete what a family said to one row (`FACTS`) for each wanted day and feature, sorted.

    Where the family says nothing the reason is `no_data`, or `consent` on the days in `refused`.
    Raises InvariantError where the family breaks a promise; the message names features and counts, never a value.
    """
    _check_form(family, values)
    known = values.with_columns(pl.col("value", "value_low", "value_high", "coverage_ratio").fill_nan(None))
    grid = wanted.select(list(DAYS)).unique().join(_declared(family), how="cross")
    full = grid.join(known.select(list(VALUES)), on=list(KEY), how="left", maintain_order="left")
    bounded = full.with_columns(_on_the_bound(name) for name in ("value", "value_low", "value_high"))
    _check_range(family, bounded)
    explained = bounded.with_columns(_reason(refused))
    _check_reasons(family, explained)
    return explained.select(list(FACTS)).sort(list(KEY))


def _declared(family: Family) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "feature_id": [feature.feature_id for feature in family.features],
            "feature_version": [feature.version for feature in family.features],
            "minimum": [feature.minimum for feature in family.features],
            "maximum": [feature.maximum for feature in family.features],
        },
        schema={"feature_id": pl.String, "feature_version": pl.Int32, "minimum": pl.Float64, "maximum": pl.Float64},
    )


def _on_the_bound(name: str) -> pl.Expr:
    """A value that rounding carried past a bound lies on it."""
    value, low, high = pl.col(name), pl.col("minimum"), pl.col("maximum")
    is_below = (value < low) & (value >= low - BOUND_TOLERANCE * (1 + low.abs()))
    is_above = (value > high) & (value <= high + BOUND_TOLERANCE * (1 + high.abs()))
    return pl.when(is_below).then(low).when(is_above).then(high).otherwise(value).alias(name)


def _reason(refused: pl.DataFrame) -> pl.Expr:
    """Why there is no value, where there is none and the family does not say why."""
    said = pl.col("missing_reason")
    is_silent = pl.col("value").is_null() & (said.is_null() | (said == MissingReason.NO_DATA.value))
    day = pl.struct("participant_id", "local_day")
    is_refused = day.is_in(refused.select(pl.struct(list(DAYS))).to_series().implode())
    reason = (
        pl.when(is_refused).then(pl.lit(MissingReason.CONSENT.value)).otherwise(pl.lit(MissingReason.NO_DATA.value))
    )
    return pl.when(is_silent).then(reason).otherwise(said).alias("missing_reason")


def _check_form(family: Family, values: pl.DataFrame) -> None:
    found = {name: values.schema.get(name) for name in VALUES}
    if found != VALUES:
        wrong = sorted(name for name, kind in VALUES.items() if found[name] != kind)
        raise InvariantError(f"the family {family.name} returned {wrong} missing or of another type than declared")
    unknown = set(values["feature_id"].unique()) - {feature.feature_id for feature in family.features}
    if unknown:
        raise InvariantError(f"the family {family.name} returned features that it does not declare: {sorted(unknown)}")
    twice = values.select(list(KEY)).is_duplicated().sum()
    if twice:
        raise InvariantError(f"the family {family.name} returned {twice} rows with the key of another row")


def _check_range(family: Family, full: pl.DataFrame) -> None:
    named = ("value", "value_low", "value_high")
    outside = [(pl.col(name) < pl.col("minimum")) | (pl.col(name) > pl.col("maximum")) for name in named]
    endless = [pl.col(name).is_infinite() for name in named]
    share = (pl.col("coverage_ratio") < 0.0) | (pl.col("coverage_ratio") > 1.0 + BOUND_TOLERANCE)
    broken = full.filter(pl.any_horizontal(*outside, *endless, share))
    if broken.height:
        counts = dict(broken.group_by("feature_id").len().sort("feature_id").iter_rows())
        raise InvariantError(
            f"values of the family {family.name} lie outside their declared range, by feature: {counts}"
        )


def _check_reasons(family: Family, full: pl.DataFrame) -> None:
    reasons = [reason.value for reason in MissingReason]
    both = pl.col("value").is_not_null() & pl.col("missing_reason").is_not_null()
    unknown = pl.col("missing_reason").is_not_null() & ~pl.col("missing_reason").is_in(reasons)
    broken = full.filter(both | unknown)
    if broken.height:
        counts = dict(broken.group_by("feature_id").len().sort("feature_id").iter_rows())
        raise InvariantError(
            f"the family {family.name} gives a reason beside a value, or an unknown reason, by feature: {counts}"
        )
