"""How fast a batch of small Beiwe files becomes rows, beside the floor of parsing the same bytes already joined.

Run `python benchmarks/reading.py [files] [rows a file]`. The bytes are synthetic. Three figures of rows a second: the
floor (the CSV parser alone on one buffer), the reader, and the reader where one row of the batch is torn, so that
every line is cut and judged by itself. Each is the best of several runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import polars as pl

from pipeline.sources.beiwe import BEIWE
from pipeline.sources.contract import Body

RUNS = 5
HEADER = b"timestamp,UTC time,latitude,longitude,altitude,accuracy\n"
NAME = "synthetic/gps/2024-03-09 11_00_00+00_00.csv"
SCHEMA = {
    "timestamp": pl.Int64,
    "UTC time": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "altitude": pl.Float64,
    "accuracy": pl.Float64,
}


def main(file_count: int, rows_a_file: int) -> None:
    """Time the floor and both paths of the reader, and print rows a second and the ratio to the floor."""
    bodies = _bodies(file_count, rows_a_file)
    joined = b"".join(body.content.removeprefix(HEADER) for body in bodies)
    torn = (*bodies[:-1], Body(file_count - 1, NAME, bodies[-1].content + b"torn"))
    reader = BEIWE.reader("gps")
    rows = file_count * rows_a_file
    floor = _rows_per_s(rows, lambda: _parse(joined))
    print(f"{rows:,} rows in {file_count:,} files, {len(joined) / 1e6:.0f} MB")
    print(f"floor: one joined buffer   {floor / 1e6:6.2f} million rows/s")
    for label, batch in (("reader: sound batch", bodies), ("reader: one torn row", torn)):
        speed = _rows_per_s(rows, partial(reader.read, batch))
        print(f"{label:<26} {speed / 1e6:6.2f} million rows/s   {speed / floor:.2f} of the floor")


def _bodies(file_count: int, rows_a_file: int) -> tuple[Body, ...]:
    rng = np.random.default_rng(20240309)
    return tuple(Body(at, NAME, HEADER + _rows(rng, at, rows_a_file)) for at in range(file_count))


def _rows(rng: np.random.Generator, hour: int, count: int) -> bytes:
    instants = 1_709_982_000_000 + hour * 3_600_000 + np.arange(count) * 1_017
    frame = pl.DataFrame(
        {
            "timestamp": instants,
            "UTC time": pl.from_epoch(pl.Series(instants), "ms").dt.strftime("%Y-%m-%dT%H:%M:%S%.3f"),
            "latitude": 42.0 + rng.random(count).round(7),
            "longitude": -71.0 - rng.random(count).round(7),
            "altitude": (rng.random(count) * 100).round(1),
            "accuracy": (16 + rng.random(count) * 50).round(3),
        }
    )
    return frame.write_csv(include_header=False).encode()


def _parse(joined: bytes) -> pl.DataFrame:
    wanted = [name for name in SCHEMA if name != "UTC time"]
    return pl.scan_csv(joined, has_header=False, schema=SCHEMA, quote_char=None).select(wanted).collect()


def _rows_per_s(rows: int, work: Callable[[], object]) -> float:
    return rows / min(_seconds(work) for _ in range(RUNS))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _arguments(given: Sequence[str]) -> tuple[int, int]:
    counts = [int(value) for value in given] + [500, 600][len(given) :]
    return counts[0], counts[1]


if __name__ == "__main__":
    main(*_arguments(sys.argv[1:]))
