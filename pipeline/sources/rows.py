"""What every reader does with the columns of a batch: instants, rules that set rows apart, and the reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from pipeline.sources.contract import PASSED_OVER, REFUSED, ROW_EXPORT_ID, Reading
from pipeline.sources.splitting import TRACE, Split
from pipeline.vocabulary.stream import Stream

TICKS_PER_S = {"ms": 1_000, "s": 1}
LAST_REPRESENTABLE_S = 253_402_300_799
"""The last second of the year 9999. Beyond it no date is, and a count of microseconds may wrap round to a good one."""
UNKNOWN_CODE = "unknown_code"
NOT_AN_INSTANT = "not_an_instant"
NOT_A_NUMBER = "not_a_number"
WRONG_COLUMN_COUNT = "wrong_column_count"


def instant(column: str, unit: Literal["ms", "s"]) -> pl.Expr:
    """Ticks since 1970 in UTC as an instant; see `not_an_instant` for the ticks that are none."""
    micros = pl.col(column) * (1_000_000 // TICKS_PER_S[unit])
    return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def not_an_instant(column: str, unit: Literal["ms", "s"]) -> pl.Expr:
    """Whether a number of ticks lies beyond the years that can be written."""
    return ~pl.col(column).is_between(0, LAST_REPRESENTABLE_S * TICKS_PER_S[unit])


def set_apart(frame: pl.DataFrame, rules: Mapping[str, pl.Expr]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that break no rule, and `file_ordinal, line, rule` of the others with the first rule each broke."""
    broken = pl.coalesce(pl.when(breaks).then(pl.lit(rule)) for rule, breaks in rules.items())
    judged = frame.with_columns(broken.alias("rule"))
    kept = judged.filter(pl.col("rule").is_null()).drop("rule")
    return kept, judged.filter(pl.col("rule").is_not_null()).select(*REFUSED)


def passed_over(apart: pl.DataFrame) -> pl.DataFrame:
    """Rows that were left out on purpose, counted by file and reason: the second frame of `set_apart`."""
    counted = apart.group_by("file_ordinal", pl.col("rule").alias("reason")).agg(pl.len().alias("row_count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in PASSED_OVER.items()).sort(
        "file_ordinal", "reason"
    )


def of_stream(stream: Stream, frame: pl.DataFrame) -> pl.DataFrame:
    """The stream's own columns and where each row came from; a column that the platform does not write is null."""
    missing = {name: pl.lit(None).alias(name) for name in stream.own_columns if name not in frame.columns}
    named = [ROW_EXPORT_ID] if ROW_EXPORT_ID in frame.columns else []
    return frame.select(*TRACE, *(missing.get(name, pl.col(name)) for name in stream.own_columns), *named)


def reading(
    origin: Split,
    rows: Mapping[Stream, pl.DataFrame],
    refused: Sequence[pl.DataFrame] = (),
    left_out: Sequence[pl.DataFrame] = (),
) -> Reading:
    """A reading of a batch: the rows, with what splitting and the reader refused or left out."""
    return Reading(
        rows={stream: of_stream(stream, frame) for stream, frame in rows.items()},
        refused=pl.concat([origin.refused, *refused]).sort(*TRACE),
        set_aside=origin.set_aside,
        passed_over=pl.concat([pl.DataFrame(schema=PASSED_OVER), *map(passed_over, left_out)]).sort(
            "file_ordinal", "reason"
        ),
    )
