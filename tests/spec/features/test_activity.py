"""Activity, to be read as documentation: rows written by hand, and what is stated of their day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from features.catalogue.activity import ACTIVITY
from features.declaration import VALUES
from tests.features.activity.making import MONDAY, inferred, still, walking
from tests.features.making import observed, stated

Day = dict[str, float | str | None]


def _at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)


def _every(minutes: int, from_h: int, to_h: int, activity: str) -> list[tuple[datetime, str]]:
    return [(_at(from_h, step), activity) for step in range(0, (to_h - from_h) * 60, minutes)]


def _inferred_day(rows: Iterable[tuple[datetime, str]], day: date = MONDAY) -> Day:
    return stated(ACTIVITY.compute(observed({"activity": inferred(rows)}, MONDAY, day)), "p", day)


def _moved_day(rows: pl.DataFrame, zone: str = "UTC", day: date = MONDAY) -> Day:
    found = ACTIVITY.compute(observed({"accelerometer": rows}, MONDAY, day, {"p": zone, "q": zone}))
    return stated(found, "p", day)


def test_inferred_hours_of_a_day() -> None:
    """Still from 8 to 18, walking from 18 to 19, a ride till 20, then nothing: the last ride holds five minutes."""
    rows = [
        *_every(4, 8, 18, "still"),
        *_every(4, 18, 19, "walking"),
        *_every(4, 19, 20, "vehicle"),
    ]
    day = _inferred_day(rows)

    assert day["still_h"] == pytest.approx(10.0)
    assert day["walking_h"] == pytest.approx(1.0)
    assert day["vehicle_h"] == pytest.approx(1.0 + 1 / 60)
    assert day["running_h"] == 0.0
    assert day["active_min"] == pytest.approx(60.0)


def test_an_inference_holds_five_minutes_and_no_longer() -> None:
    """Every ten minutes of 24 hours: half of the day is known, and half of that half was walking."""
    rows = [*_every(10, 4, 16, "walking"), *_every(10, 16, 28, "still")]
    facts = ACTIVITY.compute(observed({"activity": inferred(rows)}, MONDAY, MONDAY))
    walked = facts.filter(pl.col("feature_id") == "walking_h").row(0, named=True)

    assert walked["value"] == pytest.approx(6.0)
    assert walked["coverage_ratio"] == pytest.approx(0.5)


def test_an_inference_ends_with_its_day() -> None:
    """At 03:58 the day has two minutes left; the next day begins with nothing known."""
    rows = [*_every(4, 4, 27, "still"), (_at(27, 58), "walking"), (_at(28, 20), "still")]

    assert _inferred_day(rows)["walking_h"] == pytest.approx(2 / 60)


def test_an_unknown_inference_is_neither_still_nor_active() -> None:
    day = _inferred_day([*_every(4, 4, 24, "still"), *_every(4, 24, 28, "unknown")])

    assert day["still_h"] == pytest.approx(20.0)
    assert day["active_min"] == 0.0


def test_a_day_with_few_inferences_says_so_and_not_zero() -> None:
    assert set(_inferred_day(_every(4, 10, 13, "walking")).values()) == {"low_coverage"}


def test_a_day_without_rows_is_left_out() -> None:
    facts = ACTIVITY.compute(observed({}, MONDAY, MONDAY))

    assert facts.is_empty()
    assert VALUES == dict(facts.schema)


def test_steps_seen_and_steps_of_the_day() -> None:
    """A ten-second burst every minute of 12 hours; in the sixth of them a walk of 1.8 steps a second."""
    bursts = [(walking if hour == 9 else still)(_at(hour, minute)) for hour in range(4, 16) for minute in range(60)]
    day = _moved_day(pl.concat(bursts))
    seen = 60 * 10 * 1.8

    assert day["steps_count"] == pytest.approx(seen, rel=0.03)
    assert day["steps_estimated_count"] == pytest.approx(seen * 6 * 2, rel=0.03)
    assert day["cadence_mean_spm"] == pytest.approx(60 * 1.8, rel=0.03)
    assert day["active_ratio"] == pytest.approx(1 / 12)
    assert day["longest_still_h"] == pytest.approx(6.0)
    assert day["activity_fragmentation_ratio"] == pytest.approx(1 / (11 * 60 - 1))


def test_the_interval_stands_around_the_estimate_and_narrows_with_what_is_seen() -> None:
    """The same hours of walking and rest, seen for 24 hours or for 12."""
    widths = []
    for last_h in (28, 16):
        hours = range(4, last_h)
        bursts = [(walking if hour % 4 == 0 else still)(_at(hour, minute)) for hour in hours for minute in range(60)]
        facts = ACTIVITY.compute(observed({"accelerometer": pl.concat(bursts)}, MONDAY, MONDAY))
        row = facts.filter(pl.col("feature_id") == "steps_estimated_count").row(0, named=True)
        assert row["value_low"] <= row["value"] <= row["value_high"]
        widths.append(row["value_high"] - row["value_low"])

    assert widths[0] < widths[1]


def test_a_walk_in_a_zone_of_half_hours_is_not_counted_for_more_hours_than_it_had() -> None:
    """Every minute of a day in Kathmandu, which begins at 22:15 UTC: 24 hours, not 25."""
    begins = datetime(2024, 5, 5, 22, 15, tzinfo=UTC)
    rows = pl.concat([walking(begins + timedelta(minutes=step)) for step in range(24 * 60)])
    day = _moved_day(rows, "Asia/Kathmandu")

    assert day["steps_estimated_count"] == pytest.approx(24 * 3600 * 1.8, rel=0.02)


@pytest.mark.parametrize(("day", "length_h"), [(date(2024, 3, 9), 23), (date(2024, 11, 2), 25)])
def test_a_day_is_as_long_as_its_clocks_say(day: date, length_h: int) -> None:
    """The night in which New York's clocks change belongs to the day before."""
    edges = observed({}, day, day, {"p": "America/New_York"}).edges
    begins = edges["starts_at_utc"][0]
    rows = [(begins + timedelta(minutes=4 * step), "still") for step in range(length_h * 15)]
    facts = ACTIVITY.compute(observed({"activity": inferred(rows)}, day, day, {"p": "America/New_York"}))

    assert stated(facts, "p", day)["still_h"] == pytest.approx(length_h)


def test_a_day_whose_sampling_is_too_slow_for_steps_says_so() -> None:
    """One sample a minute shows nothing of steps, and is not a day without steps."""
    rows = pl.concat([still(_at(4, step), 0.1) for step in range(24 * 60)])
    day = _moved_day(rows)

    assert ("undetermined", "undetermined") == (day["steps_count"], day["steps_estimated_count"])
    assert day["active_ratio"] == 0.0


def test_two_participants_never_mix() -> None:
    p = pl.concat([walking(_at(4, step), 10, "p") for step in range(12 * 60)])
    q = pl.concat([still(_at(4, step), 10, "q") for step in range(30, 14 * 60)])
    alone = [ACTIVITY.compute(observed({"accelerometer": one}, MONDAY, MONDAY)) for one in (p, q)]
    both = ACTIVITY.compute(observed({"accelerometer": pl.concat([p, q])}, MONDAY, MONDAY))

    assert both.equals(pl.concat(alone))
