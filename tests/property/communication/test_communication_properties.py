"""Communication against a plain reading, and what must not change it."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue.communication import COMMUNICATION
from features.declaration import Observations
from tests.features.communication.making import MONDAY, calls, talks, texts, watched
from tests.features.making import stated

Call = tuple[float, str, float, str]
HOURS = st.integers(4 * 60, 76 * 60 - 1).map(lambda minute: minute / 60)
ROWS = st.lists(
    st.tuples(
        HOURS,
        st.sampled_from(["outgoing", "incoming", "missed"]),
        st.integers(0, 3600).map(float),
        st.sampled_from(["anna", "ben", "cem"]),
    ),
    max_size=25,
    unique=True,
)
SPANS = st.lists(st.tuples(st.integers(4 * 60, 72 * 60), st.integers(0, 300)), max_size=12)
SOME = settings(max_examples=30, deadline=None)


def seen_from(mine: list[Call], other: list[Call] | None = None) -> Observations:
    """Calls of p and q."""
    return watched(("call", calls(mine)), ("call", calls(other or [], "q")))


@SOME
@given(mine=ROWS, other=ROWS)
def test_counts_are_what_counting_by_hand_gives(mine: list[Call], other: list[Call]) -> None:
    values = COMMUNICATION.compute(seen_from(mine, other))
    for participant_id, rows in (("p", mine), ("q", other)):
        for step in range(3):
            own = [row for row in rows if step * 24 + 4 <= row[0] < step * 24 + 28]
            day = stated(values, participant_id, MONDAY + timedelta(days=step))
            if not own:
                assert day["outgoing_call_count"] == "no_data"
                continue
            ways = Counter(row[1] for row in own)
            shares = [count / len(own) for count in Counter(row[3] for row in own).values()]

            assert day["outgoing_call_count"] == ways["outgoing"]
            assert day["missed_call_count"] == ways["missed"]
            assert day["call_contact_count"] == len(shares)
            assert day["call_contact_entropy_nats"] == pytest.approx(-sum(s * math.log(s) for s in shares))
            assert day["incoming_call_duration_min"] == pytest.approx(
                sum(row[2] for row in own if row[1] == "incoming") / 60
            )


@SOME
@given(spans=SPANS)
def test_conversation_time_is_the_number_of_minutes_with_a_conversation(spans: list[tuple[int, int]]) -> None:
    seen = watched(("conversation_interval", talks([(start / 60, (start + length) / 60) for start, length in spans])))
    values = COMMUNICATION.compute(seen)
    minutes = {minute for start, length in spans for minute in range(start, start + length)}
    for step in range(3):
        day = stated(values, "p", MONDAY + timedelta(days=step))["conversation_min"]
        first = (step * 24 + 4) * 60
        expected = len(minutes.intersection(range(first, first + 24 * 60)))

        assert day == (pytest.approx(expected) if isinstance(day, float) else "no_data")
        assert isinstance(day, float) or expected == 0


@SOME
@given(rows=ROWS, seed=st.integers(0, 99))
def test_row_order_and_duplicates_change_nothing(rows: list[Call], seed: int) -> None:
    frame = calls(rows)
    shuffled = pl.concat([frame, frame.head(5)]).sample(fraction=1.0, shuffle=True, seed=seed)

    assert COMMUNICATION.compute(watched(("call", shuffled))).equals(COMMUNICATION.compute(watched(("call", frame))))


@SOME
@given(rows=ROWS)
def test_what_comes_after_a_day_never_changes_it(rows: list[Call]) -> None:
    early = [row for row in rows if row[0] < 52]
    first_days = pl.col("local_day") < MONDAY + timedelta(days=2)

    assert (
        COMMUNICATION.compute(seen_from(early))
        .filter(first_days)
        .equals(COMMUNICATION.compute(seen_from(rows)).filter(first_days))
    )


@SOME
@given(rows=ROWS)
def test_every_value_lies_in_its_declared_range_and_has_no_reason(rows: list[Call]) -> None:
    sent = texts([(hours, "sent", round(seconds), who) for hours, way, seconds, who in rows if way == "outgoing"])
    values = COMMUNICATION.compute(watched(("call", calls(rows)), ("text", sent)))

    assert values.filter(pl.col("value").is_null() != pl.col("missing_reason").is_not_null()).is_empty()
    for feature in COMMUNICATION.features:
        mine = values.filter(pl.col("feature_id") == feature.feature_id)["value"].drop_nulls()
        assert mine.filter((mine < 0.0) | (mine > (feature.maximum or math.inf))).is_empty(), feature.feature_id
