"""The vectorised day of movement and steps against a slow reading of its definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.catalogue.activity.moved import moved_days
from features.catalogue.activity.steps import observed_seconds
from features.minutes.acceleration import acceleration_minutes
from pipeline.vocabulary.local_day import day_edges
from tests.features.activity.making import burst, instants, walk
from tests.features.making import zones_of
from tests.oracle.activity import plain_reading

FIRST = date(2024, 5, 6)
DAYS = 2


def _random_life(seed: int, participant_id: str) -> pl.DataFrame:
    """Bursts of 4 to 30 seconds at odd instants of two days, some walked, some still, some restless, some lacking."""
    rng = np.random.default_rng(seed)
    at, bursts = datetime(2024, 5, 5, 20, tzinfo=UTC), []
    while at < datetime(2024, 5, 8, 6, tzinfo=UTC):
        at_s = instants(float(rng.integers(4, 30)))
        swing = rng.choice([0.0, 0.05, 0.2])
        magnitude = 1.0 + swing * rng.standard_normal(len(at_s))
        bursts.append(burst(walk(at_s, 1.7) if rng.random() < 0.2 else magnitude, at, participant_id))
        at += timedelta(seconds=int(rng.integers(60, 900)) + (7200 if rng.random() < 0.01 else 0))
    return pl.concat(bursts)


@pytest.fixture(scope="module", params=["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"])
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _days(edges: pl.DataFrame, facts: pl.DataFrame) -> Iterator[tuple[dict[str, object], dict[str, dict[str, float]]]]:
    for edge in edges.iter_rows(named=True):
        own = facts.filter(pl.col("participant_id") == edge["participant_id"], pl.col("local_day") == edge["local_day"])
        yield edge, {row["feature_id"]: row for row in own.iter_rows(named=True)}


def test_movement_and_steps_equal_the_plain_reading(zone: str) -> None:
    rows = pl.concat([_random_life(1, "p"), _random_life(2, "q")])
    edges = day_edges(zones_of({"p": zone, "q": zone}), FIRST, FIRST + timedelta(days=DAYS - 1))
    minutes, seconds = acceleration_minutes(rows), observed_seconds(rows)
    compared = 0
    for edge, facts in _days(edges, moved_days(rows, edges)):
        own = pl.col("participant_id") == edge["participant_id"]
        begins, ends = edge["starts_at_utc"], edge["ends_at_utc"]
        in_minute = minutes.filter(own, pl.col("minute_at_utc").is_between(begins, ends, closed="left"))
        in_second = seconds.filter(own, pl.col("at_utc").is_between(begins, ends, closed="left"))
        expected = plain_reading.movement(in_minute.select("minute_at_utc", "mad_g").rows())
        stepped = plain_reading.steps(in_second.select("at_utc", "cadence_hz").rows(), begins, edge["length_h"])
        half_width = stepped.pop("half_width")
        for name, value in {**expected, **stepped}.items():
            assert facts[name]["value"] == pytest.approx(value, rel=1e-9, abs=1e-6)
            compared += 1
        estimate = facts["steps_estimated_count"]
        assert estimate["value_high"] - estimate["value"] == pytest.approx(half_width, rel=1e-6)

    assert compared == 2 * DAYS * 7
