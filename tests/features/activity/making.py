"""Acceleration made by hand: signals a person or a car could cause, as rows of the accelerometer stream."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.vocabulary.streams.movement import ACCELEROMETER, ACTIVITY

Floats = NDArray[np.float64]
MONDAY = date(2024, 5, 6)
NOON = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)


def instants(length_s: float, rate_hz: int = 10) -> Floats:
    """Seconds since a burst began, one a sample."""
    return np.arange(round(length_s * rate_hz)) / rate_hz


def walk(at_s: Floats, cadence_hz: float = 1.8) -> Floats:
    """The vector magnitude, in g, of somebody walking: the rhythm of steps and its double, each heel."""
    return 1.0 + 0.35 * np.sin(2 * np.pi * cadence_hz * at_s) + 0.12 * np.sin(4 * np.pi * cadence_hz * at_s)


def burst(magnitude_g: Floats, begins: datetime = NOON, participant_id: str = "p", rate_hz: int = 10) -> pl.DataFrame:
    """A magnitude lying along one axis, as rows of the stream."""
    step_us = 1_000_000 // rate_hz
    at_us = int(begins.timestamp()) * 1_000_000 + np.arange(len(magnitude_g)) * step_us
    rows = pl.DataFrame({"z_g": magnitude_g, "at_us": at_us}).select(
        pl.lit(participant_id).alias("participant_id"),
        pl.lit("phone").alias("device_id"),
        pl.lit("hand").alias("source"),
        pl.from_epoch("at_us", time_unit="us").dt.replace_time_zone("UTC").alias("at_utc"),
        *(pl.lit(0.0).cast(pl.Float32).alias(name) for name in ("x_g", "y_g")),
        pl.col("z_g").cast(pl.Float32),
    )
    return rows.select(ACCELEROMETER.empty().columns)


def still(begins: datetime, length_s: float = 10.0, participant_id: str = "p") -> pl.DataFrame:
    """A phone that lies on a table."""
    return burst(np.ones(len(instants(length_s))), begins, participant_id)


def walking(
    begins: datetime, length_s: float = 10.0, participant_id: str = "p", cadence_hz: float = 1.8
) -> pl.DataFrame:
    """A phone in the pocket of somebody who walks."""
    return burst(walk(instants(length_s), cadence_hz), begins, participant_id)


def inferred(rows: Iterable[tuple[datetime, str]], participant_id: str = "p") -> pl.DataFrame:
    """Inferences as rows of the activity stream."""
    full = ACTIVITY.empty()
    values = [(participant_id, "phone", "hand", instant, name) for instant, name in rows]
    names = ["participant_id", "device_id", "source", "at_utc", "activity"]
    return pl.DataFrame(values, schema={name: full.schema[name] for name in names}, orient="row").select(full.columns)
