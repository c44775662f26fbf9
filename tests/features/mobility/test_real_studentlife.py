"""Mobility and communication of the ten StudentLife participants: sane, complete, and nothing printed."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from features.catalogue.communication import COMMUNICATION
from features.catalogue.mobility import MOBILITY
from features.declaration import Family, Observations
from pipeline.sources.contract import Body
from pipeline.sources.studentlife import STUDENTLIFE
from pipeline.vocabulary.local_day import day_edges
from tests.features.making import zones_of

FIRST, LAST = date(2013, 3, 28), date(2013, 5, 28)
WANTED = {"gps", "conversation", "call_log", "sms"}


@pytest.fixture(scope="module")
def observations(real_data: Path) -> Observations:
    """Fixes, conversations, calls and texts of all ten."""
    root = real_data / "studentlife" / "dataset"
    streams: dict[str, list[pl.DataFrame]] = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root.parent).as_posix().removesuffix(".gz")
        claim = STUDENTLIFE.claim(name)
        if claim is None or not WANTED.intersection(path.parts):
            continue
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        reading = STUDENTLIFE.reader(claim.kind).read((Body(0, name, content),))
        for stream, rows in reading.rows.items():
            kinds = {name: kind for name, kind in stream.empty().schema.items() if name in rows.columns}
            typed = rows.select(pl.col(name).cast(kind) for name, kind in kinds.items())
            own = typed.with_columns(participant_id=pl.lit(claim.export_id), device_id=pl.lit(None, dtype=pl.String))
            streams.setdefault(stream.name, []).append(own.with_columns(source=pl.lit("studentlife")))
    return _observed(streams)


def _observed(parts: dict[str, list[pl.DataFrame]]) -> Observations:
    streams = {name: pl.concat(frames).sort("participant_id", "at_utc") for name, frames in parts.items()}
    people = streams["gps"]["participant_id"].unique().sort().to_list()
    timeline = zones_of(dict.fromkeys(people, "America/New_York"))
    edges = day_edges(timeline, FIRST, LAST)
    handsets = timeline.select("participant_id", "from_at_utc", pl.lit("android").alias("os"))
    return Observations(streams, edges, timeline, handsets, edges.select("participant_id", "local_day"))


def _share_known(values: pl.DataFrame, feature_id: str, reasons: Iterable[str] = ("no_data",)) -> float:
    """The share of days with a value among those not missing for the given reasons."""
    mine = values.filter(pl.col("feature_id") == feature_id)
    asked = mine.filter(pl.col("missing_reason").is_null() | ~pl.col("missing_reason").is_in(list(reasons)))
    return asked["value"].count() / asked.height


@pytest.mark.real
@pytest.mark.parametrize("family", [MOBILITY, COMMUNICATION], ids=lambda family: str(family.name))
def test_every_participant_day_and_feature_is_stated_within_its_range(
    observations: Observations, family: Family
) -> None:
    values = family.compute(observations)

    assert values.height == observations.wanted.height * len(family.features)
    for feature in family.features:
        mine = values.filter(pl.col("feature_id") == feature.feature_id)["value"].drop_nulls()
        assert (mine >= (feature.minimum or 0.0)).all()
        assert feature.maximum is None or (mine <= feature.maximum).all()


@pytest.mark.real
def test_home_and_distance_are_known_on_nearly_every_day_with_fixes(observations: Observations) -> None:
    values = MOBILITY.compute(observations)

    assert _share_known(values, "home_time_h") > 0.85
    assert _share_known(values, "distance_km") > 0.85


@pytest.mark.real
def test_a_student_is_at_home_between_a_quarter_and_all_of_an_ordinary_day(observations: Observations) -> None:
    values = MOBILITY.compute(observations)
    hours = (
        values.filter(pl.col("feature_id") == "home_time_h").group_by("participant_id").agg(pl.col("value").median())
    )

    assert hours["value"].is_between(6.0, 24.0).all()


@pytest.mark.real
def test_conversations_are_heard_on_nearly_every_day(observations: Observations) -> None:
    assert _share_known(COMMUNICATION.compute(observations), "conversation_count") > 0.95
