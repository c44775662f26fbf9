"""Every feature there is, found by walking this folder: a new family is a new module, and no list is edited."""

from __future__ import annotations

import sys
from functools import cache

import polars as pl

from features.declaration import Family
from pipeline.errors import InvariantError
from pipeline.walk import declared_in


@cache
def all_families() -> tuple[Family, ...]:
    """Every declared family, those that others come after first, otherwise in alphabetical order."""
    found = sorted(declared_in(sys.modules[__name__], Family), key=lambda family: family.name)
    _refuse_twice_declared(found)
    return in_order(found)


def in_order(families: list[Family]) -> tuple[Family, ...]:
    """Families so that each comes after those it names; names of families that are not there are passed over."""
    waiting, ordered = list(families), list[Family]()
    while waiting:
        names = {family.name for family in waiting}
        ready = [family for family in waiting if not names.intersection(family.after)]
        if not ready:
            raise InvariantError(f"the families {sorted(names)} come after each other in a circle; mend their `after`")
        ordered += ready
        waiting = [family for family in waiting if family not in ready]
    return tuple(ordered)


def catalogue_frame(families: tuple[Family, ...] | None = None) -> pl.DataFrame:
    """The data dictionary: one row a feature, with the columns of `feature.catalogue`."""
    chosen = all_families() if families is None else families
    rows = [
        {
            "family": family.name,
            "feature_id": feature.feature_id,
            "feature_version": feature.version,
            "label": feature.label or feature.feature_id,
            "unit": feature.unit,
            "definition": feature.definition,
            "citation": feature.citation,
            "minimum": feature.minimum,
            "maximum": feature.maximum,
            "reach_days": feature.reach_days,
            "minimum_coverage_ratio": feature.minimum_coverage_ratio,
        }
        for family in chosen
        for feature in family.features
    ]
    return pl.DataFrame(rows, schema=CATALOGUE_COLUMNS).sort("family", "feature_id")


CATALOGUE_COLUMNS = {
    "family": pl.String,
    "feature_id": pl.String,
    "feature_version": pl.Int32,
    "label": pl.String,
    "unit": pl.String,
    "definition": pl.String,
    "citation": pl.String,
    "minimum": pl.Float64,
    "maximum": pl.Float64,
    "reach_days": pl.Int32,
    "minimum_coverage_ratio": pl.Float64,
}


def _refuse_twice_declared(families: list[Family]) -> None:
    ids = pl.Series([feature.feature_id for family in families for feature in family.features], dtype=pl.String)
    twice = sorted(ids.filter(ids.is_duplicated()).unique())
    if twice:
        raise InvariantError(f"the features {twice} are declared more than once; give each its own name")
