"""The plan of a duty cycle, read off the phone's own better days."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from features.minutes.schedule import observed_ratio, planned_minutes
from pipeline.vocabulary.streams.location import GPS
from tests.plugins.phones import Row, at, beats, observations, rows_of

START = at("2024-03-04 04:00")


def ratios(rows: list[Row], days: int) -> list[float]:
    edges = observations({}, date(2024, 3, 4), date(2024, 3, 4) + timedelta(days=days - 1)).edges
    told = observed_ratio(planned_minutes(rows_of(GPS, rows), edges), edges)
    filled = edges.join(told, on=["participant_id", "local_day"], how="left").sort("local_day")
    return [round(ratio or 0.0, 2) for ratio in filled["observed_ratio"]]


def bursts(days: int, every_s: int, since_day: int = 0) -> list[Row]:
    """One minute of fixes ten seconds apart, every so many seconds."""
    starts = [START + timedelta(days=since_day, seconds=second) for second in range(0, days * 86_400, every_s)]
    return [fix for start in starts for fix in beats(start, start + timedelta(seconds=50), every_min=1 / 6)]


def test_a_minute_on_and_ten_off_is_full_coverage() -> None:
    assert [1.0, 1.0] == ratios(bursts(2, 660), 2)


def test_half_a_day_of_bursts_is_half_covered() -> None:
    half = [START + timedelta(days=1, seconds=second) for second in range(0, 43_200, 660)]
    rows = bursts(1, 660) + [fix for start in half for fix in beats(start, start + timedelta(seconds=50), 1 / 6)]

    assert [1.0, pytest.approx(0.5, abs=0.02)] == ratios(rows, 2)


def test_an_app_that_slowly_dies_does_not_lower_the_plan() -> None:
    dying = bursts(3, 660) + bursts(3, 3300, since_day=3)

    assert [1.0, 1.0, 1.0] == ratios(dying, 6)[:3]
    assert max(ratios(dying, 6)[3:]) < 0.3


def test_a_stream_run_down_to_a_trickle_is_not_covered() -> None:
    trickle = [START + timedelta(days=1, seconds=second) for second in range(0, 86_400, 660)]
    rows = bursts(1, 660) + [fix for start in trickle for fix in beats(start, start)]

    assert [1.0, pytest.approx(1 / 3, abs=0.02)] == ratios(rows, 2)


def test_the_plan_of_a_day_rests_on_no_later_day() -> None:
    denser_later = bursts(2, 1320) + bursts(2, 660, since_day=2)

    assert ratios(bursts(2, 1320), 2) == ratios(denser_later, 4)[:2]


def test_too_few_rows_are_no_plan() -> None:
    edges = observations({}, date(2024, 3, 4), date(2024, 3, 4)).edges

    assert planned_minutes(rows_of(GPS, beats(START, START + timedelta(hours=1), every_min=30)), edges).is_empty()
    assert observed_ratio(planned_minutes(GPS.empty(), edges), edges).select(pl.len()).item() == 0
