"""StudentLife position fixes and Wi-Fi places. Rows end with a comma, which a naive parser takes for a shifted column.

Fixes that no satellite gave have altitude and speed 0.0 throughout: Android's way of saying that it has none. There
they are null; a fix by satellite keeps its zero.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, UNKNOWN_CODE, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.streams.location import GPS, WIFI_PLACE

PROVIDERS = ["gps", "network", "fused"]
FIX_FORM = Form(
    {
        "time": pl.Int64,
        "provider": pl.String,
        "accuracy": pl.Float64,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "altitude": pl.Float64,
        "speed": pl.Float64,
    },
    ends_with_separator=True,
)
PLACE_FORM = Form({"time": pl.Int64, "location": pl.String}, ends_with_separator=True)
PLACE = r"^(in|near)\[([^\[\]]*[^\[\]; ][^\[\]]*)\]$"


def read_gps(bodies: tuple[Body, ...]) -> Reading:
    """One fix a row."""
    origin = split(bodies, [FIX_FORM])
    rules = {
        UNKNOWN_CODE: ~pl.col("provider").is_in(PROVIDERS).fill_null(value=False),
        NOT_AN_INSTANT: not_an_instant("time", "s"),
    }
    kept, refused = set_apart(origin.table(FIX_FORM), rules)
    fixes = kept.select(
        "file_ordinal",
        "line",
        instant("time", "s").alias("at_utc"),
        pl.col("latitude").alias("latitude_deg"),
        pl.col("longitude").alias("longitude_deg"),
        _measured("altitude").alias("altitude_m"),
        pl.col("accuracy").alias("accuracy_m"),
        _measured("speed").alias("speed_mps"),
        "provider",
    )
    return reading(origin, {GPS: fixes}, [refused])


def _measured(column: str) -> pl.Expr:
    return pl.when((pl.col("provider") == "gps") | (pl.col(column) != 0.0)).then(column)


def read_wifi_location(bodies: tuple[Body, ...]) -> Reading:
    """One place a row: `in[place]` gives one, `near[place; place]` one for each."""
    origin = split(bodies, [PLACE_FORM])
    rules = {
        UNKNOWN_CODE: ~pl.col("location").str.contains(PLACE).fill_null(value=False),
        NOT_AN_INSTANT: not_an_instant("time", "s"),
    }
    kept, refused = set_apart(origin.table(PLACE_FORM), rules)
    places = (
        kept.select(
            "file_ordinal",
            "line",
            instant("time", "s").alias("at_utc"),
            pl.col("location").str.extract(PLACE, 2).str.split(";").alias("place_token"),
            (pl.col("location").str.extract(PLACE, 1) == "in").alias("is_inside"),
        )
        .explode("place_token")
        .with_columns(pl.col("place_token").str.strip_chars())
        # The list ends with a separator too.
        .filter(pl.col("place_token") != "")
    )
    return reading(origin, {WIFI_PLACE: places}, [refused])


GPS_READER = Reader("gps", (GPS,), read_gps)
WIFI_LOCATION_READER = Reader("wifi_location", (WIFI_PLACE,), read_wifi_location)
