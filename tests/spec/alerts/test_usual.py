"""Baselines by hand: small tables of days, and the usual that is to come out."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.baselines.usual import History, Usual, usual_on
from pipeline.site import Detection

DETECTION = Detection()


def _usual(
    days: list[float], night: int, *, rest: list[int] | None = None, is_clock: bool = False, starter: float = 1.0
) -> Usual:
    """The usual of one participant with one feature."""
    history = History(
        scaled=np.array(days, dtype=np.float64)[None, :, None],
        rest=np.array([rest or [0] * len(days)], dtype=np.int8),
        is_clock=np.array([is_clock]),
        starter_spread=np.array([starter]),
    )
    return usual_on(night, history, np.zeros((1, 120), dtype=np.bool_), DETECTION)


def test_the_usual_is_the_mean_of_the_days_before_the_guard_gap() -> None:
    """Ten days at 1, then fourteen at 5: seen from day 24 only the ones and the first five count."""
    usual = _usual([1.0] * 10 + [5.0] * 14, night=24)

    assert usual.day_count[0, 0] == 11  # days 0 to 10: the last is 14 days before
    assert usual.centre[0, 0] == pytest.approx((10 * 1.0 + 5.0 - (5.0 - _kept(5.0))) / 11, abs=1e-12)


def _kept(freak: float) -> float:
    """What winsorising leaves of one freak day after ten days at 1 and a starter spread of 1."""
    mean = (10 + freak) / 11
    squares = 10 * (1 - mean) ** 2 + (freak - mean) ** 2
    limit = 2.5 * np.sqrt((20 + squares) / (20 + 10))
    return float(min(freak, mean + limit))


def test_an_onset_within_the_last_fortnight_is_no_part_of_its_own_baseline() -> None:
    """The guard gap: a change that began 14 days ago or later leaves the usual where it was."""
    before = [0.0, 1.0] * 20

    with_onset = _usual([*before, *[9.0] * 13], night=53)
    without = _usual([*before, *[0.5] * 13], night=53)

    assert with_onset.centre[0, 0] == without.centre[0, 0] == 0.5


def test_no_more_than_42_days_are_used() -> None:
    """Older days fall out, so that the usual moves on by itself."""
    usual = _usual([100.0] * 30 + [2.0] * 42 + [0.0] * 13, night=85)

    assert usual.day_count[0, 0] == 42
    assert usual.centre[0, 0] == pytest.approx(2.0)


def test_nothing_older_than_120_days_is_used() -> None:
    """A person silent for four months has no usual left."""
    usual = _usual([2.0] * 40 + [np.nan] * 121, night=160)

    assert usual.day_count[0, 0] == 0
    assert np.isnan(usual.spread[0, 0])


def test_missing_days_are_passed_over_and_not_zero() -> None:
    """Thirty valid days and twelve missing ones have the mean of the thirty."""
    usual = _usual([4.0, 4.0, np.nan, 4.0] * 10 + [0.0] * 13, night=53)

    assert usual.day_count[0, 0] == 30
    assert usual.centre[0, 0] == pytest.approx(4.0)


def test_days_with_an_open_alert_are_no_ones_usual() -> None:
    """The days of an open alert are passed over."""
    history = History(
        np.array([1.0] * 20 + [7.0] * 5)[None, :, None],
        np.zeros((1, 25), np.int8),
        np.array([False]),
        np.array([1.0]),
    )
    was_open = np.zeros((1, 120), dtype=np.bool_)
    was_open[0, -18:] = True  # the 18 days before night 38: days 20 to 37

    usual = usual_on(38, history, was_open, DETECTION)

    assert usual.day_count[0, 0] == 20
    assert usual.centre[0, 0] == pytest.approx(1.0)


def test_clock_times_either_side_of_midnight_average_to_midnight() -> None:
    """23:30 and 00:30 (11.5 and 12.5 h since noon, or -0.5 and 0.5 on the clock) do not average to noon."""
    usual = _usual([23.5, 0.5] * 20, night=53, is_clock=True)

    assert (usual.origin[0, 0] + 12.0) % 24.0 == pytest.approx(12.0, abs=1e-9)
    assert usual.centre[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert usual.spread[0, 0] < 1.0


def test_weekends_have_their_own_usual() -> None:
    """Six weeks with 3 on the 12 rest days and 0 on the 30 work days: the offset is 12/16 of 3."""
    week, classes = [0.0] * 5 + [3.0] * 2, [0] * 5 + [1] * 2

    usual = _usual(week * 8, night=55, rest=classes * 8)

    assert usual.rest_shift[0, 0] == pytest.approx(12 / 16 * 3.0)
    expected_on = usual.expected(np.array([True]))[0, 0] - usual.expected(np.array([False]))[0, 0]
    assert expected_on == pytest.approx(2.25)


def test_unknown_rest_days_have_no_offset() -> None:
    """Shift workers and students keep one usual."""
    usual = _usual(([0.0] * 5 + [3.0] * 2) * 8, night=55, rest=[-1] * 56)

    assert usual.rest_shift[0, 0] == 0.0


def test_the_spread_is_shrunk_towards_the_starter_value() -> None:
    """41 degrees of freedom of variance 42/41 and 20 of the starter's 4: (20*4 + 42) / 61."""
    usual = _usual([1.0, -1.0] * 21 + [0.0] * 13, night=55, starter=2.0)

    assert usual.day_count[0, 0] == 42
    assert usual.spread[0, 0] == pytest.approx(np.sqrt((20 * 4.0 + 42.0) / 61.0))


