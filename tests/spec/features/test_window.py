"""Trailing windows, to be read as documentation: four weeks of daily values, and what is stated of their last day."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from scipy import stats

from features.catalogue import all_families
from features.catalogue.window import WINDOW
from features.catalogue.window.declared import BASES, CALCULATIONS, FEATURES
from features.declaration import VALUES, Observations
from tests.features.making import stated

FIRST = date(2024, 5, 6)
LAST = FIRST + timedelta(days=27)
EMPTY = pl.DataFrame()
Value = Callable[[int], float | None]


def _daily(value: Value, count: int = 28, participant_id: str = "p", base: str = "sleep_duration_h") -> pl.DataFrame:
    """Daily values from `FIRST` on; a day without one has low coverage."""
    days = [(FIRST + timedelta(days=step), value(step)) for step in range(count)]
    rows = [
        (participant_id, day, base, one, None, None, 1.0, None if one is not None else "low_coverage")
        for day, one in days
    ]
    return pl.DataFrame(rows, schema=VALUES, orient="row")


def _computed(daily: pl.DataFrame, *wanted: tuple[str, date]) -> pl.DataFrame:
    asked = pl.DataFrame(list(wanted), schema={"participant_id": pl.String, "local_day": pl.Date}, orient="row")
    return WINDOW.compute(Observations({}, EMPTY, EMPTY, EMPTY, asked, daily=daily))


def _day(daily: pl.DataFrame, day: date = LAST) -> dict[str, float | str | None]:
    return stated(_computed(daily, ("p", day)), "p", day)


def test_a_swing_with_the_week_repeats_after_seven_days() -> None:
    """Half an hour more and less: an amplitude of half an hour, and a value that is that of a week before."""
    day = _day(_daily(lambda step: 7.0 + 0.5 * math.sin(2 * math.pi * step / 7)))

    assert day["sleep_duration_h_weekly_amplitude_28d_h"] == pytest.approx(0.5)
    assert day["sleep_duration_h_autocorrelation_lag7_28d_score"] == pytest.approx(1.0)


def test_a_trend_is_the_change_a_day() -> None:
    day = _day(_daily(lambda step: 7.0 + 0.1 * step))

    assert day["sleep_duration_h_trend_28d_h_per_day"] == pytest.approx(0.1)
    assert day["sleep_duration_h_trend_error_28d_h_per_day"] == pytest.approx(0.0, abs=1e-9)


def test_the_trend_carries_its_interval() -> None:
    values = [7.0 + 0.1 * step + (0.4 if step % 3 else -0.4) for step in range(28)]
    line = stats.linregress(range(28), values)
    facts = _computed(_daily(lambda step: values[step]), ("p", LAST))
    row = facts.filter(pl.col("feature_id") == "sleep_duration_h_trend_28d_h_per_day").row(0, named=True)
    half = stats.t.ppf(0.9, 26) * line.stderr

    assert row["value"] == pytest.approx(line.slope)
    assert (row["value_low"], row["value_high"]) == pytest.approx((line.slope - half, line.slope + half))


def test_days_without_a_value_are_left_out_and_not_read_as_zero() -> None:
    """Eight of 28 nights are unknown: what is left is constant, and varies by nothing."""
    facts = _computed(_daily(lambda step: None if step % 7 in {2, 5} else 7.0), ("p", LAST))
    day = stated(facts, "p", LAST)
    shares = facts.filter(pl.col("feature_id").str.starts_with("sleep_duration_h"))["coverage_ratio"].unique()

    assert day["sleep_duration_h_variance_28d_h2"] == 0.0
    assert day["sleep_duration_h_autocorrelation_lag1_28d_score"] == "undetermined"
    assert [pytest.approx(20 / 28)] == shares.to_list()


def test_nineteen_values_of_28_days_are_too_few() -> None:
    day = _day(_daily(lambda step: None if step < 9 else float(step)))

    assert day["sleep_duration_h_variance_28d_h2"] == "low_coverage"


def test_nineteen_days_are_too_short_a_history() -> None:
    day = _day(_daily(float, 19), FIRST + timedelta(days=18))

    assert day["sleep_duration_h_variance_28d_h2"] == "short_history"


def test_twenty_days_are_enough() -> None:
    day = _day(_daily(float, 20), FIRST + timedelta(days=19))

    assert day["sleep_duration_h_variance_28d_h2"] == pytest.approx((20**2 - 1) / 12)


def test_a_feature_that_a_phone_cannot_tell_says_so_in_its_windows() -> None:
    calls = _daily(lambda _: None, base="outgoing_call_count").with_columns(missing_reason=pl.lit("not_supported"))
    day = _day(calls)

    assert day["outgoing_call_count_variance_28d_count2"] == "not_supported"
    assert day["distance_km_variance_28d_km2"] == "no_data"


def test_what_lies_before_the_window_does_not_reach_it() -> None:
    """A value of a hundred on the first day is gone when the window has moved on by one."""
    daily = _daily(lambda step: 100.0 if step == 0 else 7.0, 29)

    assert _day(daily)["sleep_duration_h_variance_28d_h2"] > 100.0  # type: ignore[operator] -- a number here
    assert _day(daily, LAST + timedelta(days=1))["sleep_duration_h_variance_28d_h2"] == 0.0


def test_only_the_wanted_windows_are_computed() -> None:
    facts = _computed(_daily(float, 40), ("p", LAST), ("p", LAST + timedelta(days=5)))

    assert [LAST, LAST + timedelta(days=5)] == facts["local_day"].unique().sort().to_list()
    assert 2 * len(FEATURES) == facts.height


def test_two_participants_never_mix_and_order_does_not_matter() -> None:
    p = _daily(lambda step: 7.0 + 0.3 * (step % 5))
    q = _daily(lambda step: 8.0 - 0.2 * (step % 3), participant_id="q")
    shuffled = pl.concat([p, q]).sample(fraction=1.0, shuffle=True, seed=1)
    both = _computed(shuffled, ("q", LAST), ("p", LAST))

    assert both.equals(pl.concat([_computed(p, ("p", LAST)), _computed(q, ("q", LAST))]))


def test_nothing_said_before_is_no_data() -> None:
    asked = pl.DataFrame({"participant_id": ["p"], "local_day": [LAST]})
    facts = WINDOW.compute(Observations({}, EMPTY, EMPTY, EMPTY, asked))

    assert {"no_data"} == set(stated(facts, "p", LAST).values())


def test_every_calculation_of_every_base_is_declared_with_a_unit_at_its_end() -> None:
    assert len(BASES) * len(CALCULATIONS) == len({feature.feature_id for feature in FEATURES})
    assert {"score", "h", "h2", "h3", "km", "km2", "km3", "count", "count2", "count3", "day"} == {
        feature.feature_id.rpartition("_")[2] for feature in FEATURES
    }


def test_windows_come_after_every_family_they_look_at() -> None:
    homes = {family.name for family in all_families() for feature in family.features if feature in BASES}

    assert set(WINDOW.after) == homes


def test_the_catalogue_is_read_without_waiting_for_tsfresh() -> None:
    code = "import sys, features.catalogue.window; sys.exit('tsfresh' in sys.modules or 'pandas' in sys.modules)"

    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode  # noqa: S603 -- our own interpreter
