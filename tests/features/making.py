"""Small frames for feature tests, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl

from features.declaration import Observations
from pipeline.vocabulary.local_day import ZONE_TIMELINE, day_edges


def zones_of(zones: Mapping[str, str]) -> pl.DataFrame:
    """A zone timeline with one zone a participant."""
    rows = [(name, datetime(2020, 1, 1, tzinfo=UTC), zone) for name, zone in zones.items()]
    return pl.DataFrame(rows, schema=ZONE_TIMELINE, orient="row")


def observed(
    streams: Mapping[str, pl.DataFrame], first: date, last: date, zones: Mapping[str, str] | None = None
) -> Observations:
    """Observations of one or two participants, every day wanted."""
    timeline = zones_of(zones or {"p": "UTC", "q": "UTC"})
    edges = day_edges(timeline, first, last)
    handsets = timeline.select("participant_id", "from_at_utc", pl.lit("android").alias("os"))
    return Observations(streams, edges, timeline, handsets, edges.select("participant_id", "local_day"))


def stated(frame: pl.DataFrame, participant_id: str, local_day: date) -> dict[str, float | str | None]:
    """The values of one day by feature id; the reason where there is no value."""
    own = frame.filter(pl.col("participant_id") == participant_id, pl.col("local_day") == local_day)
    return {row["feature_id"]: row["missing_reason"] or row["value"] for row in own.iter_rows(named=True)}
