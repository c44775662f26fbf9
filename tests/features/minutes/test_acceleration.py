"""Raw acceleration by the minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.minutes.acceleration import ACCELERATION_MINUTES, acceleration_minutes
from pipeline.vocabulary.streams.movement import ACCELEROMETER
from tests.plugins.phones import Row, at, rows_of

START = at("2024-03-05 10:00")


def samples(count: int, who: str = "p1", start: datetime = START, seed: int = 1) -> list[Row]:
    rng = np.random.default_rng(seed)
    xyz = rng.normal([0.0, 0.0, 1.0], 0.05, (count, 3)).astype(np.float32)
    return [
        {"participant_id": who, "at_utc": start + timedelta(milliseconds=100 * step), "x_g": x, "y_g": y, "z_g": z}
        for step, (x, y, z) in enumerate(xyz.tolist())
    ]


def test_a_minute_states_what_its_samples_state() -> None:
    frame = rows_of(ACCELEROMETER, samples(300))
    magnitude = np.sqrt((frame.select("x_g", "y_g", "z_g").to_numpy().astype(float) ** 2).sum(axis=1))

    minute = acceleration_minutes(frame).row(0, named=True)

    assert (START, 300, 30.0) == (minute["minute_at_utc"], minute["sample_count"], minute["observed_s"])
    assert minute["mean_vm_g"] == pytest.approx(magnitude.mean(), abs=1e-6)
    assert minute["mad_g"] == pytest.approx(np.abs(magnitude - magnitude.mean()).mean(), abs=1e-6)
    assert minute["enmo_g"] == pytest.approx(np.maximum(magnitude - 1, 0).mean(), abs=1e-6)


def test_participants_do_not_share_a_minute() -> None:
    both = rows_of(ACCELEROMETER, samples(50) + samples(70, who="p2", seed=2))

    counts = acceleration_minutes(both).select("participant_id", "sample_count").rows()

    assert [("p1", 50), ("p2", 70)] == counts


def test_the_order_of_rows_changes_no_bit() -> None:
    frame = rows_of(ACCELEROMETER, samples(2000) + samples(900, who="p2", seed=2))

    shuffled = acceleration_minutes(frame.sample(fraction=1.0, shuffle=True, seed=3))

    assert acceleration_minutes(frame).equals(shuffled)


def test_a_sample_delivered_twice_counts_once() -> None:
    frame = rows_of(ACCELEROMETER, samples(200))

    assert acceleration_minutes(frame).equals(acceleration_minutes(pl.concat([frame, frame])))


def test_no_sample_gives_no_minute() -> None:
    empty = acceleration_minutes(ACCELEROMETER.empty())

    assert (0, list(ACCELERATION_MINUTES)) == (empty.height, empty.columns)
