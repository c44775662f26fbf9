"""Rows we trust and rows we do not: each stream's schema decides, and every refused row is told its rule."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import dataframely as dy
import polars as pl
from dataframely import FailureInfo
from polars import selectors as cs

from pipeline.intake.people import OWNER
from pipeline.sources.contract import REFUSED, ROW_EXPORT_ID
from pipeline.vocabulary.stream import Interval, Observation, Stream

LATEST_AHEAD = timedelta(hours=48)
"""A phone's clock may run ahead, and its zone be taken for UTC; two days beyond receipt, neither explains it."""

TRACE = {name: REFUSED[name] for name in ("file_ordinal", "line")}
REFUSALS = {**TRACE, "stream": pl.String, "rule": pl.String}
"""A refused row: the file it is from, its line (the header is line 1), the stream, and the rule it broke."""


def validate(stream: Stream, rows: pl.DataFrame, received_at_utc: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Accepted rows (the stream's columns and `TRACE`) and refused ones (`REFUSALS`), the first rule each broke."""
    own, strangers = _without_strangers(rows)
    traced = own.select(*stream.schema.column_names(), *TRACE)
    accepted, failure = _traced(stream.schema).filter(traced, cast=True)
    latest = "end_at_utc" if issubclass(stream.schema, Interval) else "at_utc"
    in_time, in_future = _split(accepted, pl.col(latest) <= received_at_utc + LATEST_AHEAD)
    refused = [
        strangers.select(*TRACE, pl.lit("other_participant").alias("rule")),
        _first_rules(failure),
        in_future.select(*TRACE, pl.lit("in_the_future").alias("rule")),
    ]
    refusals = pl.concat(refused).with_columns(pl.lit(stream.name).alias("stream")).select(list(REFUSALS))
    return _canonical(in_time), refusals.sort(*TRACE, maintain_order=True)


@cache
def _traced(schema: type[Observation]) -> type[Observation]:
    """The stream's schema with the columns that say where a row came from."""
    traced: type[Observation] = type(
        f"Traced{schema.__name__}", (schema,), {"file_ordinal": dy.UInt32(), "line": dy.UInt32()}
    )
    return traced


def _without_strangers(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the file's own participant, and rows that name another's export or are from another's time with it."""
    is_own = pl.col(OWNER).is_null() | (pl.col(OWNER) == pl.col("participant_id"))
    if ROW_EXPORT_ID in rows.columns:
        is_own &= pl.col(ROW_EXPORT_ID).is_null() | (pl.col(ROW_EXPORT_ID) == pl.col("claimed_export_id"))
    return _split(rows, is_own)


def _split(rows: pl.DataFrame, is_kept: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    return rows.filter(is_kept), rows.filter(~is_kept)


def _first_rules(failure: FailureInfo) -> pl.DataFrame:
    """The first rule that each refused row broke, in the order in which the schema declares them."""
    if not len(failure):
        return pl.DataFrame(schema={**TRACE, "rule": pl.String})
    details = failure.details()
    rules = details.columns[failure.invalid().width :]
    broken = [pl.when(pl.col(rule) == "invalid").then(pl.lit(rule)) for rule in rules]
    return details.select(pl.col(list(TRACE)).cast(pl.UInt32), pl.coalesce(broken).alias("rule"))


def _canonical(rows: pl.DataFrame) -> pl.DataFrame:
    """One form for one value: not-a-number is missing, and minus zero is zero."""
    return rows.with_columns(cs.float().fill_nan(None) + 0.0)
