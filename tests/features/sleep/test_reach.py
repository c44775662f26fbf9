"""The declared reach: rows from before it change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.catalogue.phone_use import PHONE_USE
from features.catalogue.sleep import SLEEP
from features.declaration import Family
from features.minutes.evidence import evidence
from tests.plugins.phones import life_of_sleeps, observations

FIRST = datetime(2024, 1, 1, 12, tzinfo=UTC)
DAY = date(2024, 2, 12)


@pytest.mark.parametrize("family", [SLEEP, PHONE_USE], ids=lambda family: family.name)
def test_a_day_is_the_same_from_the_rows_within_its_reach(family: Family) -> None:
    sleeps = [
        (FIRST + timedelta(days=day, hours=11), FIRST + timedelta(days=day, hours=19 - day % 3)) for day in range(43)
    ]
    whole = observations(life_of_sleeps(sleeps, FIRST, FIRST + timedelta(days=43)), FIRST.date(), DAY)
    wanted = whole.wanted.filter(local_day=DAY)
    edges = whole.edges.filter(pl.col("local_day") >= DAY - timedelta(days=family.reach_days))
    starts_at = edges["starts_at_utc"].min()
    streams = {name: frame.filter(pl.col("at_utc") >= starts_at) for name, frame in whole.streams.items()}

    near = family.compute(replace(whole, streams=streams, edges=edges, wanted=wanted))

    assert_frame_equal(family.compute(replace(whole, wanted=wanted)), near, check_exact=True)


def test_minutes_made_beforehand_say_the_same() -> None:
    sleeps = [(FIRST + timedelta(days=day, hours=11), FIRST + timedelta(days=day, hours=19)) for day in range(6)]
    given = observations(life_of_sleeps(sleeps, FIRST, FIRST + timedelta(days=6)), FIRST.date(), date(2024, 1, 6))

    assert_frame_equal(SLEEP.compute(given), SLEEP.compute(replace(given, minutes=evidence(given))), check_exact=True)


def test_nothing_wanted_states_nothing() -> None:
    given = observations({}, date(2024, 1, 1), date(2024, 1, 2))

    assert SLEEP.compute(replace(given, wanted=given.wanted.clear())).is_empty()


def test_no_row_at_all_is_no_data() -> None:
    values = SLEEP.compute(observations({}, date(2024, 1, 1), date(2024, 1, 2)))

    assert {"no_data"} == set(values["missing_reason"])
