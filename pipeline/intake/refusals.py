"""Refused rows, kept as found where that is allowed: under seal, and never from streams that can hold content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from pipeline.intake.validation import REFUSALS
from pipeline.sources.contract import Body, Reader, Reading
from pipeline.vocabulary.streams import all_streams

SEALED = {**REFUSALS, "sealed": pl.Binary}
MAX_KEPT_PER_FILE = 1_000
"""Of a file that is bad throughout, so many rows are kept one by one; the rest are counted by rule."""
MAX_ROW_BYTES = 4_096
"""No row of sensor text is longer; of a longer one the beginning is kept."""

Seal = Callable[[int, bytes], bytes]
"""Seals bytes under the key of the participant whose file it is, by the file's ordinal."""


def refused_by_reader(reading: Reading) -> pl.DataFrame:
    """The rows that could not even be split into columns, as `REFUSALS`; they belong to no stream."""
    return reading.refused.with_columns(pl.lit("").alias("stream")).select(
        pl.col(name).cast(dtype) for name, dtype in REFUSALS.items()
    )


def sealed_rows(refused: pl.DataFrame, bodies: Mapping[int, Body], reader: Reader, seal: Seal) -> pl.DataFrame:
    """The refused rows as `SEALED`: with their bytes under seal, for the first of each file and where allowed."""
    ordered = refused.sort("file_ordinal", "line", "stream", maintain_order=True).with_columns(
        pl.int_range(pl.len()).over("file_ordinal").alias("nth")
    )
    kept = pl.col("stream").is_in(_without_content(reader)) & (pl.col("nth") < MAX_KEPT_PER_FILE)
    places = ordered.with_row_index("row").filter(kept).select("row", "file_ordinal", "line")
    sealed: list[bytes | None] = [None] * ordered.height
    for (ordinal,), rows in places.partition_by("file_ordinal", as_dict=True, maintain_order=True).items():
        lines = bodies[ordinal].content.split(b"\n")
        for row, line in zip(rows["row"], rows["line"], strict=True):
            if 0 < line <= len(lines):
                sealed[row] = seal(ordinal, lines[line - 1][:MAX_ROW_BYTES])
    return ordered.drop("nth").with_columns(pl.Series("sealed", sealed, dtype=pl.Binary))


def _without_content(reader: Reader) -> list[str]:
    """The streams whose refused rows may be kept; a row that belongs to no stream, if none of the reader's may."""
    kept = [stream.name for stream in all_streams().values() if not stream.may_hold_content]
    return kept if any(stream.may_hold_content for stream in reader.streams) else [*kept, ""]
