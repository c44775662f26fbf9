"""Phone use of a day, by example."""

from __future__ import annotations

from datetime import date

import pytest

from features.catalogue.phone_use import PHONE_USE
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS
from tests.plugins.phones import Row, Span, at, beats, observations, reason, stated, used, value

DAY = date(2024, 3, 5)
ALIVE = beats(at("2024-03-05 04:00"), at("2024-03-06 04:00"))


def span(begins: str, ends: str, day: str = "2024-03-05", ends_on: str | None = None) -> Span:
    return at(f"{day} {begins}"), at(f"{ends_on or day} {ends}")


def say(
    streams: dict[Stream, list[Row]], feature_id: str, os: str = "android", zone: str = "UTC"
) -> float | str | None:
    values = stated(PHONE_USE, observations({GPS: ALIVE, **streams}, DAY, DAY, os=os, zone=zone))
    found = value(values, feature_id, DAY)
    return reason(values, feature_id, DAY) if found is None else found


TWO_USES = [span("08:30", "08:36"), span("23:00", "23:12")]


@pytest.mark.parametrize(
    ("feature_id", "expected"),
    [
        ("screen_on_count", 2.0),
        ("screen_on_h", 0.3),
        ("screen_episode_mean_min", 9.0),
        ("screen_episode_max_min", 12.0),
        ("screen_episode_sd_min", 18**0.5),
        ("first_use_h", 8.5),
        ("last_use_h", 23.2),
        ("unlock_count", "not_supported"),
        ("charging_h", "not_supported"),
        ("locked_long_h", "not_supported"),
    ],
)
def test_two_uses_on_android(feature_id: str, expected: float | str) -> None:
    found = say({SCREEN: used(TWO_USES)}, feature_id)

    assert found == (expected if isinstance(expected, str) else pytest.approx(expected))


@pytest.mark.parametrize(
    ("feature_id", "expected"), [("unlock_count", 2.0), ("screen_on_h", 0.3), ("screen_on_count", "not_supported")]
)
def test_two_uses_on_an_iphone(feature_id: str, expected: float | str) -> None:
    found = say({SCREEN: used(TWO_USES, "ios")}, feature_id, os="ios")

    assert found == (expected if isinstance(expected, str) else pytest.approx(expected))


def test_a_use_after_midnight_belongs_to_the_evening() -> None:
    late = used([span("12:00", "12:01"), span("01:00", "01:30", "2024-03-06")])

    assert say({SCREEN: late}, "last_use_h") == pytest.approx(25.5)


def test_clock_times_are_the_participants_own() -> None:
    kolkata = used([(at("2024-03-05 08:30", "Asia/Kolkata"), at("2024-03-05 08:36", "Asia/Kolkata"))])
    alive = beats(at("2024-03-05 04:00", "Asia/Kolkata"), at("2024-03-06 04:00", "Asia/Kolkata"))

    assert say({SCREEN: kolkata, GPS: alive}, "first_use_h", zone="Asia/Kolkata") == pytest.approx(8.5)


def test_a_day_of_charging_is_never_longer_than_the_day() -> None:
    """A charge over two days is cut at both edges."""
    weekend = {"at_utc": at("2024-03-04 12:00"), "end_at_utc": at("2024-03-06 18:00")}

    values = stated(PHONE_USE, observations({CHARGE_INTERVAL: [weekend], GPS: ALIVE}, date(2024, 3, 4), DAY))

    assert value(values, "charging_h", DAY) == pytest.approx(24.0)


def test_charging_is_counted_from_plugging_in_to_plugging_out() -> None:
    events = [("22:00", "connected"), ("23:30", "disconnected")]
    told: list[Row] = [
        {"at_utc": at(f"2024-03-05 {clock}"), "event": event, "os": "android"} for clock, event in events
    ]

    assert say({POWER: told}, "charging_h") == pytest.approx(1.5)
    assert say({POWER: told}, "charging_episode_count") == 1.0


def test_nobody_is_said_to_charge_a_phone_that_nobody_watches() -> None:
    """The charge's end never came: it counts while the app was alive and no longer."""
    told = [{"at_utc": at("2024-03-05 18:00"), "event": "connected", "os": "android"}]
    values = stated(
        PHONE_USE, observations({POWER: told, GPS: beats(at("2024-03-05 04:00"), at("2024-03-05 20:00"))}, DAY, DAY)
    )

    assert value(values, "charging_h", DAY) == pytest.approx(2.0, abs=0.02)


def test_long_locks_are_told_where_the_platform_tells_only_of_them() -> None:
    lock = {"at_utc": at("2024-03-05 23:00"), "end_at_utc": at("2024-03-06 07:00")}

    assert say({LOCK_INTERVAL: [lock]}, "locked_long_h") == pytest.approx(5.0)
    assert say({LOCK_INTERVAL: [lock]}, "screen_on_h") == "not_supported"


def test_a_day_on_which_nobody_touched_the_phone_has_no_use_and_no_first_use() -> None:
    yesterday = used([span("12:00", "12:05", "2024-03-04")])
    given = observations({GPS: ALIVE, SCREEN: yesterday}, date(2024, 3, 4), DAY)
    values = stated(PHONE_USE, given)

    assert (0.0, 0.0) == (value(values, "screen_on_h", DAY), value(values, "screen_on_count", DAY))
    assert "no_data" == reason(values, "first_use_h", DAY)


def test_a_day_that_was_hardly_seen_is_missing_with_the_reason_of_the_silence() -> None:
    given = observations({SCREEN: used([span("08:30", "08:36")])}, DAY, DAY)

    assert "awaiting_data" == reason(stated(PHONE_USE, given), "screen_on_h", DAY)
