"""Facts made by hand for tests of the feature store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import polars as pl

from features.grid import FACTS

DAY = date(2024, 3, 1)
NIGHT = datetime(2024, 3, 2, 5, 0, tzinfo=UTC)


def facts(*rows: tuple[str, date, str, float | None]) -> pl.DataFrame:
    """Daily facts of participant, day, feature and value; null is `no_data`."""
    return pl.DataFrame([_fact(*row) for row in rows], schema=FACTS)


def catalogue(*rows: tuple[str, str]) -> pl.DataFrame:
    """A data dictionary of family and feature."""
    return pl.DataFrame(
        {
            "family": [family for family, _ in rows],
            "feature_id": [feature for _, feature in rows],
            "feature_version": [1] * len(rows),
            **{name: ["words"] * len(rows) for name in ("label", "unit", "definition", "citation")},
            "minimum": [0.0] * len(rows),
            "maximum": [None] * len(rows),
            "reach_days": [0] * len(rows),
            "minimum_coverage_ratio": [0.0] * len(rows),
        }
    )


def values_of(frame: pl.DataFrame) -> Sequence[tuple[str, date, str, float | None]]:
    """Participant, day, feature and value of each row, in order."""
    return frame.select("participant_id", "local_day", "feature_id", "value").rows()


def _fact(participant_id: str, local_day: date, feature_id: str, value: float | None) -> dict[str, object]:
    return {
        "participant_id": participant_id,
        "local_day": local_day,
        "feature_id": feature_id,
        "feature_version": 1,
        "value": value,
        "value_low": None,
        "value_high": None,
        "coverage_ratio": None if value is None else 1.0,
        "missing_reason": "no_data" if value is None else None,
    }
