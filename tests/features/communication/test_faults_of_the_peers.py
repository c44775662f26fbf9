"""Faults found in other programs' communication features, each as a day on which ours must not have it."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from features.catalogue.communication import COMMUNICATION
from features.declaration import VALUES
from tests.features.communication.making import TUESDAY, alive, calls, day_of, talks, texts, watched
from tests.features.making import observed, stated


def test_texts_without_any_call_are_counted() -> None:
    assert day_of(watched(("text", texts([(9, "sent", 3, "anna")]))))["outgoing_text_count"] == 1.0


def test_calls_without_any_text_are_counted() -> None:
    day = day_of(watched(("call", calls([(9, "incoming", 3.0, "anna")]))))

    assert (day["incoming_call_count"], day["contact_reciprocity_ratio"]) == (1.0, 0.0)


def test_nothing_at_all_is_stated_as_no_data() -> None:
    values = COMMUNICATION.compute(watched())

    assert values.schema == pl.Schema(VALUES)
    assert set(values["missing_reason"]) == {"no_data"}


def test_lengths_and_names_that_are_not_exported_are_not_zero() -> None:
    day = day_of(watched(("text", texts([(9, "sent", None, None)])), ("call", calls([(9, "outgoing", None, None)]))))

    assert day["outgoing_text_count"] == 1.0
    unknown = ("outgoing_text_length_count", "outgoing_call_duration_min", "call_contact_count", "text_contact_count")
    assert {day[name] for name in unknown} == {"undetermined"}


def test_the_same_call_delivered_twice_is_one_call() -> None:
    once = calls([(9, "outgoing", 60.0, "anna"), (9, "outgoing", 60.0, "ben")])
    again = once.with_columns(pl.lit("other").alias("source"))

    assert day_of(watched(("call", once), ("call", again)))["outgoing_call_count"] == 2.0


def test_participants_never_reach_each_other() -> None:
    """The other's calls make neither a call nor a life sign, and conversations do not run on from one to the next."""
    talk = ("conversation_interval", talks([(9, 20)], "p"))
    seen = watched(
        ("call", calls([(9, "outgoing", 60.0, "anna")], "p")), talk, ("conversation_interval", talks([(10, 11)], "q"))
    )

    assert day_of(seen, participant_id="q")["outgoing_call_count"] == "no_data"
    assert day_of(seen, participant_id="q")["conversation_min"] == 60.0


@pytest.mark.parametrize(
    ("day", "zone"),
    [
        (date(2024, 3, 9), "America/New_York"),
        (date(2024, 11, 2), "America/New_York"),
        (date(2024, 5, 6), "Asia/Kolkata"),
    ],
)
def test_a_call_every_half_hour_is_counted_on_its_own_local_day(day: date, zone: str) -> None:
    """On the short day 46, on the long day 50; in a half-hour zone 48, none of them lost at an edge."""
    midnight = day - timedelta(days=3)
    since = (midnight - date(2024, 5, 6)).days * 24
    rows = [(since + half / 2, "outgoing", 60.0, "anna") for half in range(48 * 6)]
    seen = observed({"call": calls(rows)}, day - timedelta(days=1), day + timedelta(days=1), {"p": zone})
    hours = seen.edges.filter(pl.col("local_day") == day)["length_h"][0]
    facts = stated(COMMUNICATION.compute(seen), "p", day)

    assert facts["outgoing_call_count"] == 2 * hours
    assert facts["outgoing_call_duration_min"] == 2 * hours
    assert COMMUNICATION.compute(seen)["coverage_ratio"].max() == 1.0


def test_a_conversation_never_lasts_longer_than_its_day() -> None:
    seen = watched(("conversation_interval", talks([(0, 70), (1, 71), (2, 72)])))

    assert day_of(seen, TUESDAY)["conversation_min"] == 24 * 60.0


def test_coverage_is_the_share_of_hours_with_a_life_sign() -> None:
    values = COMMUNICATION.compute(watched(("wifi_place", alive([4.0, 4.5, 5.2, 27.9]))))
    monday = values.filter(pl.col("participant_id") == "p").head(1)

    assert monday["coverage_ratio"].item() == pytest.approx(3 / 24)
