"""What a run is to read: files in chunks of bounded size, written once, so that a step tried again does the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import count
from operator import attrgetter
from pathlib import Path

from pipeline.vocabulary.ids import shard_of

MAX_CHUNK_FILES = 25_000
PLAN_FILE = "plan.json"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file to read. `name` is its path in the export; `ordinal` numbers the files of the whole run."""

    export_file_id: str
    container: str
    member: str
    name: str
    digest: str
    size_bytes: int
    source: str
    kind: str
    export_id: str
    participant_id: str
    ordinal: int = 0


_COLUMNS = [field.name for field in fields(PlannedFile)]
_VALUES: Callable[[PlannedFile], tuple[str | int, ...]] = attrgetter(*_COLUMNS)


@dataclass(frozen=True)
class Chunk:
    """Files that one task reads, and when they were received."""

    received_at_utc: datetime
    files: tuple[PlannedFile, ...]


@dataclass(frozen=True)
class Plan:
    """The chunks of a run, by id, and how much they hold."""

    chunk_ids: tuple[str, ...]
    file_count: int
    size_bytes: int


def write_plan(folder: Path, received_at_utc: datetime, files: Sequence[PlannedFile], max_chunk_bytes: int) -> None:
    """Cut files into chunks, number them, and write chunks and the plan itself as JSON.

    A chunk holds all that some participants sent, so that it concerns few shards and opens each archive once; inside
    it, files that parse as one stand together.
    """
    chunk_ids = []
    ordinals = count()
    by_person = sorted(files, key=lambda file: (shard_of(file.participant_id), file.participant_id, file.container))
    for number, chunk in enumerate(chunked(by_person, max_chunk_bytes, MAX_CHUNK_FILES)):
        chunk_ids.append(f"chunk-{number:03d}")
        rows = [(*_VALUES(file)[:-1], next(ordinals)) for file in sorted(chunk, key=_reading_order)]
        written = {"received_at_utc": received_at_utc.isoformat(), "columns": _COLUMNS, "files": rows}
        (folder / f"{chunk_ids[-1]}.json").write_text(json.dumps(written, separators=(",", ":")))
    total = {"chunk_ids": chunk_ids, "file_count": len(files), "size_bytes": sum(file.size_bytes for file in files)}
    (folder / PLAN_FILE).write_text(json.dumps(total))


def load_plan(folder: Path) -> Plan:
    """The plan that was written into a folder."""
    written = json.loads((folder / PLAN_FILE).read_text())
    return Plan(tuple(written["chunk_ids"]), written["file_count"], written["size_bytes"])


def load_chunk(path: Path) -> Chunk:
    """The files of one chunk."""
    written = json.loads(path.read_text())
    return Chunk(
        received_at_utc=datetime.fromisoformat(written["received_at_utc"]),
        files=tuple(PlannedFile(*row) for row in written["files"]),
    )


def chunked(files: Iterable[PlannedFile], max_bytes: int, max_files: int) -> Iterator[list[PlannedFile]]:
    """Cut files, in their order, into runs of at most so many bytes and files; a larger file stands alone."""
    chunk: list[PlannedFile] = []
    size_bytes = 0
    for file in files:
        if chunk and (size_bytes + file.size_bytes > max_bytes or len(chunk) >= max_files):
            yield chunk
            chunk, size_bytes = [], 0
        chunk.append(file)
        size_bytes += file.size_bytes
    if chunk:
        yield chunk


def _reading_order(file: PlannedFile) -> tuple[str, str, str, str, str]:
    return (file.source, file.kind, file.participant_id, file.container, file.name)
