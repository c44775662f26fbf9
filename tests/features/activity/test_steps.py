"""Steps are counted where somebody walks, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.catalogue.activity.steps import STEP_SECONDS, observed_seconds
from pipeline.vocabulary.streams.movement import ACCELEROMETER
from tests.features.activity.making import NOON, burst, instants, still, walk, walking


def _steps(rows: pl.DataFrame) -> float:
    return float(observed_seconds(rows)["cadence_hz"].sum())


@pytest.mark.parametrize("cadence_hz", [1.5, 1.8, 2.1])
@pytest.mark.parametrize("rate_hz", [10, 50, 100])
def test_a_walk_of_known_steps_is_counted_whatever_the_sampling(cadence_hz: float, rate_hz: int) -> None:
    rows = burst(walk(instants(60, rate_hz), cadence_hz), rate_hz=rate_hz)

    assert _steps(rows) == pytest.approx(60 * cadence_hz, rel=0.03)


def test_a_ten_second_burst_at_ten_hertz_is_ten_observed_seconds() -> None:
    seconds = observed_seconds(walking(NOON))

    assert seconds.height == 10
    assert seconds["cadence_hz"].sum() == pytest.approx(18.0, abs=0.5)
    assert seconds["at_utc"][0] == NOON


def test_stillness_is_observed_and_has_no_steps() -> None:
    seconds = observed_seconds(still(NOON, 60))

    assert seconds.height == 60
    assert seconds["cadence_hz"].sum() == 0.0


def test_typing_is_no_walk() -> None:
    """Small fast jolts at no steady rhythm."""
    rng = np.random.default_rng(1)
    at_s = instants(60)
    taps = 1.0 + 0.05 * rng.standard_normal(len(at_s)) + 0.1 * (rng.random(len(at_s)) < 0.4)

    assert _steps(burst(taps)) == 0.0


def test_a_car_is_no_walk() -> None:
    """Engine and road at 100 Hz: strong vibration from eight hertz up, and the slow sway of the body."""
    rng = np.random.default_rng(2)
    at_s = instants(120, 100)
    engine = 0.25 * np.sin(2 * np.pi * 11.0 * at_s) + 0.2 * np.sin(2 * np.pi * 27.0 * at_s + 1.0)
    sway = 0.15 * np.sin(2 * np.pi * 0.7 * at_s)

    assert _steps(burst(1.0 + engine + sway + 0.1 * rng.standard_normal(len(at_s)), rate_hz=100)) == 0.0


def test_a_shake_of_two_seconds_is_no_walk() -> None:
    at_s = instants(20)
    shaken = np.where((at_s >= 8) & (at_s < 10), walk(at_s), 1.0)

    assert _steps(burst(shaken)) <= 4.0


def test_running_is_no_walk() -> None:
    assert _steps(burst(1.0 + 0.8 * np.sin(2 * np.pi * 2.9 * instants(30)))) == 0.0


def test_a_sampling_too_slow_for_a_rhythm_is_not_observed() -> None:
    """At one sample a second nothing can be said of steps; it is not said that there were none."""
    assert observed_seconds(burst(np.ones(600), rate_hz=1)).is_empty()


def test_no_rows_give_no_seconds() -> None:
    assert observed_seconds(ACCELEROMETER.empty()).schema == STEP_SECONDS
    assert observed_seconds(still(NOON, 2)).is_empty()


def test_two_participants_never_mix() -> None:
    """What follows at once in the table is another person's."""
    p, q = walking(NOON, 10, "p"), still(NOON + timedelta(seconds=10), 10, "q")
    both = observed_seconds(pl.concat([p, q]))

    assert both.equals(pl.concat([observed_seconds(p), observed_seconds(q)]))


def test_order_duplicates_and_splits_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    at_s = instants(90, 50)
    rows = burst(walk(at_s) + 0.05 * rng.standard_normal(len(at_s)), rate_hz=50)
    shuffled = pl.concat([rows, rows.head(700)]).sample(fraction=1.0, shuffle=True, seed=4)

    assert observed_seconds(shuffled).equals(observed_seconds(rows))


def test_a_second_does_not_hang_on_what_was_read_before_its_quarter_of_an_hour() -> None:
    """A record that never pauses is read from a day's edge on or from the day before: the day is the same."""
    midnight = datetime(2024, 5, 7, tzinfo=UTC)
    rows = walking(midnight - timedelta(seconds=97), 300)
    after = observed_seconds(rows.filter(pl.col("at_utc") >= midnight))

    assert observed_seconds(rows).filter(pl.col("at_utc") >= midnight).equals(after)


def test_a_cadence_sums_without_rounding() -> None:
    cadences = observed_seconds(walking(NOON, 60, cadence_hz=1.77))["cadence_hz"]

    assert (cadences * 128 / 5).to_list() == (cadences * 128 / 5).round().to_list()
