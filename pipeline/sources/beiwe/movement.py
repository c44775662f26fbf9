"""Beiwe raw acceleration: Android writes m/s², iOS writes g, and nothing but the numbers says which.

A phone at rest shows one standard gravity, 1 or 9.8; so the unit is decided for each file by the median length of its
vectors, as onnela-lab/forest does for its step counts. One person may change phones, so never for a person.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.streams.movement import ACCELEROMETER, GRAVITY_MPS2

AXES = ("x", "y", "z")
FORM = Form({"timestamp": pl.Int64, **dict.fromkeys(AXES, pl.Float64)})
LONGEST_IN_G = 5.0
"""A file whose median vector is longer than this cannot be in g: nobody is shaken at 5 g for half an hour."""


def read_accelerometer(bodies: tuple[Body, ...]) -> Reading:
    """One sample a row, in g."""
    origin = split(bodies, [FORM])
    kept, refused = set_apart(origin.table(FORM), {NOT_AN_INSTANT: not_an_instant("timestamp", "ms")})
    samples = kept.join(_units(kept), on="file_ordinal", how="left", maintain_order="left").select(
        "file_ordinal",
        "line",
        instant("timestamp", "ms").alias("at_utc"),
        *((pl.col(axis) / pl.col("units_per_g")).alias(f"{axis}_g") for axis in AXES),
    )
    return reading(origin, {ACCELEROMETER: samples}, [refused])


def _units(samples: pl.DataFrame) -> pl.DataFrame:
    """`file_ordinal, units_per_g`: by how much each file's numbers are divided."""
    squared = pl.sum_horizontal((pl.col(axis).pow(2) for axis in AXES), ignore_nulls=False)
    is_in_mps2 = squared.median() > LONGEST_IN_G**2
    divisor = pl.when(is_in_mps2).then(pl.lit(GRAVITY_MPS2)).otherwise(pl.lit(1.0))
    return samples.group_by("file_ordinal").agg(divisor.alias("units_per_g"))


ACCELEROMETER_READER = Reader("accelerometer", (ACCELEROMETER,), read_accelerometer)
