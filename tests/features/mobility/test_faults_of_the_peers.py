"""Faults found in other programs' mobility features, each as a day on which ours must not have it."""

from __future__ import annotations

import random
from datetime import timedelta

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


def test_jitter_of_a_day_at_home_is_no_distance() -> None:
    """Errors as large as the phone says (68 % within 45 m) for four days: still less than 0.2 km."""
    rng = random.Random(11)  # noqa: S311 -- jitter, not a secret
    quiet = [
        (at(MONDAY, 4 + step * 11 / 60), rng.gauss(0, 30), rng.gauss(0, 30), 45.0) for step in range(4 * 24 * 60 // 11)
    ]
    day = day_of(quiet, THURSDAY)

    assert isinstance(day["distance_km"], float)
    assert day["distance_km"] < 0.2
    assert day["home_time_h"] == pytest.approx(24.0, abs=0.2)


def test_one_teleport_adds_no_distance_and_no_place() -> None:
    plain = ordinary_days(MONDAY, 4)
    teleport = (at(THURSDAY, 12 + 1 / 12), 400_000.0, 0.0, 15.0)

    assert day_of([*plain, teleport], THURSDAY) == day_of(plain, THURSDAY)


def test_fixes_of_poor_accuracy_are_dropped_only_where_better_ones_are() -> None:
    """A network-only phone keeps its fixes of 80 m, and its stays get a wider radius."""
    poor = [(instant, east, north, 80.0) for instant, east, north, _ in ordinary_days(MONDAY, 4)]
    stray = [(at(THURSDAY, 12 + 1 / 12), 9000.0, 0.0, 80.0)]

    assert day_of(poor, THURSDAY)["home_time_h"] == pytest.approx(15 + 4 / 6)
    assert day_of([*ordinary_days(MONDAY, 4), *stray], THURSDAY)["diameter_km"] == pytest.approx(3.0, rel=1e-3)


def test_fixes_too_poor_to_place_anybody_are_low_coverage_and_not_no_data() -> None:
    useless = [(instant, east, north, 3000.0) for instant, east, north, _ in ordinary_days(MONDAY, 1)]

    assert set(day_of(useless, MONDAY).values()) == {"low_coverage"}


def test_home_is_by_time_and_not_by_the_number_of_visits() -> None:
    """Five short visits a night to the petrol station where a taxi driver waits; home is slept at in one piece."""
    days = [MONDAY + timedelta(days=step) for step in range(5)]
    trace = []
    for day in days:
        trace += [*stay(day, 4, 20)]
        for visit in range(5):
            trace += stay(day, 20.5 + visit, 20.5 + visit + 2 / 6, 4000.0) + stay(
                day, 21 + visit, 21 + visit + 1 / 6, 8000.0 * (visit + 1)
            )
        trace += stay(day, 26, 27 + 5 / 6)

    assert day_of(trace, days[-1])["max_distance_home_km"] == pytest.approx(40.0, rel=1e-3)


def test_a_participant_without_night_fixes_is_not_lost() -> None:
    """Fixes from nine to five only: no home can be known, everything else can."""
    days = [MONDAY + timedelta(days=step) for step in range(5)]
    trace = [fix for day in days for fix in (*stay(day, 9, 13), *stay(day, 13.5, 22, 2000.0))]
    day = day_of(trace, days[-1])

    assert day["home_time_h"] == "short_history"
    assert day["distance_km"] == pytest.approx(4.0, rel=1e-3)
    assert day["place_count"] == 2.0


def test_normalised_entropy_is_null_for_one_place_and_at_most_one_for_many() -> None:
    at_home = [fix for step in range(4) for fix in stay(MONDAY + timedelta(days=step), 4, 27 + 5 / 6)]
    evenly = stay(THURSDAY, 4, 11.5) + stay(THURSDAY, 12, 19.5, 5000.0) + stay(THURSDAY, 20, 27.5, 9000.0)

    assert day_of(at_home, THURSDAY)["place_entropy_normalised_ratio"] == "undetermined"
    assert day_of(at_home, THURSDAY)["place_entropy_nats"] == 0.0
    assert day_of(evenly, THURSDAY)["place_entropy_normalised_ratio"] == pytest.approx(1.0, abs=1e-3)


def test_longitude_is_not_latitude() -> None:
    """The same metres east and north give the same distance."""
    east = [*stay(MONDAY, 4, 15), *stay(MONDAY, 15.5, 27 + 5 / 6, 5000.0, 0.0)]
    north = [*stay(MONDAY, 4, 15), *stay(MONDAY, 15.5, 27 + 5 / 6, 0.0, 5000.0)]

    assert day_of(east, MONDAY)["distance_km"] == pytest.approx(day_of(north, MONDAY)["distance_km"], rel=1e-3)


def test_two_participants_never_reach_each_other() -> None:
    """The second one's days come out the same with and without the first one's rows before them."""
    mine = fixes_of(ordinary_days(MONDAY, 4), "q")
    other = fixes_of([fix for step in range(4) for fix in home_work_home(MONDAY + timedelta(days=step), 70_000.0)])
    alone = MOBILITY.compute(watched(mine, MONDAY, THURSDAY))
    together = MOBILITY.compute(watched(pl.concat([other, mine]), MONDAY, THURSDAY))

    assert stated(together, "q", THURSDAY) == stated(alone, "q", THURSDAY)
    assert stated(together, "p", THURSDAY)["distance_km"] == pytest.approx(140.0, rel=1e-3)


def test_the_date_line_is_crossed_like_any_other_line() -> None:
    fixes = fixes_of(ordinary_days(MONDAY, 4))
    there = fixes.with_columns(
        ((pl.col("longitude_deg") + 72.0 - 180.01 + 180.0) % 360.0 - 180.0).alias("longitude_deg")
    )
    line = MOBILITY.compute(watched(there, MONDAY, THURSDAY))
    here = MOBILITY.compute(watched(fixes, MONDAY, THURSDAY))

    assert rounded(stated(line, "p", THURSDAY)) == rounded(stated(here, "p", THURSDAY))
