"""The vectorised measures of a week against a slow reading of their definitions, on chance and on real wrists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from features.catalogue.rhythm.measures import measure
from tests.oracle.rhythm import plain_reading

Floats = NDArray[np.float64]
NAMES = (
    "interdaily_stability",
    "intradaily_variability",
    "l5_level",
    "l5_onset",
    "m10_level",
    "m10_onset",
    "relative_amplitude",
)


def _largest_difference(windows: Floats) -> float:
    """Between the kernel and the plain reading, over all windows and measures; both must know the same windows."""
    measured, largest = measure(windows), 0.0
    for index, window in enumerate(windows):
        hours = [[None if np.isnan(value) else float(value) for value in day] for day in window]
        expected = plain_reading.measures(hours)
        assert bool(measured.is_known[index]) == (expected is not None)
        if expected is not None:
            largest = max(largest, *(abs(float(getattr(measured, name)[index]) - expected[name]) for name in NAMES))
    return largest


@pytest.mark.parametrize("lost", [0.0, 0.1, 0.35, 0.6])
def test_weeks_of_chance_with_gaps(lost: float) -> None:
    rng = np.random.default_rng(int(100 * lost))
    windows = rng.gamma(1.0, 2.0, (60, 7, 24)) * (1 + np.sin(np.arange(24) / 24 * 2 * np.pi))
    windows[rng.random(windows.shape) < lost] = np.nan

    assert _largest_difference(windows) < 1e-9


def test_a_window_is_the_same_alone_and_among_others() -> None:
    rng = np.random.default_rng(7)
    windows = rng.gamma(1.0, 2.0, (30, 7, 24))
    windows[rng.random(windows.shape) < 0.1] = np.nan
    among = measure(windows)

    for index in range(len(windows)):
        alone = measure(windows[index : index + 1])
        assert all(getattr(alone, name)[0] == getattr(among, name)[index] for name in NAMES)


def _wrist_weeks(real_data: Path) -> Floats:
    """Every full week of hourly wrist activity, of the days that are valid only."""
    folder = real_data / "depresjon"
    days = dict(pl.read_csv(folder / "scores.csv").select("number", "days").iter_rows())
    weeks = []
    for path in sorted(folder.glob("*/*.csv.gz")):
        minutes = pl.read_csv(path).with_columns(pl.col("timestamp").str.to_datetime())
        first_day = minutes["timestamp"].dt.date().min()
        hours = (
            minutes.with_columns((pl.col("timestamp").dt.date() - first_day).dt.total_days().alias("day"))
            .group_by("day", pl.col("timestamp").dt.hour().alias("hour"))
            .agg(pl.col("activity").mean())
        )
        # The first day of a file is not whole; the valid days come after it.
        valid = hours.filter(pl.col("day").is_between(1, days[path.name.split(".")[0]]))
        grid = np.full((int(days[path.name.split(".")[0]]), 24), np.nan)
        grid[valid["day"].to_numpy() - 1, valid["hour"].to_numpy()] = valid["activity"].to_numpy()
        weeks += [grid[begin : begin + 7] for begin in range(0, len(grid) - 6, 7)]
    return np.stack(weeks)


@pytest.mark.real
def test_real_weeks_equal_the_plain_reading_and_lie_where_people_do(real_data: Path) -> None:
    """Published ranges of adults, controls and depressed: IS 0.2 to 0.9, IV 0.3 to 1.8, RA 0.3 to 1."""
    weeks = _wrist_weeks(real_data)
    measured = measure(weeks)

    assert len(weeks) >= 17
    assert _largest_difference(weeks) < 1e-9
    assert 0.35 < np.nanmedian(measured.interdaily_stability) < 0.8
    assert 0.4 < np.nanmedian(measured.intradaily_variability) < 1.3
    assert 0.6 < np.nanmedian(measured.relative_amplitude) < 1.0
    for values, low, high in (
        (measured.interdaily_stability, 0.1, 0.95),
        (measured.intradaily_variability, 0.2, 2.2),
        (measured.relative_amplitude, 0.2, 1.0),
    ):
        assert np.mean((values >= low) & (values <= high)) >= 0.95
