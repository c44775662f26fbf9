"""The steps of mobility one by one."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from features.catalogue.mobility.bursts import minutes_of
from features.catalogue.mobility.day_table import day_table
from features.catalogue.mobility.geometry import is_within, metres_between, turn_deg
from features.catalogue.mobility.intervals import is_weekend
from features.catalogue.mobility.nights import rests_by_day, sleep_of
from features.catalogue.mobility.places import entropy_nats
from tests.features.mobility.making import MONDAY, at, day_of, fixes_of, stay, watched


def test_a_burst_of_a_fix_a_second_becomes_one_robust_position() -> None:
    """Forty good fixes at the origin and fifteen poor ones a kilometre off within one minute."""
    burst = [(at(MONDAY, 6) + timedelta(seconds=second), 0.0, 0.0, 10.0) for second in range(40)]
    poor = [(at(MONDAY, 6) + timedelta(seconds=40 + second), 1000.0, 0.0, 60.0) for second in range(15)]
    minutes = minutes_of(fixes_of([*burst, *poor]))

    assert minutes.height == 1
    assert minutes["longitude_deg"][0] == -72.0
    assert minutes["accuracy_m"][0] == 10.0


def test_two_participants_in_the_same_minute_stay_apart() -> None:
    fixes = pl.concat([fixes_of(stay(MONDAY, 6, 6), "p"), fixes_of(stay(MONDAY, 6, 6, 500.0), "q")])

    assert minutes_of(fixes)["participant_id"].to_list() == ["p", "q"]


def test_a_fix_without_accuracy_is_taken_as_fifty_metres() -> None:
    fixes = fixes_of(stay(MONDAY, 6, 6)).with_columns(pl.lit(None, dtype=pl.Float64).alias("accuracy_m"))

    assert minutes_of(fixes)["accuracy_m"].to_list() == [50.0]


def test_no_fixes_make_no_minutes() -> None:
    assert minutes_of(fixes_of([])).is_empty()


@pytest.mark.parametrize(("accuracy_m", "radius_m"), [(10.0, 100.0), (80.0, 160.0), (250.0, 300.0)])
def test_the_radius_grows_with_the_inaccuracy_of_the_day(accuracy_m: float, radius_m: float) -> None:
    trace = [(instant, east, north, accuracy_m) for instant, east, north, _ in stay(MONDAY, 4, 20)]
    table = day_table(fixes_of(trace), watched(fixes_of(trace), MONDAY, MONDAY).edges)

    assert table.days.radius_m[0] == radius_m


def test_a_degree_of_latitude_is_a_ninetieth_of_a_quarter_of_the_earth() -> None:
    assert metres_between(10.0, 20.0, 11.0, 20.0) == pytest.approx(2 * np.pi * 6_371_008.8 / 360)
    assert is_within(10.0, 20.0, 10.0, 20.001, 110.0)
    assert not is_within(10.0, 20.0, 11.0, 20.0, 110.0)


def test_the_shorter_way_crosses_the_date_line() -> None:
    assert turn_deg(179.5, -179.5) == pytest.approx(1.0)


def test_entropy_of_nothing_is_unknown_and_of_one_place_zero() -> None:
    assert np.isnan(entropy_nats(np.zeros(2)))
    assert entropy_nats(np.array([3.0, 0.0])) == 0.0


def test_a_weekend_is_saturday_and_sunday() -> None:
    table = day_table(fixes_of([]), watched(fixes_of([]), MONDAY, MONDAY + timedelta(days=6)).edges)

    assert [is_weekend(table.days, day) for day in range(7)] == [False] * 5 + [True] * 2


def test_nights_by_the_clock_are_cut_at_the_day_edge_at_four() -> None:
    seen = watched(fixes_of([]), MONDAY, MONDAY)
    table = day_table(fixes_of([]), seen.edges)
    rests, first = rests_by_day(table.frame, seen.zones, sleep_of(None))
    hours = [[(end - start) / 3.6e9, side] for start, end, side in rests.tolist()]

    assert hours == [[2.0, 0], [4.0, 1], [4.0, 2]] * 2
    assert first.tolist() == [0, 3, 6]


def test_ways_home_and_out_that_nobody_saw_have_no_hour() -> None:
    """Home till eight, silent till noon, then at work; silent from five to ten, then at home."""
    days = [MONDAY + timedelta(days=step) for step in range(4)]
    trace = [fix for day in days for fix in (*stay(day, 4, 8), *stay(day, 12, 17, 3000.0), *stay(day, 22, 27 + 5 / 6))]
    day = day_of(trace, days[-1])

    assert (day["first_out_h"], day["last_home_h"]) == ("undetermined", "undetermined")


def test_coming_home_after_midnight_is_past_twenty_four() -> None:
    days = [MONDAY + timedelta(days=step) for step in range(4)]
    trace = [
        fix for day in days for fix in (*stay(day, 4, 18), *stay(day, 18.5, 25, 3000.0), *stay(day, 25.5, 27 + 5 / 6))
    ]

    assert day_of(trace, days[-1])["last_home_h"] == pytest.approx(25.5)
