"""Drawn people lie in the published ranges, over many draws."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Floats, autoregressive
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.spans import union


def quiet_nights(life: Life) -> Floats:
    """Hours of sleep on nights that nothing much has moved, by what befell the person."""
    hours = (life.nights.offset_s - life.nights.onset_s) / 3600.0
    kept: Floats = hours[np.abs(life.days.shift[:, :2]).max(axis=1) < 0.3]
    return kept


def test_sleep_duration_between_and_within_people(many_lives: list[Life]) -> None:
    nights = [quiet_nights(life) for life in many_lives]
    means = np.array([hours.mean() for hours in nights if len(hours) > 30])
    spreads_min = np.array([hours.std() * 60.0 for hours in nights if len(hours) > 30])
    assert 7.0 < means.mean() < 8.1
    assert 0.5 < means.std() < 1.1
    assert 55.0 < np.median(spreads_min) < 86.0
    assert np.mean((spreads_min > 48.0) & (spreads_min < 100.0)) > 0.9


def test_sleep_efficiency(many_lives: list[Life]) -> None:
    ratios = [(life.nights.asleep_h / (life.nights.offset_s - life.nights.onset_s) * 3600.0) for life in many_lives]
    assert 0.80 < np.mean([ratio.mean() for ratio in ratios]) < 0.92
    assert 0.02 < np.mean([ratio.std() for ratio in ratios]) < 0.10


def test_days_are_spent_and_walked_as_published(many_days: list[pl.DataFrame]) -> None:
    at_home = [frame.filter(~frame["is_away"])["home_h"].to_numpy() for frame in many_days]
    steps = [frame["steps_count"].to_numpy() for frame in many_days]
    assert 15.0 < np.mean([hours.mean() for hours in at_home]) < 19.0
    assert 2.5 < np.mean([hours.std() for hours in at_home]) < 4.5
    assert 4500 < np.median([np.median(count) for count in steps]) < 7500
    assert 0.33 < np.median([count.std() / count.mean() for count in steps]) < 0.55


def test_distances_spread_as_published(many_days: list[pl.DataFrame]) -> None:
    spreads, near_zero = [], []
    for frame in many_days:
        kilometres = frame.filter(~frame["is_away"])["distance_km"].to_numpy()
        near_zero.append(np.mean(kilometres < 0.5))
        spreads.append(np.log(kilometres[kilometres > 0.3]).std())
    assert 0.7 < np.mean(spreads) < 1.2
    assert 0.04 < np.mean(near_zero) < 0.22


def test_phones_are_used_as_published(many_days: list[pl.DataFrame]) -> None:
    assert 40 < np.median([np.median(frame["unlock_count"].to_numpy()) for frame in many_days]) < 110
    screen = [frame["screen_h"].to_numpy() for frame in many_days]
    assert 2.2 < np.median([np.median(hours) for hours in screen]) < 5.5
    assert 0.2 < np.median([hours.std() / hours.mean() for hours in screen]) < 0.42


def test_counts_of_calls_are_overdispersed(many_days: list[pl.DataFrame]) -> None:
    calls = [frame["calls_out_count"].to_numpy() for frame in many_days]
    assert 1.0 < np.median([count.mean() for count in calls]) < 6.0
    assert np.mean([count.var() > count.mean() for count in calls]) > 0.9


def test_coverage_is_incomplete_and_decays(many_lives: list[Life]) -> None:
    wanted = np.array([life.reach.wanted_ratio for life in many_lives if not life.episodes])
    assert 0.7 < wanted.mean() < 0.88
    assert wanted[:, -20:].mean() < wanted[:, :20].mean()


def test_coverage_is_lower_in_withdrawn_weeks(scheduled_lives: list[Life]) -> None:
    for life in scheduled_lives:
        severity = life.severity("withdrawal")
        if severity.max() == 1.0:
            wanted = life.reach.wanted_ratio
            assert wanted[severity == 1.0].mean() < 0.92 * wanted[severity == 0.0].mean()


def test_phone_use_stops_before_sleep_and_starts_after_waking(many_lives: list[Life]) -> None:
    """What a phone can know of sleep is off by tens of minutes, now and then by hours."""
    errors_min = []
    for life in many_lives:
        screen = union(life.phone.screen.start_s, life.phone.screen.end_s)
        last = np.searchsorted(screen.start_s, life.nights.onset_s[5:-5]) - 1
        errors_min.append((life.nights.onset_s[5:-5] - screen.end_s[last]) / 60.0)
    medians = np.array([np.median(error) for error in errors_min])
    assert 3.0 < np.median(medians) < 45.0
    assert 0.01 < np.mean(np.concatenate(errors_min) > 89.0) < 0.12


def test_noise_has_the_correlation_that_was_asked_for() -> None:
    phi = np.array([0.1, 0.5])
    noise = autoregressive(np.random.default_rng(3), 20_000, phi, 0.2)
    lag_one = [np.corrcoef(column[1:], column[:-1])[0, 1] for column in noise.T]
    assert np.allclose(phi, lag_one, atol=0.03)
    assert np.allclose(noise.std(axis=0), 1.0, atol=0.03)
