"""The compiled kernels say what a plain reading of the definitions says, on random walks."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from features.catalogue.mobility.facts import state_days
from tests.features.mobility.making import MONDAY, Fix, fixes_of, watched
from tests.features.mobility.walking import DAY_COUNT, walks
from tests.oracle.mobility.plain_reading import read_days, state

STATED = (
    "coverage_ratio",
    "moving_h",
    "stationary_ratio",
    "distance_km",
    "radius_of_gyration_km",
    "place_count",
    "significant_place_count",
    "transition_count",
    "place_entropy_nats",
    "home_time_h",
)


@settings(max_examples=40, deadline=None)
@given(walk=walks(), other=walks())
def test_every_day_of_two_walks_is_stated_as_it_reads(walk: list[Fix], other: list[Fix]) -> None:
    fixes = pl.concat([fixes_of(walk, "p"), fixes_of(other, "q")])
    dates = [MONDAY + timedelta(days=step) for step in range(DAY_COUNT)]
    facts = state_days(watched(fixes, dates[0], dates[-1]))
    for participant_id in ("p", "q"):
        rows = fixes.filter(pl.col("participant_id") == participant_id)
        read = read_days(rows.select("at_utc", "latitude_deg", "longitude_deg", "accuracy_m").rows(), dates)
        for count, day in enumerate(dates, start=1):
            mine = facts.filter(pl.col("participant_id") == participant_id, pl.col("local_day") == day)
            expected = state(read[:count])

            assert [mine[name].item() for name in STATED] == [
                None if expected[name] is None else pytest.approx(expected[name], rel=1e-6, abs=1e-6) for name in STATED
            ]
