"""StudentLife inferred activity, one minute in four.

Written from the published description alone, with synthetic files to test it: no real file of this stream was at
hand. The header has a space after its comma.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, UNKNOWN_CODE, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.streams.movement import ACTIVITY

INFERENCES = {0: "still", 1: "walking", 2: "running", 3: "unknown"}
FORM = Form({"timestamp": pl.Int64, "activity inference": pl.Int64})


def read_activity(bodies: tuple[Body, ...]) -> Reading:
    """One inference a row."""
    origin = split(bodies, [FORM])
    rules = {
        UNKNOWN_CODE: ~pl.col("activity inference").is_in(list(INFERENCES)).fill_null(value=False),
        NOT_AN_INSTANT: not_an_instant("timestamp", "s"),
    }
    kept, refused = set_apart(origin.table(FORM), rules)
    inferred = kept.with_columns(
        instant("timestamp", "s").alias("at_utc"),
        pl.col("activity inference").replace_strict(INFERENCES, return_dtype=pl.String).alias("activity"),
    )
    return reading(origin, {ACTIVITY: inferred}, [refused])


ACTIVITY_READER = Reader("activity", (ACTIVITY,), read_activity)
