"""StudentLife calls and texts: dumps of Android's own logs, made again and again, most of which found nothing new.

Each row is one entry that one scan of the log found; a scan that found none leaves a row with only `id, device,
timestamp`, and of a person whose logs were never readable the file has no further column at all. Those rows are no
calls and are passed over. `timestamp` is the instant of the scan (up to weeks late at the first one), `CALLS_date`
and `MESSAGES_date` that of the call or text itself, in milliseconds. The published description says tabs, the
published files have commas and quotes: both are read. Names and bodies, hashed by the study, are never read.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, UNKNOWN_CODE, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import Form, Split, split
from pipeline.vocabulary.streams.contact import CALL, TEXT

CALL_TYPES = {"1": "incoming", "2": "outgoing", "3": "missed"}
MESSAGE_TYPES = {"1": "received", "2": "sent"}
UNSENT_TYPES = ["3", "4", "5", "6"]
"""Drafts, and what waits or failed in the outbox (Android's TextBasedSmsColumns): contact with nobody."""
HASH = r'^\{\s*"ONE_WAY_HASH"\s*:\s*"([^"]*)"\s*\}$'
SCANS = ("id", "device", "timestamp")
NOTHING_FOUND = "scan_found_nothing"
NOT_SENT = "not_sent"

CALL_COLUMNS: Mapping[str, type[pl.DataType]] = {
    "CALLS_date": pl.Int64,
    "CALLS_duration": pl.Float64,
    "CALLS_number": pl.String,
    "CALLS_type": pl.String,
}
MESSAGE_COLUMNS: Mapping[str, type[pl.DataType]] = {
    "MESSAGES_date": pl.Int64,
    "MESSAGES_address": pl.String,
    "MESSAGES_type": pl.String,
}


def _forms(columns: Mapping[str, type[pl.DataType]]) -> list[Form]:
    """Logs with entries before logs without, each with commas or tabs."""
    bare = dict.fromkeys(SCANS, pl.String)
    return [Form(wanted, separator, is_quoted=True) for wanted in (columns, bare) for separator in (",", "\t")]


CALL_FORMS = _forms(CALL_COLUMNS)
MESSAGE_FORMS = _forms(MESSAGE_COLUMNS)


def read_call_log(bodies: tuple[Body, ...]) -> Reading:
    """One call a row."""
    origin = split(bodies, CALL_FORMS)
    found, idle = _entries(origin, CALL_FORMS, "CALLS")
    kept, refused = set_apart(found, _entry_rules("CALLS", list(CALL_TYPES)))
    calls = kept.with_columns(
        instant("CALLS_date", "ms").alias("at_utc"),
        pl.col("CALLS_type").replace_strict(CALL_TYPES, return_dtype=pl.String).alias("direction"),
        pl.col("CALLS_duration").alias("duration_s"),
        _token("CALLS_number").alias("contact_token"),
    )
    return reading(origin, {CALL: calls}, [refused], [idle])


def read_sms(bodies: tuple[Body, ...]) -> Reading:
    """One text a row. The study kept no length, and the log holds no picture messages."""
    origin = split(bodies, MESSAGE_FORMS)
    found, idle = _entries(origin, MESSAGE_FORMS, "MESSAGES")
    sent, unsent = set_apart(found, {NOT_SENT: pl.col("MESSAGES_type").is_in(UNSENT_TYPES)})
    kept, refused = set_apart(sent, _entry_rules("MESSAGES", list(MESSAGE_TYPES)))
    texts = kept.with_columns(
        instant("MESSAGES_date", "ms").alias("at_utc"),
        pl.col("MESSAGES_type").replace_strict(MESSAGE_TYPES, return_dtype=pl.String).alias("direction"),
        pl.lit("sms").alias("kind"),
        _token("MESSAGES_address").alias("contact_token"),
    )
    return reading(origin, {TEXT: texts}, [refused], [pl.concat([idle, unsent])])


def _entries(origin: Split, forms: list[Form], prefix: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that are an entry of the log, and those of scans that found nothing."""
    commas, tabs, *bare = (origin.table(form) for form in forms)
    is_empty = pl.col(f"{prefix}_date").is_null() & pl.col(f"{prefix}_type").is_null()
    found, idle = set_apart(pl.concat([commas, tabs]).sort("file_ordinal", "line"), {NOTHING_FOUND: is_empty})
    scans = pl.concat(bare).select("file_ordinal", "line", pl.lit(NOTHING_FOUND).alias("rule"))
    return found, pl.concat([idle, scans])


def _entry_rules(prefix: str, codes: list[str]) -> dict[str, pl.Expr]:
    return {
        UNKNOWN_CODE: ~pl.col(f"{prefix}_type").is_in(codes).fill_null(value=False),
        NOT_AN_INSTANT: not_an_instant(f"{prefix}_date", "ms"),
    }


def _token(column: str) -> pl.Expr:
    """The other party's hash, out of the object that it is wrapped in."""
    return pl.coalesce(pl.col(column).str.extract(HASH), column)


CALL_LOG_READER = Reader("call_log", (CALL,), read_call_log)
SMS_READER = Reader("sms", (TEXT,), read_sms)
