"""Coverage of a day, by example."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from features.catalogue.coverage import COVERAGE, life_signs
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL
from pipeline.vocabulary.streams.handset import SCREEN
from pipeline.vocabulary.streams.location import GPS
from tests.plugins.phones import Row, at, beats, observations, reason, stated, used, value

DAY, NEXT = date(2024, 3, 5), date(2024, 3, 6)
STARTS = at("2024-03-05 04:00")


def whole_day(start: str = "2024-03-05 04:00") -> list[Row]:
    return beats(at(start), at(start) + timedelta(hours=23, minutes=50))


def say(streams: dict[Stream, list[Row]], feature_id: str, day: date = DAY, os: str = "android") -> object:
    values = stated(COVERAGE, observations(streams, DAY, NEXT, os=os))
    return (
        value(values, feature_id, day) if reason(values, feature_id, day) is None else reason(values, feature_id, day)
    )


def test_a_phone_that_samples_as_planned_all_day_is_covered() -> None:
    assert say({GPS: whole_day()}, "coverage_gps_ratio") == pytest.approx(1.0)


def test_a_phone_off_from_noon_is_covered_for_the_hours_before() -> None:
    morning = beats(STARTS, at("2024-03-05 12:00"))

    assert say({GPS: morning}, "coverage_gps_ratio") == pytest.approx(8 / 24, abs=0.01)
    assert say({GPS: morning}, "heartbeat_h") == pytest.approx(8.0, abs=0.02)
    assert say({GPS: morning}, "longest_silence_h") == pytest.approx(16.0, abs=0.02)


def test_events_are_covered_while_the_app_is_alive() -> None:
    one_use = used([(at("2024-03-05 09:00"), at("2024-03-05 09:05"))])

    assert say({GPS: whole_day(), SCREEN: one_use}, "coverage_screen_ratio") == pytest.approx(1.0)


def test_a_stream_that_never_spoke_has_no_coverage() -> None:
    assert say({GPS: whole_day()}, "coverage_screen_ratio") == "no_data"


def test_calls_on_an_iphone_are_not_supported() -> None:
    assert say({GPS: whole_day()}, "coverage_call_ratio", os="ios") == "not_supported"


def test_a_call_a_few_weeks_ago_shows_that_calls_are_told() -> None:
    call = {"at_utc": at("2024-03-05 10:00"), "direction": "outgoing", "duration_s": 5.0}
    both = whole_day() + whole_day("2024-03-06 04:00")

    assert say({GPS: both, CALL: [call]}, "coverage_call_ratio", NEXT) == pytest.approx(1.0)


def test_an_hour_is_valid_when_half_of_its_minutes_have_a_row() -> None:
    half = beats(STARTS, at("2024-03-05 04:29"), every_min=1)
    less = beats(at("2024-03-05 05:00"), at("2024-03-05 05:28"), every_min=1)

    assert say({GPS: half + less}, "valid_data_hour_count") == 1.0


def test_a_day_without_a_row_is_missing_and_says_why() -> None:
    assert say({GPS: beats(STARTS, at("2024-03-05 20:00"))}, "heartbeat_ratio", NEXT) == "awaiting_data"
    assert say({GPS: whole_day("2024-03-06 04:00")}, "coverage_gps_ratio") == "no_data"


def test_a_stream_that_falls_silent_while_the_app_lives_is_covered_for_nought() -> None:
    uses = used([(at("2024-03-06 04:00") + timedelta(minutes=30 * step),) * 2 for step in range(48)])

    assert say({GPS: whole_day(), SCREEN: uses}, "coverage_gps_ratio", NEXT) == pytest.approx(0.0)


def test_a_day_of_twenty_three_hours_is_covered_whole() -> None:
    given = observations(
        {GPS: beats(at("2024-03-09 04:00", "America/New_York"), at("2024-03-10 04:00", "America/New_York"))},
        date(2024, 3, 9),
        date(2024, 3, 9),
        zone="America/New_York",
    )

    values = stated(COVERAGE, given)

    assert value(values, "heartbeat_h", date(2024, 3, 9)) == pytest.approx(23.0)
    assert value(values, "coverage_gps_ratio", date(2024, 3, 9)) == pytest.approx(1.0)


def test_life_signs_are_at_hand_for_every_day() -> None:
    assert [DAY, NEXT] == life_signs(observations({GPS: whole_day()}, DAY, NEXT))["local_day"].to_list()
