"""StudentLife spans: phone locked, charging or in the dark (an hour or longer only), and conversation nearby."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.sources.contract import Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CONVERSATION_INTERVAL
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, DARK_INTERVAL, LOCK_INTERVAL


def _reading_spans(stream: Stream, start: str, end: str) -> Callable[[tuple[Body, ...]], Reading]:
    """A reader's function for files of spans with these column names, in seconds UTC."""
    form = Form({start: pl.Int64, end: pl.Int64})
    is_no_instant = not_an_instant(start, "s") | not_an_instant(end, "s")

    def read_spans(bodies: tuple[Body, ...]) -> Reading:
        """One span a row; the blank lines between the rows of some files are no rows."""
        origin = split(bodies, [form])
        kept, refused = set_apart(origin.table(form), {NOT_AN_INSTANT: is_no_instant})
        spans = kept.with_columns(instant(start, "s").alias("at_utc"), instant(end, "s").alias("end_at_utc"))
        return reading(origin, {stream: spans}, [refused])

    return read_spans


PHONELOCK_READER = Reader("phonelock", (LOCK_INTERVAL,), _reading_spans(LOCK_INTERVAL, "start", "end"))
PHONECHARGE_READER = Reader("phonecharge", (CHARGE_INTERVAL,), _reading_spans(CHARGE_INTERVAL, "start", "end"))
DARK_READER = Reader("dark", (DARK_INTERVAL,), _reading_spans(DARK_INTERVAL, "start", "end"))
CONVERSATION_READER = Reader(
    "conversation",
    (CONVERSATION_INTERVAL,),
    _reading_spans(CONVERSATION_INTERVAL, "start_timestamp", "end_timestamp"),
)
