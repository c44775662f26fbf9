"""Beiwe position fixes, the same form on both systems.

A study may shift its participants' places by a constant of the device. Until March 2023 a longitude so shifted was
not brought back between -180 and 180 degrees; one that is out by less than a turn is brought back here, which leaves
distances as they were. Anything further out is left for the stream's bounds to refuse.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.streams.location import GPS

FORM = Form(
    {
        "timestamp": pl.Int64,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "altitude": pl.Float64,
        "accuracy": pl.Float64,
    }
)
HALF_TURN_DEG = 180.0
TURN_DEG = 360.0


def read_gps(bodies: tuple[Body, ...]) -> Reading:
    """One fix a row; Beiwe does not say which provider gave it, nor the speed."""
    origin = split(bodies, [FORM])
    kept, refused = set_apart(origin.table(FORM), {NOT_AN_INSTANT: not_an_instant("timestamp", "ms")})
    fixes = kept.select(
        "file_ordinal",
        "line",
        instant("timestamp", "ms").alias("at_utc"),
        pl.col("latitude").alias("latitude_deg"),
        _wrapped(pl.col("longitude")).alias("longitude_deg"),
        pl.col("altitude").alias("altitude_m"),
        pl.col("accuracy").alias("accuracy_m"),
        pl.lit("unknown").alias("provider"),
    )
    return reading(origin, {GPS: fixes}, [refused])


def _wrapped(longitude: pl.Expr) -> pl.Expr:
    """A longitude out by less than a turn, brought back; the others to the last bit as they were written."""
    return (
        pl.when(longitude.is_between(HALF_TURN_DEG, TURN_DEG, closed="right"))
        .then(longitude - TURN_DEG)
        .when(longitude.is_between(-TURN_DEG, -HALF_TURN_DEG, closed="left"))
        .then(longitude + TURN_DEG)
        .otherwise(longitude)
    )


GPS_READER = Reader("gps", (GPS,), read_gps)
