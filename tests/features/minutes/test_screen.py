"""Episodes of use from events, some of them lost."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from features.minutes.screen import episodes_by_day, screen_episodes
from pipeline.vocabulary.streams.handset import POWER, SCREEN
from tests.plugins.phones import at, observations, rows_of


def told(text: str, who: str = "p1", os: str = "android") -> list[dict[str, object]]:
    """Events such as `10:00 on`, one a line."""
    pairs = [line.split() for line in text.strip().splitlines()]
    return [
        {"participant_id": who, "at_utc": at(f"2024-03-05 {clock}"), "event": event, "os": os} for clock, event in pairs
    ]


def episodes(screen: str, power: str = "", os: str = "android") -> list[tuple[str, str, str]]:
    frame = screen_episodes(rows_of(SCREEN, told(screen, os=os)), rows_of(POWER, told(power) if power else []))
    return [(f"{start:%H:%M}", f"{end:%H:%M}", kind) for _, start, end, kind in frame.rows()]


def test_an_episode_lasts_from_on_to_off() -> None:
    assert [("10:00", "10:05", "screen")] == episodes("10:00 on\n10:05 off")


def test_a_lost_closing_counts_for_ten_minutes_at_most() -> None:
    assert [("10:00", "10:10", "screen"), ("11:00", "11:01", "screen")] == episodes("10:00 on\n11:00 on\n11:01 off")


def test_a_lost_closing_ends_at_the_next_opening_when_that_comes_first() -> None:
    assert [("10:00", "10:04", "screen"), ("10:04", "10:05", "screen")] == episodes("10:00 on\n10:04 on\n10:05 off")


def test_an_episode_of_more_than_six_hours_has_lost_its_closing() -> None:
    assert [("10:00", "10:10", "screen")] == episodes("10:00 on\n16:30 off")


def test_shutting_down_ends_an_episode() -> None:
    assert [("10:00", "10:03", "screen")] == episodes("10:00 on\n10:30 off", power="10:03 shutdown")


def test_an_unlocking_written_twice_is_one() -> None:
    twice = "10:00:00 unlocked\n10:00:01 unlocked\n10:02 locked"

    assert [("10:00", "10:02", "unlocked")] == episodes(twice, os="ios")


def test_a_participant_never_closes_the_episode_of_another() -> None:
    events = told("10:00 on") + told("10:01 off\n10:02 on\n10:03 off", who="p2")

    frame = screen_episodes(rows_of(SCREEN, events), POWER.empty())

    assert [("p1", 10), ("p2", 1)] == [(who, (end - start).seconds // 60) for who, start, end, _ in frame.rows()]


def test_a_day_does_not_lean_on_the_closing_that_came_after_its_end() -> None:
    edges = observations({}, date(2024, 3, 4), date(2024, 3, 5)).edges
    frame = screen_episodes(rows_of(SCREEN, told("03:30 on\n05:00 off")), POWER.empty())

    parts = episodes_by_day(frame, edges).select("local_day", "start_at_utc", "end_at_utc").rows()

    assert parts == [
        (date(2024, 3, 4), clock(3, 30), clock(3, 40)),
        (date(2024, 3, 5), clock(4, 0), clock(5, 0)),
    ]


def test_no_events_give_no_episodes() -> None:
    assert screen_episodes(SCREEN.empty(), POWER.empty()).select(pl.len()).item() == 0


def clock(hour: int, minute: int) -> datetime:
    return at(f"2024-03-05 {hour:02d}:{minute:02d}")
