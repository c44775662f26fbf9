"""The files that the steps of one run hand on to each other, and how a folder of them appears all at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.lake.partitions import force_to_disk
from pipeline.site import Site


def part_of(shards: tuple[int, int]) -> str:
    """The name of a half-open range of shards."""
    return f"shards-{shards[0]:02d}-{shards[1]:02d}"


@dataclass(frozen=True)
class Work:
    """The folder of one run; the one place that builds the paths in it."""

    folder: Path

    @classmethod
    def of(cls, site: Site, run_id: str) -> Work:
        """The work folder of a run."""
        return cls(site.folders.work / run_id)

    @property
    def plan(self) -> Path:
        """What `discover` planned: one file a chunk."""
        return self.folder / "plan"

    def chunk(self, chunk_id: str) -> Path:
        """The plan of one chunk."""
        return self.plan / f"{chunk_id}.json"

    @property
    def reading(self) -> Path:
        """What `read` made: one folder a chunk."""
        return self.folder / "read"

    def read_chunk(self, chunk_id: str) -> Path:
        """What was read of one chunk."""
        return self.reading / chunk_id

    def journal(self, shards: tuple[int, int]) -> Path:
        """What a range of shards is about to change in the lake."""
        return self.folder / "commit" / part_of(shards)


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder to write into that takes its name only when the block ends well: killed before, it is not there.

    Its files are forced to disk first, so that after a power cut a name never stands for half a file.
    """
    unfinished = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    yield unfinished
    for path in sorted(unfinished.rglob("*")):
        force_to_disk(path)
    os.replace(unfinished, folder)  # noqa: PTH105 -- faults are injected at this very name
