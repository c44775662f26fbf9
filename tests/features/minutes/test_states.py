"""Charging and locking, which last."""

from __future__ import annotations

from features.minutes.states import charging_spans, locked_spans, plugging_events
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from tests.plugins.phones import at, rows_of


def power(*told: str) -> list[dict[str, object]]:
    """Events such as `05 22:00 connected`, of March 2024."""
    parts = [line.split() for line in told]
    return [{"at_utc": at(f"2024-03-{day} {clock}"), "event": event, "os": "ios"} for day, clock, event in parts]


def spans(*told: str) -> list[tuple[str, str]]:
    frame = charging_spans(rows_of(POWER, power(*told)), CHARGE_INTERVAL.empty())
    return [(f"{start:%d %H:%M}", f"{end:%d %H:%M}") for _, start, end in frame.rows()]


def test_a_state_told_again_and_again_is_one_charge() -> None:
    repeated = ("05 22:00 connected", "05 23:00 connected", "06 02:00 full", "06 07:00 disconnected")

    assert [("05 22:00", "06 07:00")] == spans(*repeated)


def test_a_charge_whose_end_was_lost_is_believed_for_sixteen_hours() -> None:
    assert [("05 22:00", "06 14:00")] == spans("05 22:00 connected", "08 07:00 disconnected")


def test_a_phone_that_goes_down_is_not_known_to_charge() -> None:
    assert [("05 22:00", "05 23:30")] == spans("05 22:00 connected", "05 23:30 shutdown")


def test_an_unknown_state_ends_what_was_known() -> None:
    assert [("05 22:00", "05 22:10")] == spans("05 22:00 connected", "05 22:10 unknown")


def test_intervals_and_events_are_united() -> None:
    interval = {"at_utc": at("2024-03-06 06:00"), "end_at_utc": at("2024-03-06 09:00")}
    events = rows_of(POWER, power("05 22:00 connected", "06 07:00 disconnected"))

    frame = charging_spans(events, rows_of(CHARGE_INTERVAL, [interval]))

    assert [(at("2024-03-05 22:00"), at("2024-03-06 09:00"))] == [row[1:] for row in frame.rows()]


def test_only_a_change_of_state_is_an_act() -> None:
    told = power("05 22:00 disconnected", "05 22:30 connected", "05 23:00 connected", "06 07:00 disconnected")

    acts = plugging_events(rows_of(POWER, told))

    assert [at("2024-03-05 22:30"), at("2024-03-06 07:00")] == acts["at_utc"].to_list()


def test_a_lock_lasts_until_the_unlocking() -> None:
    told = rows_of(SCREEN, power("05 22:00 locked", "06 06:30 unlocked"))

    frame = locked_spans(told, POWER.empty(), LOCK_INTERVAL.empty())

    assert [(at("2024-03-05 22:00"), at("2024-03-06 06:30"))] == [row[1:] for row in frame.rows()]
