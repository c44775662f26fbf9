"""Sleep as the phone saw it, by example: somebody who uses the phone every twenty minutes while awake."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from features.catalogue.sleep import SLEEP
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL, SCREEN
from pipeline.vocabulary.streams.location import GPS
from pipeline.vocabulary.streams.movement import ACTIVITY
from tests.plugins.phones import Row, Span, at, awake, beats, life_of_sleeps, observations, reason, stated, used, value

MINUTE = timedelta(minutes=1)
QUARTER_H = 0.25
DAYS = [date(2024, 3, day) for day in range(4, 11)]
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = DAYS
NEW_YORK = "America/New_York"


def nights(bed: str = "23:00", wake: str = "07:00", zone: str = "UTC") -> list[Span]:
    """Seven nights with the same clock times, from Sunday to Monday on."""
    return [(at(f"{day - timedelta(days=1)} {bed}", zone), at(f"{day} {wake}", zone)) for day in DAYS]


def told(
    sleeps: list[Span], zone: str = "UTC", os: str = "android", without: Span | None = None, starts_h: int = 4
) -> pl.DataFrame:
    """The values of a week; `without` is a time in which the phone was off."""
    first, last = at("2024-03-03 12:00", zone), at("2024-03-11 04:00", zone)
    streams = life_of_sleeps(sleeps, first, last, os)
    if without:
        streams = {stream: [row for row in rows if not _is_within(row, without)] for stream, rows in streams.items()}
    return stated(SLEEP, observations(streams, date(2024, 3, 3), SUNDAY, zone=zone, os=os, starts_h=starts_h))


def _is_within(row: Row, span: Span) -> bool:
    when = row["at_utc"]
    assert isinstance(when, datetime)
    return span[0] <= when < span[1]


@pytest.mark.parametrize("os", ["android", "ios"])
def test_an_ordinary_night(os: str) -> None:
    """23:00 to 07:00: eleven and nineteen hours after the noon before."""
    values = told(nights(), os=os)

    assert value(values, "sleep_onset_h", FRIDAY) == pytest.approx(11.0, abs=QUARTER_H)
    assert value(values, "sleep_offset_h", FRIDAY) == pytest.approx(19.0, abs=QUARTER_H)
    assert value(values, "sleep_midpoint_h", FRIDAY) == pytest.approx(15.0, abs=QUARTER_H)
    assert value(values, "sleep_duration_h", FRIDAY) == pytest.approx(8.0, abs=2 * QUARTER_H)
    assert value(values, "time_in_bed_proxy_h", FRIDAY) == pytest.approx(8.25, abs=0.05)
    assert (0.0, 0.0, 0.0) == tuple(
        value(values, name, FRIDAY) for name in ("awakening_count", "awake_after_onset_min", "nap_h")
    )


def test_the_interval_stands_around_the_value() -> None:
    values = told(nights()).filter(pl.col("value").is_not_null() & pl.col("value_low").is_not_null())

    assert values.select(
        (pl.col("value_low") <= pl.col("value")).all() & (pl.col("value") <= pl.col("value_high")).all()
    ).item()
    assert {"sleep_onset_h", "sleep_offset_h", "sleep_midpoint_h", "sleep_duration_h"} <= set(values["feature_id"])


def test_epoch_seconds_and_elapsed_hours_are_one_instant() -> None:
    values = told(nights())

    noon_s = at("2024-03-07 12:00").timestamp()
    assert value(values, "sleep_onset_at_utc_s", FRIDAY) == pytest.approx(
        noon_s + 3600 * (value(values, "sleep_onset_h", FRIDAY) or 0.0)
    )


def test_a_sleepless_night_is_no_sleep_and_not_missing() -> None:
    """Awake through Wednesday night: Thursday has none, Friday has its own."""
    sleeps = [night for night in nights() if night[1].date() != THURSDAY]

    values = told(sleeps)

    assert value(values, "sleep_duration_h", THURSDAY) == 0.0
    assert "undetermined" == reason(values, "sleep_onset_h", THURSDAY)
    assert value(values, "sleep_duration_h", FRIDAY) == pytest.approx(8.0, abs=2 * QUARTER_H)
    assert (value(values, "night_screen_min", THURSDAY) or 0.0) > 40.0


def test_a_night_of_three_hours_is_three_hours() -> None:
    sleeps = [
        night if night[1].date() != THURSDAY else (at("2024-03-07 03:00"), at("2024-03-07 06:00")) for night in nights()
    ]

    values = told(sleeps)

    assert value(values, "sleep_duration_h", THURSDAY) == pytest.approx(3.0, abs=2 * QUARTER_H)
    assert value(values, "sleep_onset_h", THURSDAY) == pytest.approx(15.0, abs=2 * QUARTER_H)


def test_sleep_by_day_is_found_and_given_to_the_date_of_waking() -> None:
    """09:00 to 16:00 after the night shift."""
    sleeps = [(at(f"{day} 09:00"), at(f"{day} 16:00")) for day in DAYS]

    values = told(sleeps)

    assert value(values, "sleep_onset_h", FRIDAY) == pytest.approx(21.0, abs=2 * QUARTER_H)
    assert value(values, "sleep_duration_h", FRIDAY) == pytest.approx(7.0, abs=2 * QUARTER_H)


def test_a_waking_at_half_past_three_is_no_shift_of_the_date() -> None:
    """The local day begins at four; the civil date of the waking is what counts."""
    values = told(nights(bed="20:00", wake="03:30"))

    assert value(values, "sleep_onset_h", FRIDAY) == pytest.approx(8.0, abs=2 * QUARTER_H)
    assert value(values, "sleep_offset_h", FRIDAY) == pytest.approx(15.5, abs=2 * QUARTER_H)


def test_a_phone_off_at_night_leaves_the_night_undetermined() -> None:
    values = told(nights(), without=(at("2024-03-06 22:00"), at("2024-03-07 08:00")))

    assert "undetermined" == reason(values, "sleep_duration_h", THURSDAY)
    assert value(values, "sleep_duration_h", FRIDAY) == pytest.approx(8.0, abs=2 * QUARTER_H)


def test_a_phone_off_all_afternoon_leaves_the_night_told() -> None:
    values = told(nights(), without=(at("2024-03-06 11:00"), at("2024-03-06 21:00")))

    assert value(values, "sleep_duration_h", THURSDAY) == pytest.approx(8.0, abs=2 * QUARTER_H)


def test_a_nap_is_not_taken_for_the_night_that_nobody_saw() -> None:
    nap = (at("2024-03-07 13:00"), at("2024-03-07 17:00"))

    values = told(sorted([*nights(), nap]), without=(at("2024-03-06 22:00"), at("2024-03-07 09:00")))

    assert "undetermined" == reason(values, "sleep_duration_h", THURSDAY)


def test_a_phone_off_for_two_hours_at_night_leaves_it_told() -> None:
    values = told(nights(), without=(at("2024-03-07 02:00"), at("2024-03-07 04:00")))

    assert value(values, "sleep_duration_h", THURSDAY) == pytest.approx(8.0, abs=2 * QUARTER_H)


def test_a_phone_off_all_day_and_night_has_no_data() -> None:
    values = told(nights(), without=(at("2024-03-05 04:00"), at("2024-03-09 04:00")))

    assert "app_not_running" == reason(values, "sleep_duration_h", THURSDAY)


def test_a_phone_untouched_all_day_is_no_sleep_of_twenty_hours() -> None:
    """Left at home from Wednesday evening to Thursday night, alive all the time."""
    sleeps = [night for night in nights() if night[1].date() != THURSDAY]
    streams = life_of_sleeps(sleeps, at("2024-03-03 12:00"), at("2024-03-11 04:00"))
    away = (at("2024-03-06 22:00"), at("2024-03-07 22:00"))
    streams = {**streams, SCREEN: [row for row in streams[SCREEN] if not _is_within(row, away)]}

    values = stated(SLEEP, observations(streams, date(2024, 3, 3), SUNDAY))

    assert "undetermined" == reason(values, "sleep_duration_h", THURSDAY)


def test_a_waking_with_the_phone_is_counted_and_taken_off() -> None:
    sleeps = [night for night in nights() if night[1].date() != THURSDAY]
    parted = [(at("2024-03-06 23:00"), at("2024-03-07 03:00")), (at("2024-03-07 04:00"), at("2024-03-07 07:00"))]

    values = told(sorted(sleeps + parted))

    assert value(values, "awakening_count", THURSDAY) == 1.0
    assert value(values, "awake_after_onset_min", THURSDAY) == pytest.approx(60.0, abs=15.0)
    assert value(values, "longest_sleep_block_h", THURSDAY) == pytest.approx(4.0, abs=2 * QUARTER_H)


def test_a_nap_is_told_apart_from_the_night() -> None:
    nap = (at("2024-03-07 13:00"), at("2024-03-07 17:00"))
    streams = life_of_sleeps(sorted([*nights(), nap]), at("2024-03-03 12:00"), at("2024-03-11 04:00"))
    still = [{"at_utc": nap[0] + step * MINUTE, "activity": "still"} for step in range(240)]

    values = stated(SLEEP, observations({**streams, ACTIVITY: still}, date(2024, 3, 3), SUNDAY))

    assert value(values, "nap_h", THURSDAY) == pytest.approx(4.0, abs=3 * QUARTER_H)
    assert value(values, "sleep_onset_h", THURSDAY) == pytest.approx(11.0, abs=2 * QUARTER_H)


def test_a_quiet_hour_in_the_afternoon_is_no_nap() -> None:
    values = told(sorted([*nights(), (at("2024-03-07 14:00"), at("2024-03-07 15:15"))]))

    assert value(values, "nap_h", THURSDAY) == 0.0


@pytest.mark.parametrize(("night", "asleep_h"), [("2024-03-10", 7.0), ("2024-11-03", 9.0)])
def test_elapsed_time_is_told_when_clocks_change(night: str, asleep_h: float) -> None:
    """23:00 to 07:00 in New York on the nights of 23 and 25 hours."""
    day = date.fromisoformat(night)
    days = [day - timedelta(days=back) for back in range(4, -1, -1)]
    sleeps = [(at(f"{one - timedelta(days=1)} 23:00", NEW_YORK), at(f"{one} 07:00", NEW_YORK)) for one in days]
    streams = life_of_sleeps(sleeps, at(f"{days[0] - timedelta(days=1)} 12:00", NEW_YORK), at(f"{day} 23:00", NEW_YORK))

    values = stated(SLEEP, observations(streams, days[0] - timedelta(days=1), day, zone=NEW_YORK))

    assert value(values, "sleep_duration_h", day) == pytest.approx(asleep_h, abs=2 * QUARTER_H)
    assert value(values, "sleep_offset_h", day) == pytest.approx(11.0 + asleep_h, abs=QUARTER_H)


def test_long_locks_alone_tell_a_night() -> None:
    """StudentLife: locks of an hour or more, and positions every twenty minutes."""
    by_day = [
        (at(f"{day} {begins}"), at(f"{day} {ends}"))
        for day in DAYS
        for begins, ends in (("10:00", "11:30"), ("15:00", "16:10"))
    ]
    locks = [{"at_utc": begins, "end_at_utc": ends} for begins, ends in sorted([*nights(), *by_day])]
    fixes = beats(at("2024-03-03 12:00"), at("2024-03-11 04:00"), every_min=20)

    values = stated(SLEEP, observations({LOCK_INTERVAL: locks, GPS: fixes}, date(2024, 3, 3), SUNDAY, os="unknown"))

    assert value(values, "sleep_onset_h", FRIDAY) == pytest.approx(11.0, abs=2 * QUARTER_H)
    assert value(values, "sleep_offset_h", FRIDAY) == pytest.approx(19.0, abs=2 * QUARTER_H)
    assert "not_supported" == reason(values, "night_screen_min", FRIDAY)


def test_a_heartbeat_alone_tells_no_sleep() -> None:
    fixes = beats(at("2024-03-03 12:00"), at("2024-03-11 04:00"))

    values = stated(SLEEP, observations({GPS: fixes}, date(2024, 3, 3), SUNDAY))

    assert "undetermined" == reason(values, "sleep_duration_h", FRIDAY)


@pytest.mark.parametrize("starts_h", [0, 4])
def test_night_use_is_that_between_midnight_and_five_of_the_civil_date(starts_h: int) -> None:
    uses = [("2024-03-06 23:50", 20), ("2024-03-07 02:00", 4), ("2024-03-07 04:58", 10)]
    streams: dict[Stream, list[Row]] = {
        SCREEN: used([(at(begins), at(begins) + minutes * MINUTE) for begins, minutes in uses]),
        GPS: beats(at("2024-03-04 04:00"), at("2024-03-08 04:00")),
    }

    values = stated(SLEEP, observations(streams, MONDAY, THURSDAY, starts_h=starts_h))

    assert value(values, "night_screen_min", THURSDAY) == pytest.approx(16.0)
    assert value(values, "night_pickup_count", THURSDAY) == 2.0
    assert "not_supported" == reason(values, "night_screen_min", TUESDAY)


def test_a_night_nobody_saw_has_no_night_use() -> None:
    streams = {SCREEN: used(awake(at("2024-03-06 08:00"), at("2024-03-06 20:00")))}

    values = stated(SLEEP, observations(streams, TUESDAY, THURSDAY))

    assert value(values, "night_pickup_count", THURSDAY) is None
