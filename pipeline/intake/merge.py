"""Joining new rows with those the lake has: each observation once, in one order, however it was delivered. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from pipeline.vocabulary.stream import INSTANT, Interval, Stream

UTC_DATE = "utc_date"
MARK_EVERY = "15m"
"""Every zone since 2008 lies a whole number of quarters from UTC: a quarter never spans two local days."""

FILE_COUNTS = {"file_ordinal": pl.UInt32, "rows_accepted_count": pl.Int64, "rows_duplicate_count": pl.Int64}
TOUCHED: dict[str, DataType | DataTypeClass] = {
    "participant_id": pl.String(),
    "from_at_utc": INSTANT,
    "to_at_utc": INSTANT,
}
"""Spans of time about which something new arrived."""


_LEADING = ("participant_id", "at_utc")


@dataclass(frozen=True)
class Merge:
    """What the lake is to hold. `rows` are sorted and carry `utc_date` and, where new, `file_ordinal`."""

    rows: pl.DataFrame
    file_counts: pl.DataFrame
    stream: Stream

    @property
    def changed_dates(self) -> list[date]:
        """The UTC dates whose partition is not what it was."""
        return self._new[UTC_DATE].unique().sort().to_list()

    def partitions(self) -> Iterator[tuple[date, pl.DataFrame]]:
        """The whole content of each changed partition."""
        changed = set(self.changed_dates)
        observed = self.rows.select(self.stream.schema.column_names())
        lengths = self.rows[UTC_DATE].rle().struct.unnest()
        offset = 0
        for length, utc_date in lengths.iter_rows():
            if utc_date in changed:
                yield utc_date, observed.slice(offset, length)
            offset += length

    def touched(self) -> pl.DataFrame:
        """The quarters of an hour, and whole intervals, about which something new arrived, as `TOUCHED`."""
        is_interval = issubclass(self.stream.schema, Interval)
        end = pl.col("end_at_utc" if is_interval else "at_utc").dt.truncate(MARK_EVERY)
        spans = self._new.select(
            "participant_id",
            pl.col("at_utc").dt.truncate(MARK_EVERY).alias("from_at_utc"),
            end.alias("to_at_utc"),
        )
        return spans.unique().sort(list(TOUCHED))

    @property
    def _new(self) -> pl.DataFrame:
        return self.rows.filter(pl.col("file_ordinal").is_not_null())


def merge(stream: Stream, present: pl.DataFrame, arriving: pl.DataFrame) -> Merge:
    """The union of present and arriving rows by the stream's natural key.

    Of rows that are one observation, the first in the order of their other columns stays, whichever came first, so
    that the outcome does not depend on the order of deliveries.
    """
    columns = stream.schema.column_names()
    union = pl.concat(
        [
            present.select(*columns, pl.lit(None, pl.UInt32).alias("file_ordinal")),
            arriving.select(*columns, pl.col("file_ordinal").cast(pl.UInt32)),
        ]
    )
    key = ["participant_id", "at_utc", *(name for name in stream.natural_key if name not in _LEADING)]
    marked = _in_order(union, key, columns).with_columns(_is_first(key).alias("is_first"))
    kept = marked.filter("is_first").drop("is_first")
    return Merge(kept, _file_counts(marked, is_first_delivery=present.is_empty()), stream)


def _in_order(union: pl.DataFrame, key: list[str], columns: list[str]) -> pl.DataFrame:
    """By date, participant, instant, the rest of the key; then what tells equal observations apart, known first."""
    others = [name for name in columns if name not in key]
    dated = union.with_columns(pl.col("at_utc").dt.date().alias(UTC_DATE))
    order = [UTC_DATE, *key, *others, "file_ordinal"]
    return dated.sort(order, nulls_last=[name in others for name in order])


def _is_first(key: list[str]) -> pl.Expr:
    """Whether a row of the sorted union is the first of its observation."""
    differs = [pl.col(name).ne_missing(pl.col(name).shift(1)) for name in key]
    return pl.any_horizontal(*differs, pl.int_range(pl.len()) == 0)


def _file_counts(marked: pl.DataFrame, *, is_first_delivery: bool) -> pl.DataFrame:
    """For each file, how many of its rows are new observations and how many are known already, as `FILE_COUNTS`."""
    is_known = pl.lit(value=False)
    if not is_first_delivery:
        is_known = pl.col("file_ordinal").is_null().any().over(pl.col("is_first").cum_sum())
    is_accepted = pl.col("is_first") & ~is_known
    counted = marked.select("file_ordinal", is_accepted.alias("is_accepted")).drop_nulls("file_ordinal")
    counts = counted.group_by("file_ordinal").agg(
        pl.col("is_accepted").sum().cast(pl.Int64).alias("rows_accepted_count"),
        (~pl.col("is_accepted")).sum().cast(pl.Int64).alias("rows_duplicate_count"),
    )
    return counts.sort("file_ordinal")
