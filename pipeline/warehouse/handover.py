"""What a step of a run hands to the publisher: Parquet by table, and a note that is written last and makes it count."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pipeline.site import Site
from pipeline.warehouse.manifest import settle
from pipeline.warehouse.tables import DAILY

DIRTY_DAYS = {"participant_id": pl.String, "local_day": pl.Date}


Append = Callable[[pl.DataFrame], None]


@dataclass(frozen=True)
class Note:
    """Who made the part, when and of what; and up to which marking the dirty days it answers were read."""

    task_id: str
    step: str
    started_at_utc: str
    finished_at_utc: str
    code_version: str
    config_digest: str
    participant_count: int
    set_aside_count: int
    dirty_generation: int
    row_count: int


@dataclass(frozen=True)
class Handover:
    """One task's complete part: the file of each table, and the dirty days that it answers."""

    note: Note
    files: Mapping[str, Path]
    built: Path


def folder_of(site: Site, run_id: str) -> Path:
    """Where the tasks of a run leave what is to be published."""
    return site.folders.work / run_id / "facts"


def part_file(folder: Path, task_id: str, table: str = DAILY.full_name) -> Path:
    """The file of one task and table: `<task>.parquet` for the daily facts, else `<task>.<table>.parquet`."""
    return folder / (f"{task_id}.parquet" if table == DAILY.full_name else f"{task_id}.{table}.parquet")


def write(folder: Path, note: Note, tables: Mapping[str, pl.DataFrame], built: pl.DataFrame) -> Path:
    """Hand over frames by table beside the daily facts already written; returns the file of those.

    `built` are the dirty days that the facts answer. Killed before the end, nothing counts.
    """
    for table, frame in tables.items():
        write_parquet(frame, part_file(folder, note.task_id, table))
    write_parquet(built, _built_file(folder, note.task_id))
    temporary = folder / f".{note.task_id}.json.part"
    temporary.write_text(
        json.dumps({**asdict(note), "tables": sorted({*tables, DAILY.full_name})}, indent=1), encoding="utf-8"
    )
    settle(temporary, _note_file(folder, note.task_id))
    return part_file(folder, note.task_id)


@contextmanager
def daily_writer(folder: Path, task_id: str, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> Iterator[Append]:
    """Write a task's daily facts frame by frame, so that no more than one is held; the file is whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    _note_file(folder, task_id).unlink(missing_ok=True)
    final = part_file(folder, task_id)
    temporary = final.with_name(f".{final.name}.part")
    columns = pl.DataFrame(schema=schema).to_arrow().schema
    with pq.ParquetWriter(temporary, columns, compression="zstd") as writer:
        yield lambda frame: writer.write_table(frame.to_arrow().cast(columns))
    settle(temporary, final)


def complete(folder: Path) -> Sequence[Handover]:
    """Every complete handover of a run, in order of task."""
    return [_read(folder, path) for path in sorted(folder.glob("*.json"))]


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame so that the file is whole or not there."""
    temporary = path.with_name(f".{path.name}.part")
    frame.write_parquet(temporary, compression="zstd")
    settle(temporary, path)


def _read(folder: Path, path: Path) -> Handover:
    document = json.loads(path.read_text(encoding="utf-8"))
    tables = document.pop("tables")
    note = Note(**document)
    files = {table: part_file(folder, note.task_id, table) for table in tables}
    return Handover(note, files, _built_file(folder, note.task_id))


def _note_file(folder: Path, task_id: str) -> Path:
    return folder / f"{task_id}.json"


def _built_file(folder: Path, task_id: str) -> Path:
    return folder / f"{task_id}.built.parquet"
