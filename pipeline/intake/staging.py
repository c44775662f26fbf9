"""Preparing what a range of shards will change: partitions written beside their places, counts and days with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.intake.manifest import Measure
from pipeline.intake.merge import FILE_COUNTS, TOUCHED, Merge, merge
from pipeline.lake.layout import Partition
from pipeline.lake.partitions import Staged, stage, sweep_temporaries
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams import all_streams

WRITERS = 4
"""Partitions written at a time: half of the cost of a small one is waiting for the disk."""
MAX_MERGED_ROWS = 4_000_000
"""Rows joined at once: with their sorting some hundred megabytes, well below the 2 GiB of a task."""


@dataclass
class Staging:
    """What was staged so far, and what it tells of files, streams and time."""

    staged: list[Staged] = field(default_factory=list)
    file_counts: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=FILE_COUNTS)])
    touched: list[pl.DataFrame] = field(default_factory=lambda: [pl.DataFrame(schema=TOUCHED)])
    counts: Counter[Measure] = field(default_factory=Counter)

    def add(self, merged: Merge, staged: list[Staged]) -> None:
        """Take up one merge and the partitions that were staged of it."""
        self.staged += staged
        self.file_counts.append(merged.file_counts)
        self.touched.append(merged.touched())
        for name in ("rows_accepted", "rows_duplicate"):
            self.counts[name, merged.stream.name, ""] += int(merged.file_counts[f"{name}_count"].sum())


@dataclass(frozen=True)
class Parts:
    """Files of accepted rows of one stream and shard that the run's chunks left; `wanted` are ordinals of files."""

    stream: Stream
    shard: int
    files: tuple[Path, ...]

    def rows(self, wanted: pl.Series) -> pl.LazyFrame:
        """The rows of the wanted export files."""
        return pl.scan_parquet(list(self.files)).filter(pl.col("file_ordinal").is_in(wanted.implode()))


def stage_shards(reading: Path, lake: Path, run_id: str, shards: tuple[int, int], wanted: pl.Series) -> Staging:
    """Stage every partition of a range of shards that rows of the wanted export files change."""
    staging = Staging()
    for parts in _parts(reading, shards):
        for dates in _date_batches(parts, wanted):
            arriving = parts.rows(wanted).filter(pl.col("at_utc").dt.date().is_in(dates)).collect()
            merged = merge(parts.stream, _present(lake, parts, dates), arriving)
            staging.add(merged, _staged(lake, run_id, parts.shard, dates, merged))
    return staging


def _parts(reading: Path, shards: tuple[int, int]) -> Iterator[Parts]:
    """What was read, by stream and shard, in order."""
    files: Mapping[tuple[str, int], list[Path]] = defaultdict(list)
    for path in sorted(reading.glob("chunk-*/rows/*/*.parquet")):
        shard = int(path.name.split("-", 1)[0])
        if shards[0] <= shard < shards[1]:
            files[path.parent.name, shard].append(path)
    for (stream, shard), paths in sorted(files.items()):
        yield Parts(all_streams()[stream], shard, tuple(paths))


def _date_batches(parts: Parts, wanted: pl.Series) -> Iterator[list[date]]:
    """The UTC dates of rows, together as long as no more rows than can be joined at once."""
    per_date = parts.rows(wanted).group_by(pl.col("at_utc").dt.date().alias("utc_date")).len().collect()
    batch: list[date] = []
    size = 0
    for utc_date, count in per_date.sort("utc_date").iter_rows():
        if batch and size + count > MAX_MERGED_ROWS:
            yield batch
            batch, size = [], 0
        batch.append(utc_date)
        size += count
    if batch:
        yield batch


def _present(lake: Path, parts: Parts, dates: list[date]) -> pl.DataFrame:
    """What the lake holds already in the partitions of these dates."""
    paths = [Partition(parts.stream.name, utc_date, parts.shard).path(lake) for utc_date in dates]
    existing = [path for path in paths if path.exists()]
    return pl.read_parquet(existing) if existing else parts.stream.empty()


def _staged(lake: Path, run_id: str, shard: int, dates: list[date], merged: Merge) -> list[Staged]:
    """Write the changed partitions beside their places, after removing what killed runs left there."""
    name = merged.stream.name
    sweep_temporaries(lake, [Partition(name, utc_date, shard) for utc_date in dates])
    with ThreadPoolExecutor(WRITERS) as writers:
        return list(
            writers.map(lambda part: stage(lake, run_id, Partition(name, part[0], shard), part[1]), merged.partitions())
        )
