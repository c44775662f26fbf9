"""Rhythm over the trailing seven local days: how regular, how broken, when quiet and when busy."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.catalogue.rhythm.declared import (
    AMPLITUDE,
    FEATURES,
    L5_LEVEL,
    L5_ONSET,
    M10_LEVEL,
    M10_ONSET,
    STABILITY,
    VARIABILITY,
    WINDOW_DAYS,
)
from features.catalogue.rhythm.hourly import DAY, HOURS, dense, hourly_series, start_hours
from features.catalogue.rhythm.measures import Measures, measure
from features.declaration import VALUES, Family, MissingReason, Observations
from features.statement import stated
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL
from pipeline.vocabulary.streams.movement import ACCELEROMETER, ACTIVITY


def compute(observations: Observations) -> pl.DataFrame:
    """State the rhythm of the seven days that end with each wanted day, from the best series that shows all of them.

    A window is measured on one series from end to end: levels of two series are not comparable.
    """
    if observations.edges.is_empty():
        return pl.DataFrame(schema=VALUES)
    measured = [
        _windows(dense(series, observations.edges, WINDOW_DAYS - 1), observations.edges).with_columns(
            pl.lit(rank).alias("rank")
        )
        for rank, series in enumerate(hourly_series(observations))
    ]
    # One that measures goes before one that does not; among those that do not, the one that saw most says why.
    unmeasured = pl.when(pl.col("is_known")).then(0.0).otherwise(1.0 - pl.col("coverage_ratio"))
    best = (
        pl.concat(measured)
        .join(observations.wanted, on=DAY, how="semi")
        .sort(*DAY, ~pl.col("is_known"), unmeasured, "rank")
        .unique(DAY, keep="first", maintain_order=True)
    )
    return stated(_explained(_on_the_wall_clock(best, observations)), FEATURES)


def _windows(values: NDArray[np.float64], edges: pl.DataFrame) -> pl.DataFrame:
    """The measures of the window that ends on each day, one row a participant and day."""
    windows = np.lib.stride_tricks.sliding_window_view(values, WINDOW_DAYS, axis=1).transpose(0, 1, 3, 2)
    names = edges["participant_id"].unique().sort()
    days = pl.DataFrame({"local_day": pl.date_range(*_span(edges), "1d", eager=True)})
    keys = names.to_frame().join(days, how="cross", maintain_order="left_right")
    flat = np.ascontiguousarray(windows).reshape(-1, WINDOW_DAYS, HOURS)
    return keys.hstack(_columns(measure(flat))).with_columns(
        pl.Series("coverage_ratio", np.isfinite(flat).mean(axis=(1, 2)))
    )


def _span(edges: pl.DataFrame) -> tuple[pl.Expr, pl.Expr]:
    return pl.lit(edges["local_day"].min()), pl.lit(edges["local_day"].max())


def _columns(measured: Measures) -> pl.DataFrame:
    return pl.DataFrame(
        {
            STABILITY.feature_id: measured.interdaily_stability,
            VARIABILITY.feature_id: measured.intradaily_variability,
            L5_LEVEL.feature_id: measured.l5_level,
            L5_ONSET.feature_id: measured.l5_onset,
            M10_LEVEL.feature_id: measured.m10_level,
            M10_ONSET.feature_id: measured.m10_onset,
            AMPLITUDE.feature_id: measured.relative_amplitude,
            "is_known": measured.is_known,
        }
    )


def _on_the_wall_clock(days: pl.DataFrame, observations: Observations) -> pl.DataFrame:
    """Turn onsets counted from the day's cut into hours of the wall clock."""
    turned = [((pl.col(onset.feature_id) + pl.col("starts_hour")) % HOURS) for onset in (L5_ONSET, M10_ONSET)]
    return days.join(start_hours(observations), on="participant_id").with_columns(turned)


def _explained(days: pl.DataFrame) -> pl.DataFrame:
    """Why a window has no measure; one seen well enough, in which nothing ever changed, has no rhythm to speak of."""
    reason = (
        pl.when(pl.col("coverage_ratio") == 0.0)
        .then(pl.lit(MissingReason.NO_DATA.value))
        .when(~pl.col("is_known"))
        .then(pl.lit(MissingReason.LOW_COVERAGE.value))
        .otherwise(pl.lit(MissingReason.UNDETERMINED.value))
    )
    return days.with_columns(reason.alias("missing_reason"))


RHYTHM = Family(
    name="rhythm",
    sentence="The shape of a week of rest and activity.",
    features=FEATURES,
    inputs=(ACCELEROMETER, ACTIVITY, LOCK_INTERVAL),
    compute=compute,
)