def test_one_freak_day_hardly_moves_the_usual() -> None:
    """The residual of a freak day is pulled in to 2.5 standard deviations."""
    usual = _usual([0.0] * 41 + [100.0] + [0.0] * 13, night=55)

    assert usual.centre[0, 0] < 1.5  # the plain mean is 2.4
    assert usual.spread[0, 0] < 6.0  # the plain standard deviation is 15.4


def test_alike_neighbours_make_days_worth_less() -> None:
    """Slow waves: the lag-1 correlation is at its limit of 0.6, and 42 days are worth a quarter."""
    usual = _usual(list(np.sin(np.arange(55) / 6.0)), night=55)

    assert usual.correlation[0, 0] == 0.6
    assert usual.effective_days[0, 0] == pytest.approx(42 * 0.4 / 1.6)


def test_the_correlation_is_shrunk_towards_three_tenths() -> None:
    """Alternating days have a lag-1 correlation of -1: (42 * -1 + 20 * 0.3) / 62 is below 0 and is cut there."""
    usual = _usual([1.0, -1.0] * 21 + [0.0] * 13, night=55)

    assert usual.correlation[0, 0] == 0.0
    assert usual.effective_days[0, 0] == 42.0


def test_days_apart_are_no_neighbours() -> None:
    """Every second day missing leaves no pair, and the prior correlation of 0.3."""
    usual = _usual([1.0, np.nan] * 42 + [0.0] * 13, night=97)

    assert usual.correlation[0, 0] == pytest.approx(0.3)


def test_a_single_day_is_no_baseline() -> None:
    """One day has a count and no spread."""
    usual = _usual([1.0], night=14)

    assert usual.day_count[0, 0] == 1
    assert np.isnan(usual.spread[0, 0])


def test_the_prediction_is_wider_where_few_days_are_known() -> None:
    """Cold start widens honestly."""
    few, many = _usual([1.0, -1.0] * 8, night=29), _usual([1.0, -1.0] * 30, night=70)

    assert few.predictive_spread[0, 0] / few.spread[0, 0] > many.predictive_spread[0, 0] / many.spread[0, 0]
    assert few.freedom[0, 0] < many.freedom[0, 0]
