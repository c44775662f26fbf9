"""What a range of shards is about to change, written before anything visible does: killed, the next try finishes it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.intake.manifest import Measure
from pipeline.intake.work import appearing
from pipeline.lake.layout import Partition
from pipeline.lake.partitions import Staged

STAGED_FILE = "staged.json"
FILES_FILE = "files.parquet"
DAYS_FILE = "days.parquet"


@dataclass(frozen=True)
class Journal:
    """Staged partitions; export files with their receipts and counts; dirty days; counts for the summary."""

    staged: tuple[Staged, ...]
    files: pl.DataFrame
    days: pl.DataFrame
    counts: Counter[Measure]

    def is_about(self, receipts: pl.DataFrame) -> bool:
        """Whether it holds exactly the export files of some receipts."""
        return set(self.files["export_file_id"]) == set(receipts["export_file_id"])


def write_journal(folder: Path, journal: Journal) -> None:
    """Write a journal in place of any that is there."""
    shutil.rmtree(folder, ignore_errors=True)
    with appearing(folder) as unfinished:
        written = {"staged": [_plain(one) for one in journal.staged], "counts": sorted(journal.counts.items())}
        (unfinished / STAGED_FILE).write_text(json.dumps(written))
        journal.files.write_parquet(unfinished / FILES_FILE)
        journal.days.write_parquet(unfinished / DAYS_FILE)


def read_journal(folder: Path) -> Journal | None:
    """The journal in a folder, if there is one."""
    if not folder.is_dir():
        return None
    written = json.loads((folder / STAGED_FILE).read_text())
    return Journal(
        staged=tuple(_staged(*one) for one in written["staged"]),
        files=pl.read_parquet(folder / FILES_FILE),
        days=pl.read_parquet(folder / DAYS_FILE),
        counts=Counter({(measure, stream, name): total for (measure, stream, name), total in written["counts"]}),
    )


def _plain(staged: Staged) -> list[str | int]:
    where = staged.partition
    return [where.stream, where.utc_date.isoformat(), where.shard, staged.size_bytes, staged.mtime_ns]


def _staged(stream: str, utc_date: str, shard: int, size_bytes: int, mtime_ns: int) -> Staged:
    return Staged(Partition(stream, date.fromisoformat(utc_date), shard), size_bytes, mtime_ns)
