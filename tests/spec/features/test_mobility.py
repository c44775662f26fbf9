"""Mobility, to be read as documentation: a day written by hand, and what is stated of it."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from features.catalogue.mobility import MOBILITY
from tests.features.making import stated
from tests.features.mobility.making import (
    MONDAY,
    at,
    day_of,
    fixes_of,
    home_work_home,
    ordinary_days,
    rounded,
    stay,
    watched,
)

THURSDAY = MONDAY + timedelta(days=3)
HOME_H, WORK_H, WAY_H = 5 + 10 + 4 / 6, 7 + 4 / 6, 4 / 6


@pytest.fixture(scope="module")
def ordinary() -> dict[str, float | str | None]:
    """The fourth of four days: home 04-09, way, work 09:20-17, way, home from 17:20; work is 3 km east."""
    return day_of(ordinary_days(MONDAY, 4), THURSDAY)


@pytest.mark.parametrize(
    ("feature_id", "expected"),
    [
        ("home_time_h", HOME_H),
        ("first_out_h", 9.0),
        ("last_home_h", 17 + 2 / 6),
        ("distance_km", 6.0),
        ("max_distance_home_km", 3.0),
        ("diameter_km", 3.0),
        ("place_count", 2.0),
        ("significant_place_count", 2.0),
        ("transition_count", 2.0),
        ("time_top1_h", HOME_H),
        ("time_top2_h", WORK_H),
        ("time_top3_h", 0.0),
        ("moving_h", WAY_H),
        ("stationary_ratio", (24 - WAY_H) / 24),
        ("speed_mean_mps", 3000 / 1200),
        ("speed_max_mps", 3000 / 1200),
        ("new_place_count", "short_history"),
        ("outlier_time_ratio", "short_history"),
    ],
)
def test_of_an_ordinary_day(ordinary: dict[str, float | str | None], feature_id: str, expected: float | str) -> None:
    assert ordinary[feature_id] == (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-4))


def test_place_entropy_is_that_of_the_time_stayed_at_each_place(ordinary: dict[str, float | str | None]) -> None:
    shares = [HOME_H / (HOME_H + WORK_H), WORK_H / (HOME_H + WORK_H)]
    expected = -sum(share * math.log(share) for share in shares)

    assert ordinary["place_entropy_nats"] == pytest.approx(expected)
    assert ordinary["place_entropy_normalised_ratio"] == pytest.approx(expected / math.log(2))


def test_gyration_and_variance_are_weighted_by_time(ordinary: dict[str, float | str | None]) -> None:
    """Gyration counts the ways as well, halfway and evenly spread; variance counts stays alone."""
    parts = [(HOME_H, 0.0, 0.0), (WORK_H, 3000.0, 0.0), (WAY_H, 1500.0, 3000.0**2 / 12)]
    middle = sum(hours * east for hours, east, _ in parts) / 24
    scatter = sum(hours * ((east - middle) ** 2 + spread) for hours, east, spread in parts) / 24
    share = WORK_H / (HOME_H + WORK_H)

    assert ordinary["radius_of_gyration_km"] == pytest.approx(math.sqrt(scatter) / 1000, rel=1e-4)
    assert ordinary["location_variance_score"] == pytest.approx(math.log1p(share * (1 - share) * 3000.0**2), rel=1e-4)


def test_a_place_is_new_when_no_earlier_day_of_the_window_was_spent_there() -> None:
    last = MONDAY + timedelta(days=14)
    trip = [*stay(last, 4, 9), *stay(last, 10, 16, 8000.0), *stay(last, 17, 27 + 5 / 6)]
    day = day_of([*ordinary_days(MONDAY, 14), *trip], last)

    assert day["new_place_count"] == 1.0
    assert day["outlier_time_ratio"] == pytest.approx(6.0 / (5 + 6 + 10 + 5 / 6 + 1 / 6), rel=1e-3)


def test_a_phone_switched_off_overnight_counts_as_home_once_it_is_seen_there_again() -> None:
    """Off from 23:00 to 07:00: the day that ends in between knows nothing of its end, the next one of its start."""
    days = [MONDAY + timedelta(days=step) for step in range(5)]
    trace = [fix for day in days for fix in (*stay(day, 7, 9), *stay(day, 9.5, 17, 3000.0), *stay(day, 17.5, 23))]
    day = day_of(trace, days[-1])

    assert day["home_time_h"] == pytest.approx((9 - 4) + (23 - 17.5) + 0.5)


def test_a_phone_silent_all_day_is_not_a_day_at_home() -> None:
    """At home at ten and at eight in the evening, silent for ten hours between: nobody knows, and nothing is said."""
    silent = [*stay(THURSDAY, 4, 10), *stay(THURSDAY, 20, 21)]
    day = day_of([*ordinary_days(MONDAY, 3), *silent], THURSDAY)

    assert day["home_time_h"] == "low_coverage"


def test_a_day_without_any_fix_is_no_data_never_zero() -> None:
    day = day_of(ordinary_days(MONDAY, 3), THURSDAY)

    assert set(day.values()) == {"no_data"}


def test_a_home_that_moves_is_the_new_one_once_most_nights_are_there() -> None:
    moved = [MONDAY + timedelta(days=10 + step) for step in range(12)]
    trace = ordinary_days(MONDAY, 10) + [fix for day in moved for fix in stay(day, 4, 27 + 5 / 6, 50_000.0)]

    assert day_of(trace, moved[2])["home_time_h"] == 0.0
    assert day_of(trace, moved[11])["home_time_h"] == pytest.approx(24.0)


def test_a_traveller_who_sleeps_elsewhere_every_night_has_no_home() -> None:
    days = [MONDAY + timedelta(days=step) for step in range(6)]
    trace = [fix for step, day in enumerate(days) for fix in stay(day, 4, 27 + 5 / 6, 5000.0 * step)]
    day = day_of(trace, days[-1])

    assert day["home_time_h"] == "undetermined"
    assert day["place_count"] == 1.0


def test_a_home_takes_three_nights_to_be_known() -> None:
    assert day_of(ordinary_days(MONDAY, 1), MONDAY)["home_time_h"] == "short_history"


def test_a_night_worker_is_at_home_where_sleep_was() -> None:
    """Works 22-06 at 3 km, sleeps 08-15 at the origin: the clock alone would call the workplace home."""
    days = [MONDAY + timedelta(days=step) for step in range(6)]
    trace = [fix for day in days for fix in (*stay(day, 7, 21.5), *stay(day, 22, 24 + 6 + 2 / 6, 3000.0))]
    watched_days = watched(fixes_of(trace), days[0], days[-1])
    slept = [
        ("p", day, name, at(day, hour).timestamp())
        for day in days
        for name, hour in (("sleep_onset_at_utc_s", 8.0), ("sleep_offset_at_utc_s", 15.0))
    ]
    schema = {"participant_id": pl.String, "local_day": pl.Date, "feature_id": pl.String, "value": pl.Float64}
    daily = pl.DataFrame(slept, schema=schema, orient="row")
    with_sleep = MOBILITY.compute(type(watched_days)(**{**vars(watched_days), "daily": daily}))

    assert stated(MOBILITY.compute(watched_days), "p", days[-1])["home_time_h"] == pytest.approx(8.33, abs=0.5)
    assert stated(with_sleep, "p", days[-1])["home_time_h"] == pytest.approx(14.5, abs=0.01)


@pytest.mark.parametrize(
    ("day", "zone", "length_h"),
    [
        (date(2024, 3, 9), "America/New_York", 23.0),
        (date(2024, 11, 2), "America/New_York", 25.0),
        (date(2024, 5, 6), "Asia/Kathmandu", 24.0),
    ],
)
def test_a_day_at_home_is_as_long_as_the_day_is(day: date, zone: str, length_h: float) -> None:
    """The clocks change at two in the night, so it is the day before, which ends at four, that is short or long."""
    first = day - timedelta(days=4)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    trace = [(start + timedelta(minutes=10 * step), 0.0, 0.0, 20.0) for step in range(6 * 24 * 7)]
    facts = stated(MOBILITY.compute(watched(fixes_of(trace), first, day, zone)), "p", day)

    assert facts["home_time_h"] == pytest.approx(length_h)
    assert facts["distance_km"] == 0.0


def test_a_flight_to_another_zone_is_a_long_way_and_breaks_nothing() -> None:
    """Home, then six thousand kilometres east: the ways are a great circle and nobody knows the hours between."""
    abroad = [*stay(THURSDAY, 4, 9), *stay(THURSDAY, 17, 27 + 5 / 6, 6_000_000.0)]
    day = day_of([*ordinary_days(MONDAY, 3), *abroad], THURSDAY)

    assert isinstance(day["distance_km"], float)
    assert 5000 < day["distance_km"] < 6100
    assert day["home_time_h"] == pytest.approx(5.0)


def test_home_and_way_are_the_same_wherever_the_origin_is_said_to_be() -> None:
    """Relative positions with a random offset work unchanged: here the origin is moved along its latitude."""
    fixes = fixes_of(ordinary_days(MONDAY, 4))
    moved = fixes.with_columns((pl.col("longitude_deg") + 252.0 - 0.0002).alias("longitude_deg"))
    here = MOBILITY.compute(watched(fixes, MONDAY, THURSDAY))
    there = MOBILITY.compute(watched(moved, MONDAY, THURSDAY))

    assert rounded(stated(there, "p", THURSDAY)) == rounded(stated(here, "p", THURSDAY))


def test_the_interval_widens_as_hours_go_unseen() -> None:
    """Two weeks of work till five or seven in turn; then a day unseen from half past six till ten, or from four."""
    days = [MONDAY + timedelta(days=step) for step in range(15)]
    late = [
        fix
        for step, day in enumerate(days[:-1])
        for fix in (
            *stay(day, 4, 9),
            *stay(day, 9.5, 17 + 2 * (step % 2), 3000.0),
            *stay(day, 17.5 + 2 * (step % 2), 27 + 5 / 6),
        )
    ]
    whole = home_work_home(days[-1])
    widths = []
    for cut_h in (28.0, 18.5, 16.0):
        seen = [fix for fix in whole if fix[0] <= at(days[-1], cut_h) or fix[0] >= at(days[-1], 22)]
        facts = MOBILITY.compute(watched(fixes_of([*late, *seen]), days[0], days[-1]))
        row = facts.filter(pl.col("participant_id") == "p", pl.col("local_day") == days[-1])
        home = row.filter(pl.col("feature_id") == "home_time_h").row(0, named=True)
        assert home["value_low"] <= home["value"] <= home["value_high"]
        widths.append(home["value_high"] - home["value_low"])

    assert widths[0] == 0.0
    assert 0.0 < widths[1] < widths[2]
