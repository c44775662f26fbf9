"""Replacing partitions of the lake whole: written beside the old one, forced to disk, then renamed over it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import InvariantError
from pipeline.lake.layout import TEMPORARY_SUFFIX, Partition, final_of_temporary


@dataclass(frozen=True)
class Staged:
    """A partition that is written and on disk, but not yet in its place.

    Size and time of change stay as they are when a file is renamed: by them a partition that already took its place
    is told from one that is still to do so.
    """

    partition: Partition
    size_bytes: int
    mtime_ns: int


def stage(lake: Path, run_id: str, partition: Partition, rows: pl.DataFrame) -> Staged:
    """Write the whole content of a partition beside it and force it to disk."""
    temporary = partition.temporary(lake, run_id)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(temporary, compression="zstd")
    force_to_disk(temporary)
    written = temporary.stat()
    return Staged(partition, written.st_size, written.st_mtime_ns)


def is_intact(lake: Path, run_id: str, staged: Staged) -> bool:
    """Whether a staged partition still waits beside its place, or has taken it."""
    return any(
        _is_same_file(path, staged) for path in (staged.partition.temporary(lake, run_id), staged.partition.path(lake))
    )


def replace_all(lake: Path, run_id: str, staged: Iterable[Staged]) -> None:
    """Let staged partitions take their places; those that already did are left. Folders are forced to disk once."""
    folders: set[Path] = set()
    for one in staged:
        temporary, final = one.partition.temporary(lake, run_id), one.partition.path(lake)
        folders.add(final.parent)
        if _is_same_file(temporary, one):
            os.replace(temporary, final)  # noqa: PTH105 -- faults are injected at this very name
        elif not _is_same_file(final, one):
            raise InvariantError(
                f"{final} is neither as staged nor replaced; remove the run's work folder and run again"
            )
    for folder in sorted(folders):
        force_to_disk(folder)
        force_to_disk(folder.parent)


def sweep_temporaries(lake: Path, partitions: Iterable[Partition]) -> int:
    """Remove what killed runs left beside partitions that are to be written; returns how many files."""
    places = {partition.path(lake) for partition in partitions}
    stray = [
        temporary
        for folder in sorted({place.parent for place in places})
        for temporary in sorted(folder.glob(f".*{TEMPORARY_SUFFIX}"))
        if final_of_temporary(temporary) in places
    ]
    for temporary in stray:
        temporary.unlink()
    return len(stray)


def _is_same_file(path: Path, staged: Staged) -> bool:
    """Whether a file is the one that was staged."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return (found.st_size, found.st_mtime_ns) == (staged.size_bytes, staged.mtime_ns)


def force_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
