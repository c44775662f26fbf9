"""Reading the lake: the rows of a stream for some participants and a span of time, and no file besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from pipeline.lake.layout import Partition
from pipeline.vocabulary.ids import shard_of
from pipeline.vocabulary.stream import Interval, Stream

INTERVAL_DAYS_BACK = 7
"""An interval lies in the partition of its start; longer than a week, none of the known streams has any meaning."""


def read_stream(
    lake: Path,
    stream: Stream,
    participants: Sequence[str],
    from_utc: datetime,
    to_utc: datetime,
    days_back: int | None = None,
) -> pl.DataFrame:
    """The rows of a stream in [from_utc, to_utc), sorted by participant and instant.

    Of intervals, also those that began up to `days_back` days earlier and reach into the span. Opens only the
    partitions of the participants' shards and of the dates in question.
    """
    back = timedelta(days=_days_back(stream) if days_back is None else days_back)
    first = (from_utc - back).astimezone(UTC).date()
    files = partition_files(lake, stream.name, participants, first, _last_date(to_utc))
    if not files:
        return stream.empty()
    rows = pl.scan_parquet(files).filter(
        pl.col("participant_id").is_in(sorted(set(participants))), _within(stream, from_utc, to_utc, back)
    )
    return rows.collect().sort("participant_id", "at_utc", maintain_order=True)


def partition_files(lake: Path, stream: str, participants: Iterable[str], first: date, last: date) -> list[Path]:
    """The existing partitions of the participants' shards from one UTC date to another, both included, in order."""
    shards = sorted({shard_of(participant) for participant in participants})
    dates = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    asked = (Partition(stream, utc_date, shard).path(lake) for utc_date in dates for shard in shards)
    return [path for path in asked if path.exists()]


def _days_back(stream: Stream) -> int:
    """How far before a span the partitions are read that may reach into it."""
    return INTERVAL_DAYS_BACK if issubclass(stream.schema, Interval) else 0


def _last_date(to_utc: datetime) -> date:
    """The last UTC date before an instant that is itself excluded."""
    return (to_utc.astimezone(UTC) - timedelta(microseconds=1)).date()


def _within(stream: Stream, from_utc: datetime, to_utc: datetime, back: timedelta) -> pl.Expr:
    """Rows that begin in the span, or are intervals that reach into it."""
    begins = pl.col("at_utc") >= from_utc
    if issubclass(stream.schema, Interval):
        begins |= (pl.col("at_utc") >= from_utc - back) & (pl.col("end_at_utc") > from_utc)
    return begins & (pl.col("at_utc") < to_utc)
