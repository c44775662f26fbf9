"""Rhythm, to be read as documentation: weeks written by hand, and what is stated of their last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.catalogue.rhythm import RHYTHM
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL
from tests.features.activity.making import inferred
from tests.features.making import observed, stated
from tests.features.rhythm.making import MONDAY, SUNDAY, hours_of, square, watched

Day = dict[str, float | str | None]


def _day(rows: pl.DataFrame, last: date = SUNDAY, zone: str = "UTC", participant_id: str = "p") -> Day:
    return stated(RHYTHM.compute(watched(rows, last, zone)), participant_id, last)


def test_a_week_of_equal_days() -> None:
    """Awake from 8 to 23: wholly regular, quiet from 23 on, and the first of the equally busy runs begins at 8."""
    day = _day(hours_of(square, MONDAY, SUNDAY))

    assert day["interdaily_stability_ratio"] == pytest.approx(1.0)
    assert day["relative_amplitude_ratio"] == pytest.approx(1.0)
    assert day["l5_level_ratio"] == pytest.approx(0.0)
    assert day["l5_onset_h"] == 23.0
    assert day["m10_level_ratio"] == pytest.approx(24 / 15)
    assert day["m10_onset_h"] == 8.0


def test_variability_is_change_from_hour_to_hour_over_variance() -> None:
    """Seven days from 4 to 4 change at 8 and at 23: 14 steps of one among 167, and a variance of 15/24 times 9/24."""
    day = _day(hours_of(square, MONDAY, SUNDAY))

    assert day["intradaily_variability_score"] == pytest.approx(14 / 167 / (15 / 24 * 9 / 24), rel=1e-4)


def test_a_week_of_chance_has_little_rhythm() -> None:
    rng = np.random.default_rng(5)
    day = _day(hours_of(lambda _: float(rng.uniform(0.0, 0.4)), MONDAY, SUNDAY))

    assert isinstance(day["interdaily_stability_ratio"], float)
    assert day["interdaily_stability_ratio"] < 0.35
    assert day["intradaily_variability_score"] == pytest.approx(2.0, abs=0.5)


def test_the_quietest_hours_may_run_over_the_cut_of_the_day() -> None:
    """Asleep from one to nine, over the cut at four: the first of the equally quiet runs begins at one."""
    day = _day(hours_of(lambda at: 0.0 if 1 <= at.hour < 9 else 0.25, MONDAY, SUNDAY))

    assert day["l5_onset_h"] == 1.0


def test_a_night_worker_is_quiet_by_day() -> None:
    day = _day(hours_of(lambda at: 0.0 if 9 <= at.hour < 16 else 0.25, MONDAY, SUNDAY))

    assert (day["l5_onset_h"], day["m10_onset_h"]) == (9.0, 16.0)


def test_levels_do_not_move_with_the_sensor() -> None:
    """Twice the movement everywhere is the same rhythm."""
    once = _day(hours_of(lambda at: 0.1 + 0.01 * at.hour, MONDAY, SUNDAY))
    twice = _day(hours_of(lambda at: 0.2 + 0.02 * at.hour, MONDAY, SUNDAY))

    assert {name: pytest.approx(value, rel=1e-4) for name, value in once.items()} == twice


@pytest.mark.parametrize(
    ("first", "last"), [(date(2024, 3, 6), date(2024, 3, 12)), (date(2024, 10, 30), date(2024, 11, 5))]
)
def test_a_week_in_which_clocks_change_keeps_its_rhythm(first: date, last: date) -> None:
    """The person lives by the wall clock, before and after."""
    rows = hours_of(square, first, last, "America/New_York")
    day = stated(RHYTHM.compute(watched(rows, last, "America/New_York", first)), "p", last)

    assert day["interdaily_stability_ratio"] == pytest.approx(1.0)
    assert (day["l5_onset_h"], day["m10_onset_h"]) == (23.0, 8.0)


def test_days_missing_are_left_out_and_not_read_as_rest() -> None:
    """Two whole days without a row: five equal days are as regular as seven."""
    lost = {MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)}
    day = _day(hours_of(lambda at: None if at.date() in lost else square(at), MONDAY, SUNDAY))

    assert day["interdaily_stability_ratio"] == pytest.approx(1.0)
    assert day["relative_amplitude_ratio"] == pytest.approx(1.0)


def test_an_hour_of_the_day_that_is_never_seen_leaves_the_week_unknown() -> None:
    day = _day(hours_of(lambda at: None if at.hour == 3 else square(at), MONDAY, SUNDAY))

    assert set(day.values()) == {"low_coverage"}


def test_a_week_without_a_row_is_no_data() -> None:
    facts = RHYTHM.compute(watched(hours_of(square, MONDAY, MONDAY), MONDAY + timedelta(days=20)))

    assert set(stated(facts, "p", MONDAY + timedelta(days=20)).values()) == {"no_data"}


def test_hours_that_never_change_have_no_rhythm() -> None:
    day = _day(hours_of(lambda _: 0.25, MONDAY, SUNDAY))

    assert day["interdaily_stability_ratio"] == "undetermined"
    assert day["l5_onset_h"] == "undetermined"
    assert day["relative_amplitude_ratio"] == pytest.approx(0.0)


def test_a_window_is_measured_on_one_series_from_end_to_end() -> None:
    """Movement is seen on the last two days only; inferences, seen all week, measure the week alone."""
    friday = MONDAY + timedelta(days=5)
    hours = [datetime(2024, 5, 6, 4, tzinfo=UTC) + timedelta(hours=step) for step in range(7 * 24)]
    said = inferred([(at, "walking" if 8 <= at.hour < 23 else "still") for at in hours])
    moved = hours_of(lambda at: 0.01 * at.hour, friday, SUNDAY)
    first = MONDAY - timedelta(days=RHYTHM.reach_days)
    both = RHYTHM.compute(observed({"accelerometer": moved, "activity": said}, first, SUNDAY))
    alone = RHYTHM.compute(observed({"activity": said}, first, SUNDAY))

    assert stated(both, "p", SUNDAY) == stated(alone, "p", SUNDAY)
    assert stated(alone, "p", SUNDAY)["interdaily_stability_ratio"] == pytest.approx(1.0)


def _locks(nights: list[tuple[datetime, datetime]]) -> pl.DataFrame:
    full = LOCK_INTERVAL.empty()
    values = [("p", "phone", "hand", start, end) for start, end in nights]
    names = ["participant_id", "device_id", "source", "at_utc", "end_at_utc"]
    return pl.DataFrame(values, schema={name: full.schema[name] for name in names}, orient="row").select(full.columns)


def test_long_locks_are_a_last_resort() -> None:
    """Locked from 23 to 8 every night, and an hour at noon: quiet from 23, and noon is no activity."""
    nights = []
    for step in range(-1, 7):
        midnight = datetime(2024, 5, 6, tzinfo=UTC) + timedelta(days=step)
        nights.append((midnight + timedelta(hours=23), midnight + timedelta(hours=32)))
        nights.append((midnight + timedelta(hours=12), midnight + timedelta(hours=13)))
    first = MONDAY - timedelta(days=RHYTHM.reach_days)
    day = stated(RHYTHM.compute(observed({"lock_interval": _locks(nights)}, first, SUNDAY)), "p", SUNDAY)

    assert day["interdaily_stability_ratio"] == pytest.approx(1.0)
    assert (day["l5_onset_h"], day["m10_onset_h"]) == (23.0, 13.0)


def test_a_phone_left_alone_for_days_tells_nothing() -> None:
    """One lock of a week is no week of rest."""
    alone = [(datetime(2024, 5, 6, 4, tzinfo=UTC), datetime(2024, 5, 13, 4, tzinfo=UTC))]
    first = MONDAY - timedelta(days=RHYTHM.reach_days)
    facts = RHYTHM.compute(observed({"lock_interval": _locks(alone)}, first, SUNDAY))

    assert set(stated(facts, "p", SUNDAY).values()) == {"no_data"}


def test_two_participants_never_mix() -> None:
    p = hours_of(square, MONDAY, SUNDAY)
    q = hours_of(lambda at: 0.25 if at.hour % 2 else 0.1, MONDAY, SUNDAY, participant_id="q")
    both = RHYTHM.compute(watched(pl.concat([p, q])))

    assert both.filter(pl.col("participant_id") == "p").equals(
        RHYTHM.compute(watched(p)).filter(pl.col("participant_id") == "p")
    )
    assert stated(both, "q", SUNDAY)["intradaily_variability_score"] == pytest.approx(4.0, rel=0.01)
