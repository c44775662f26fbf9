"""Heartbeat, and why a day has none."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from features.declaration import Observations
from features.minutes.heartbeat import alive_spans
from features.minutes.life import life_signs
from features.minutes.spans import hours
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL, POWER
from pipeline.vocabulary.streams.location import GPS
from tests.plugins.phones import Row, at, beats, observations

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 7)


def of(streams: dict[Stream, list[Row]]) -> Observations:
    return observations(streams, FIRST, LAST, people=("p1", "p2"))


def alive_h(given: Observations, day: date, who: str = "p1") -> float:
    spans = alive_spans(given)
    mine = spans.filter((spans["local_day"] == day) & (spans["participant_id"] == who))
    return float(mine.select(hours()).item())


def test_silences_of_up_to_an_hour_are_bridged() -> None:
    hourly = beats(at("2024-03-04 04:00"), at("2024-03-05 04:00"), every_min=60)

    assert alive_h(of({GPS: hourly}), FIRST) == pytest.approx(24.0)


def test_a_longer_silence_is_a_hole() -> None:
    fixes = beats(at("2024-03-04 04:00"), at("2024-03-04 10:00")) + beats(
        at("2024-03-04 12:00"), at("2024-03-05 04:00")
    )

    assert alive_h(of({GPS: fixes}), FIRST) == pytest.approx(22.0 + 1 / 60)


def test_a_phone_that_goes_down_is_not_bridged() -> None:
    fixes = beats(at("2024-03-04 04:00"), at("2024-03-04 10:00")) + beats(
        at("2024-03-04 10:40"), at("2024-03-05 04:00")
    )
    down: list[Row] = [{"at_utc": at("2024-03-04 10:00:30"), "event": "shutdown", "os": "android"}]

    assert alive_h(of({GPS: fixes, POWER: down}), FIRST) == pytest.approx(24.0 - 39 / 60)


def test_an_app_that_timed_both_ends_of_an_interval_was_alive_in_between() -> None:
    lock = {"at_utc": at("2024-03-04 22:00"), "end_at_utc": at("2024-03-05 03:00")}

    assert alive_h(of({LOCK_INTERVAL: [lock]}), FIRST) == pytest.approx(6.0)  # and the hour to the day's edge


def test_one_participants_rows_are_no_heartbeat_of_another() -> None:
    assert alive_h(of({GPS: beats(at("2024-03-04 04:00"), at("2024-03-05 04:00"))}), FIRST, "p2") == 0.0


@pytest.mark.parametrize(
    ("last_word", "last_beat", "expected"),
    [
        pytest.param("shutdown", "2024-03-07 12:00", "device_off", id="a shutdown precedes the hole"),
        pytest.param("flat", "2024-03-07 12:00", "device_off", id="a flat battery precedes the hole"),
        pytest.param(None, "2024-03-07 12:00", "app_not_running", id="rows come after the hole"),
        pytest.param(None, None, "awaiting_data", id="nothing came after the hole"),
    ],
)
def test_a_silent_day_says_why(last_word: str | None, last_beat: str | None, expected: str) -> None:
    died_at = at("2024-03-05 05:00")
    fixes = beats(at("2024-03-04 04:00"), died_at) + (beats(at(last_beat), at(last_beat)) if last_beat else [])

    signs = life_signs(of({GPS: fixes, POWER: _last_word(last_word, died_at)}))

    assert [expected] == signs.filter(participant_id="p1", local_day=date(2024, 3, 6))["reason"].to_list()


def test_before_the_first_row_there_is_no_data() -> None:
    signs = life_signs(of({GPS: beats(at("2024-03-06 12:00"), at("2024-03-07 12:00"))}))

    assert ["no_data"] == signs.filter(participant_id="p1", local_day=FIRST)["reason"].to_list()


def test_a_day_alive_for_more_than_half_has_no_reason() -> None:
    signs = life_signs(of({GPS: beats(at("2024-03-04 04:00"), at("2024-03-04 17:00"))}))

    row = signs.filter(participant_id="p1", local_day=FIRST).row(0, named=True)

    assert (None, pytest.approx(13 / 24, abs=0.001)) == (row["reason"], row["heartbeat_ratio"])


def _last_word(word: str | None, died_at: datetime) -> list[Row]:
    minute_before = died_at - timedelta(minutes=1)
    if word == "shutdown":
        return [{"at_utc": minute_before, "event": "shutdown", "os": "android"}]
    if word == "flat":
        return [{"at_utc": minute_before, "event": "disconnected", "os": "ios", "level_ratio": 0.03}]
    return []
