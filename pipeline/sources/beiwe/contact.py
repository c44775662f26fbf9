"""Beiwe calls and texts, which only Android writes; the other party is a digest made by the app.

Calls: every type that the system knows besides incoming and outgoing (rejected, blocked, voicemail) is written as
missed, so a missed call may have a duration, and it is kept as written. Texts: the app knows no length of a picture
message (MMS) and writes the word MMS or nothing for it, and leaves the last field out.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import (
    NOT_A_NUMBER,
    NOT_AN_INSTANT,
    UNKNOWN_CODE,
    WRONG_COLUMN_COUNT,
    instant,
    not_an_instant,
    reading,
    set_apart,
)
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.streams.contact import CALL, TEXT

CALL_TYPES = {"Incoming Call": "incoming", "Outgoing Call": "outgoing", "Missed Call": "missed"}
CALL_FORM = Form(
    {
        "timestamp": pl.Int64,
        "hashed phone number": pl.String,
        "call type": pl.String,
        "duration in seconds": pl.Float64,
    }
)
TEXT_TYPES = {
    "received SMS": ("received", "sms"),
    "sent SMS": ("sent", "sms"),
    "received MMS": ("received", "mms"),
    "sent MMS": ("sent", "mms"),
}
TEXT_FORM = Form(
    {
        "timestamp": pl.Int64,
        "hashed phone number": pl.String,
        "sent vs received": pl.String,
        "message length": pl.String,
    },
    may_lack_last=2,
)
TEXT_FIELD_COUNT = 6
NO_LENGTH = "MMS"


def read_calls(bodies: tuple[Body, ...]) -> Reading:
    """One call a row."""
    origin = split(bodies, [CALL_FORM])
    rules = {
        UNKNOWN_CODE: ~pl.col("call type").is_in(list(CALL_TYPES)).fill_null(value=False),
        NOT_AN_INSTANT: not_an_instant("timestamp", "ms"),
    }
    kept, refused = set_apart(origin.table(CALL_FORM), rules)
    calls = kept.select(
        "file_ordinal",
        "line",
        instant("timestamp", "ms").alias("at_utc"),
        pl.col("call type").replace_strict(CALL_TYPES, return_dtype=pl.String).alias("direction"),
        pl.col("duration in seconds").alias("duration_s"),
        pl.col("hashed phone number").alias("contact_token"),
    )
    return reading(origin, {CALL: calls}, [refused])


def read_texts(bodies: tuple[Body, ...]) -> Reading:
    """One message a row; a row in which the app noted its own error has no type that is known, and is refused."""
    origin = split(bodies, [TEXT_FORM])
    parsed = origin.table(TEXT_FORM).with_columns(
        _coded(0).alias("direction"),
        _coded(1).alias("kind"),
        pl.col("message length").str.strip_chars().cast(pl.Int64, strict=False).alias("length_count"),
    )
    kept, refused = set_apart(parsed, _text_rules())
    texts = kept.with_columns(
        instant("timestamp", "ms").alias("at_utc"), pl.col("hashed phone number").alias("contact_token")
    )
    return reading(origin, {TEXT: texts}, [refused])


def _coded(part: int) -> pl.Expr:
    codes = {text: parts[part] for text, parts in TEXT_TYPES.items()}
    return pl.col("sent vs received").replace_strict(codes, default=None, return_dtype=pl.String)


def _text_rules() -> dict[str, pl.Expr]:
    """A row of an SMS that lacks a field is torn, and its length may have lost its last digits."""
    is_mms = pl.col("kind") == "mms"
    has_no_number = pl.col("length_count").is_null() & pl.col("message length").is_not_null()
    is_word = is_mms & (pl.col("message length") == NO_LENGTH)
    return {
        UNKNOWN_CODE: pl.col("kind").is_null(),
        WRONG_COLUMN_COUNT: ~is_mms & (pl.col("field_count") < TEXT_FIELD_COUNT),
        NOT_A_NUMBER: has_no_number & ~is_word,
        NOT_AN_INSTANT: not_an_instant("timestamp", "ms"),
    }


CALLS_READER = Reader("calls", (CALL,), read_calls)
TEXTS_READER = Reader("texts", (TEXT,), read_texts)
