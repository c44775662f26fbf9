"""Communication, to be read as documentation: a day written by hand, and what is stated of it."""

from __future__ import annotations

import math
from datetime import timedelta

import polars as pl
import pytest

from tests.features.communication.making import MONDAY, TUESDAY, alive, calls, day_of, talks, texts, watched

CALLS = calls(
    [
        (8.5, "outgoing", 60.0, "anna"),
        (12.0, "incoming", 300.0, "anna"),
        (18.0, "outgoing", 120.0, "ben"),
        (19.0, "missed", 0.0, "cem"),
        (26.5, "outgoing", 30.0, "anna"),
    ]
)
TEXTS = texts(
    [(9.0, "sent", 10, "anna"), (9.1, "received", 30, "anna"), (9.2, "sent", 20, "dora"), (9.3, "sent", None, None)]
)


@pytest.mark.parametrize(
    ("feature_id", "expected"),
    [
        ("outgoing_call_count", 3.0),
        ("incoming_call_count", 1.0),
        ("missed_call_count", 1.0),
        ("outgoing_call_duration_min", 3.5),
        ("incoming_call_duration_min", 5.0),
        ("outgoing_call_mean_duration_min", 3.5 / 3),
        ("incoming_call_mean_duration_min", 5.0),
        ("call_contact_count", 3.0),
        ("call_contact_entropy_nats", -(3 / 5 * math.log(3 / 5) + 2 / 5 * math.log(1 / 5))),
        ("outgoing_call_ratio", 3 / 4),
        ("first_call_h", 8.5),
        ("last_call_h", 26.5),
        ("night_call_ratio", 1 / 5),
        ("outgoing_text_count", 3.0),
        ("incoming_text_count", 1.0),
        ("outgoing_text_length_count", 30.0),
        ("outgoing_text_mean_length_count", 15.0),
        ("incoming_text_length_count", 30.0),
        ("text_contact_count", 2.0),
        ("outgoing_text_ratio", 3 / 4),
        ("contact_reciprocity_ratio", 1 / 4),
    ],
)
def test_of_a_day_of_calls_and_texts(feature_id: str, expected: float) -> None:
    """Half past two in the night belongs to Monday, whose day ends at four; one of four others did both."""
    assert day_of(watched(("call", CALLS), ("text", TEXTS)))[feature_id] == pytest.approx(expected)


def test_a_day_without_calls_on_a_phone_known_to_be_alive_is_zero() -> None:
    day = day_of(watched(("call", CALLS), ("wifi_place", alive([24 + 12]))), TUESDAY)

    assert (day["outgoing_call_count"], day["call_contact_count"], day["incoming_call_duration_min"]) == (0.0, 0.0, 0.0)
    assert {day["first_call_h"], day["outgoing_call_ratio"], day["call_contact_entropy_nats"]} == {"undetermined"}


def test_a_day_without_calls_and_without_a_life_sign_is_not_zero() -> None:
    assert day_of(watched(("call", CALLS)), TUESDAY)["outgoing_call_count"] == "no_data"


def test_a_stream_that_was_never_exported_is_not_zero_however_alive_the_phone() -> None:
    day = day_of(watched(("call", CALLS)))

    assert (day["outgoing_text_count"], day["conversation_min"]) == ("no_data", "no_data")


def test_a_stream_silent_for_fifty_six_days_is_no_longer_taken_as_zero() -> None:
    seen = watched(("call", CALLS), ("wifi_place", alive([55 * 24 + 12, 56 * 24 + 12])), days=60)

    assert day_of(seen, MONDAY + timedelta(days=55))["outgoing_call_count"] == 0.0
    assert day_of(seen, MONDAY + timedelta(days=56))["outgoing_call_count"] == "no_data"


def test_an_iphone_does_not_tell_of_calls_but_may_tell_of_conversations() -> None:
    day = day_of(watched(("wifi_place", alive([12])), ("conversation_interval", talks([(9, 10)])), os="ios"))

    assert (day["outgoing_call_count"], day["incoming_text_count"]) == ("not_supported", "not_supported")
    assert day["conversation_min"] == 60.0


def test_a_day_on_which_an_iphone_replaces_the_phone_is_undetermined() -> None:
    seen = watched(("call", CALLS), ("wifi_place", alive([36.0, 60.0])))
    bought = pl.DataFrame({"participant_id": ["p"], "from_at_utc": [MONDAY], "os": ["ios"]}).with_columns(
        (pl.col("from_at_utc").cast(pl.Datetime("us")) + timedelta(hours=36)).dt.replace_time_zone("UTC")
    )
    swapped = type(seen)(**{**vars(seen), "handsets": pl.concat([seen.handsets, bought])})

    assert day_of(swapped)["outgoing_call_count"] == 3.0
    assert day_of(swapped, TUESDAY)["outgoing_call_count"] == "undetermined"
    assert day_of(swapped, MONDAY + timedelta(days=2))["outgoing_call_count"] == "not_supported"


def test_a_conversation_over_the_day_edge_is_cut_there_and_counted_where_it_began() -> None:
    seen = watched(("conversation_interval", talks([(27.5, 29.0), (32.0, 32.5)])))
    monday, tuesday = day_of(seen), day_of(seen, TUESDAY)

    assert (monday["conversation_count"], monday["conversation_min"]) == (1.0, 30.0)
    assert (tuesday["conversation_count"], tuesday["conversation_min"]) == (1.0, 60.0 + 30.0)


def test_conversations_that_overlap_are_one() -> None:
    day = day_of(watched(("conversation_interval", talks([(9, 10), (9.5, 10.5), (9.5, 9.75), (12, 13)]))))

    assert (day["conversation_count"], day["conversation_min"]) == (2.0, 150.0)


def test_a_conversation_longer_than_a_day_fills_the_whole_of_it() -> None:
    seen = watched(("conversation_interval", talks([(20, 60)])))

    assert [day_of(seen, MONDAY + timedelta(days=step))["conversation_min"] for step in range(3)] == [
        480.0,
        1440.0,
        480.0,
    ]
