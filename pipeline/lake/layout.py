"""Where a partition of the lake lies: `stream / UTC date / shard`. The one place that builds such a path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

TEMPORARY_SUFFIX = ".part"


@dataclass(frozen=True, order=True)
class Partition:
    """One file of the lake: what a stream holds of one UTC date for the participants of one shard."""

    stream: str
    utc_date: date
    shard: int

    def path(self, lake: Path) -> Path:
        """Its file, whether it exists or not."""
        return lake / self.stream / self.utc_date.isoformat() / f"{self.shard:02d}.parquet"

    def temporary(self, lake: Path, run_id: str) -> Path:
        """The file that a run writes beside it before it takes its place."""
        final = self.path(lake)
        return final.with_name(f".{final.name}.{run_id}{TEMPORARY_SUFFIX}")


def final_of_temporary(temporary: Path) -> Path:
    """The partition's file that a temporary file was written for."""
    shard = temporary.name.removeprefix(".").split(".", 1)[0]
    return temporary.with_name(f"{shard}.parquet")


def streams_present(lake: Path) -> list[str]:
    """The streams that the lake has a folder for, in alphabetical order."""
    if not lake.is_dir():
        return []
    return sorted(entry.name for entry in lake.iterdir() if entry.is_dir())


def dates_present(lake: Path, stream: str) -> list[date]:
    """The UTC dates that a stream has a folder for, in order."""
    folder = lake / stream
    if not folder.is_dir():
        return []
    return sorted(date.fromisoformat(entry.name) for entry in folder.iterdir() if entry.is_dir())
