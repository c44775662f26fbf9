"""The table of minutes: what is known, and what is not."""

from __future__ import annotations

from datetime import date

import polars as pl

from features.declaration import Observations
from features.minutes.evidence import EVIDENCE, evidence
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL, TEXT
from pipeline.vocabulary.streams.handset import DARK_INTERVAL, LOCK_INTERVAL, SCREEN
from pipeline.vocabulary.streams.location import GPS
from pipeline.vocabulary.streams.movement import ACTIVITY
from tests.plugins.phones import Row, at, beats, observations, used

DAY = date(2024, 3, 5)
ALIVE = beats(at("2024-03-05 08:00"), at("2024-03-05 20:00"))


def of(streams: dict[Stream, list[Row]]) -> Observations:
    return observations({GPS: ALIVE, **streams}, DAY, DAY, people=("p1", "p2"))


def minute(table: pl.DataFrame, clock: str) -> dict[str, object]:
    return table.filter(pl.col("minute_at_utc") == at(f"2024-03-05 {clock}")).row(0, named=True)


def test_a_dark_screen_is_nought_seconds_only_once_a_screen_has_been_heard_of() -> None:
    table = evidence(of({SCREEN: used([(at("2024-03-05 12:00:30"), at("2024-03-05 12:02"))])}))

    seconds = [minute(table, clock)["screen_on_s"] for clock in ("11:59", "12:00", "12:01", "12:30")]

    assert [None, 30.0, 60.0, 0.0] == seconds


def test_nothing_is_known_of_a_minute_in_which_the_app_was_not_alive() -> None:
    table = evidence(of({SCREEN: used([(at("2024-03-05 12:00"), at("2024-03-05 12:02"))])}))

    assert table.filter(pl.col("minute_at_utc") > at("2024-03-05 21:00")).is_empty()


def test_states_and_counts_stand_side_by_side() -> None:
    span: Row = {"at_utc": at("2024-03-05 13:00"), "end_at_utc": at("2024-03-05 14:30")}
    walk: list[Row] = [
        {"at_utc": at("2024-03-05 15:00:10"), "activity": activity} for activity in ("walking", "still", "unknown")
    ]

    table = evidence(of({LOCK_INTERVAL: [span], DARK_INTERVAL: [span], ACTIVITY: walk}))

    assert (True, True) == (minute(table, "13:30")["is_locked"], minute(table, "13:30")["is_dark"])
    assert (False, 1, 1) == tuple(minute(table, "15:00")[name] for name in ("is_locked", "still_count", "active_count"))
    assert minute(table, "12:00")["gps_fix_count"] == 1


def test_only_what_a_person_does_is_an_act() -> None:
    calls: list[Row] = [
        {"at_utc": at("2024-03-05 12:10"), "direction": "missed", "duration_s": 0.0},
        {"at_utc": at("2024-03-05 12:20"), "direction": "outgoing", "duration_s": 60.0},
    ]
    texts: list[Row] = [
        {"at_utc": at("2024-03-05 12:30"), "direction": "received", "kind": "sms"},
        {"at_utc": at("2024-03-05 12:40"), "direction": "sent", "kind": "sms"},
    ]

    table = evidence(of({CALL: calls, TEXT: texts}))

    assert [0, 1, 0, 1] == [minute(table, clock)["event_count"] for clock in ("12:10", "12:20", "12:30", "12:40")]


def test_each_minute_of_a_participant_stands_once() -> None:
    table = evidence(of({SCREEN: used([(at("2024-03-05 12:00"), at("2024-03-05 12:02"))])}))

    assert (dict(EVIDENCE), False) == (
        dict(table.schema),
        table.select("participant_id", "minute_at_utc").is_duplicated().any(),
    )
    assert {"p1"} == set(table["participant_id"])


def test_no_rows_give_no_minutes() -> None:
    assert evidence(observations({}, DAY, DAY)).is_empty()
