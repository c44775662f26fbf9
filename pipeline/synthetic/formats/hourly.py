"""Hourly files: a stream's rows as text, cut at UTC hours, as Beiwe stores and delivers them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Floats, Ints

HOUR_MS = 3_600_000
NEWLINE = 10


@dataclass(frozen=True)
class ExportFile:
    """One file of an export: its path inside, the UTC second its name says, its bytes."""

    path: str
    at_s: int
    content: bytes


def hour_name(hour_ms: int) -> str:
    """The name of the file that holds the UTC hour beginning at so many milliseconds since 1970."""
    return second_name(hour_ms // 1000)


def second_name(at_s: int) -> str:
    """A file name that says a UTC second."""
    return str(np.datetime64(at_s, "s")).replace("T", " ").replace(":", "_") + "+00_00.csv"


def hourly_files(folder: str, rows: pl.DataFrame) -> Iterator[ExportFile]:
    """Cut a stream into files. `rows` has `timestamp` (ms) first, then the stream's own columns as they are written.

    Adds `UTC time`, sorts, drops repeated lines, writes no quotes and, like the platform, no newline at the end.
    """
    ordered = rows.unique(maintain_order=True).sort("timestamp", maintain_order=True)
    if ordered.is_empty():
        return
    header = ",".join(["timestamp", "UTC time", *rows.columns[1:]]).encode()
    text = _text(ordered)
    hours = ordered["timestamp"].to_numpy() // HOUR_MS
    for hour, begin, end in _cuts(text, hours):
        path = f"{folder}/{hour_name(hour * HOUR_MS)}"
        yield ExportFile(path, hour * HOUR_MS // 1000, header + b"\n" + text[begin:end])


def milliseconds(at_s: Floats) -> Ints:
    """Seconds since 1970 as whole milliseconds, rounded down, so that an instant stays in its hour."""
    return np.floor(at_s * 1000.0).astype(np.int64)


def _text(ordered: pl.DataFrame) -> bytes:
    """All rows as comma-separated lines without quotes."""
    utc = pl.from_epoch("timestamp", time_unit="ms").dt.to_string("%Y-%m-%dT%H:%M:%S%.3f").alias("UTC time")
    frame = ordered.select("timestamp", utc, pl.exclude("timestamp"))
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False, quote_style="never")
    return buffer.getvalue()


def _cuts(text: bytes, hours: Ints) -> Iterator[tuple[int, int, int]]:
    """Hour, first byte and end (without its newline) of each stretch of rows of one hour."""
    line_ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == NEWLINE)
    last_rows = np.append(np.flatnonzero(np.diff(hours)), len(hours) - 1)
    ends = line_ends[last_rows]
    begins = np.append(0, ends[:-1] + 1)
    yield from zip(hours[last_rows].tolist(), begins.tolist(), ends.tolist(), strict=True)
