"""What must never change coverage and phone use: row order, duplicates, later days, other people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.catalogue.coverage import COVERAGE
from features.catalogue.phone_use import PHONE_USE
from features.declaration import Family, Observations
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.handset import POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS
from tests.plugins.phones import Row, observations

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 6)
STARTS = datetime(2024, 3, 4, 4, tzinfo=UTC)
FEW = settings(max_examples=10, deadline=None)
VALUE = ["participant_id", "local_day", "feature_id", "value", "coverage_ratio"]
Event = tuple[int, str]
Events = Sequence[Event]

seconds = st.integers(0, 3 * 86_400 - 1)
screens = st.lists(st.tuples(seconds, st.sampled_from(["on", "off"])), max_size=30)
powers = st.lists(st.tuples(seconds, st.sampled_from(["connected", "disconnected", "full", "shutdown"])), max_size=12)
fixes = st.lists(st.tuples(seconds, st.just("fix")), max_size=60)
records = st.tuples(screens, powers, fixes)
families = pytest.mark.parametrize("family", [COVERAGE, PHONE_USE], ids=lambda family: family.name)


def rows(events: Events, who: str) -> list[Row]:
    place = {"latitude_deg": 1.0, "longitude_deg": 1.0, "provider": "gps", "os": "android"}
    return [
        {**place, "participant_id": who, "at_utc": STARTS + timedelta(seconds=second), "event": event}
        for second, event in events
    ]


def streams_of(record: tuple[Events, Events, Events], who: str = "p1") -> dict[Stream, list[Row]]:
    return {stream: rows(events, who) for stream, events in zip((SCREEN, POWER, GPS), record, strict=True)}


def of(streams: dict[Stream, list[Row]], people: Sequence[str] = ("p1",)) -> Observations:
    return observations(streams, FIRST, LAST, people=people)


@families
@FEW
@given(record=records, seed=st.integers(0, 2**32 - 1))
def test_row_order_and_duplicates_change_nothing(
    family: Family, record: tuple[Events, Events, Events], seed: int
) -> None:
    tidy = of(streams_of(record))
    tidy = replace(tidy, streams={name: frame.unique() for name, frame in tidy.streams.items()})
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=seed) for name, frame in tidy.streams.items()}

    assert_frame_equal(family.compute(tidy), family.compute(replace(tidy, streams=shuffled)), check_exact=True)


@families
@FEW
@given(record=records, other=records)
def test_another_participant_changes_nothing(
    family: Family, record: tuple[Events, Events, Events], other: tuple[Events, Events, Events]
) -> None:
    alone, beside = streams_of(record), streams_of(other, "p2")
    both = {stream: told + beside[stream] for stream, told in alone.items()}

    together = family.compute(of(both, ("p1", "p2"))).filter(participant_id="p1")

    assert_frame_equal(family.compute(of(alone)), together, check_exact=True)


@families
@FEW
@given(record=records, kept_days=st.integers(1, 2))
def test_what_comes_after_a_local_day_changes_no_value_in_it(
    family: Family, record: tuple[Events, Events, Events], kept_days: int
) -> None:
    whole = of(streams_of(record))
    last = FIRST + timedelta(days=kept_days - 1)
    edges = whole.edges.filter(pl.col("local_day") <= last)
    streams = {n: frame.filter(pl.col("at_utc") < edges["ends_at_utc"].max()) for n, frame in whole.streams.items()}
    wanted = edges.select("participant_id", "local_day")

    then = family.compute(replace(whole, streams=streams, edges=edges, wanted=wanted))
    now = family.compute(replace(whole, wanted=wanted))

    assert_frame_equal(now.select(VALUE), then.select(VALUE), check_exact=True)


@families
@FEW
@given(record=records)
def test_values_keep_their_bounds_and_missing_ones_a_reason(
    family: Family, record: tuple[Events, Events, Events]
) -> None:
    values = family.compute(of(streams_of(record)))

    assert values.filter(pl.col("value").is_null() != pl.col("missing_reason").is_not_null()).is_empty()
    for feature in family.features:
        known = values.filter(feature_id=feature.feature_id)["value"].drop_nulls()
        assert known.filter(known < (feature.minimum or 0.0)).is_empty()
        assert feature.maximum is None or known.filter(known > feature.maximum).is_empty()
