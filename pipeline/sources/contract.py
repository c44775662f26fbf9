"""What a source promises: which files are its own, whose they are, and how their bytes become rows. Pure, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from pipeline.errors import ExportError
from pipeline.vocabulary.stream import Stream

REFUSED = {"file_ordinal": pl.UInt32, "line": pl.UInt32, "rule": pl.String}
"""Columns of the frame of rows that a reader itself refuses. `line` counts from 1 and includes the header."""

ROW_EXPORT_ID = "export_id"
"""A column that a reader may add where rows themselves name whose they are: intake refuses what names another."""

PASSED_OVER = {"file_ordinal": pl.UInt32, "reason": pl.String, "row_count": pl.UInt32}
"""Columns of the count of rows that are sound and hold nothing to keep, such as a scan that found no call."""


@dataclass(frozen=True)
class Claim:
    """A file that a source recognises by its name: whose export it is and which kind of file."""

    export_id: str
    kind: str


@dataclass(frozen=True)
class Body:
    """The bytes of one export file (decompressed), its name in the export, and its number in the batch.

    The name keeps at least the folders from the participant's own one on, and always the file's own name.
    `os` is what the registry knows of the phone (`android`, `ios`, `unknown`); a file that shows its operating
    system by its own form overrules it.
    """

    file_ordinal: int
    name: str
    content: bytes
    os: str = "unknown"


@dataclass(frozen=True)
class Reading:
    """What a reader made of a batch.

    `rows`: for each stream a frame of the stream's own columns (without participant, device and source, which
    intake adds) and `file_ordinal` (u32), `line` (u32). Types need not be final: intake casts and validates.
    `refused`: rows that could not even be split into columns, as `REFUSED`.
    `set_aside`: files of the batch that cannot be read at all, by ordinal.
    `passed_over`: how many rows of each file were left out on purpose, by reason, as `PASSED_OVER`.
    """

    rows: Mapping[Stream, pl.DataFrame]
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REFUSED))
    set_aside: Mapping[int, ExportError] = field(default_factory=dict)
    passed_over: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PASSED_OVER))


@dataclass(frozen=True)
class Reader:
    """How files of one kind are read: a whole batch of bodies at once, so that many small files parse as one."""

    kind: str
    streams: tuple[Stream, ...]
    read: Callable[[tuple[Body, ...]], Reading]


@dataclass(frozen=True)
class Source:
    """A platform: its name, how it recognises a file by its path inside an export, and its readers by kind.

    `claim` is given a path with forward slashes, relative to the export folder or archive, and returns None for
    files that are not this platform's. `skips` tells files that belong to the platform and hold nothing to read
    (registries, checksums, recordings), so that they are counted and not called unknown.
    """

    name: str
    sentence: str
    readers: tuple[Reader, ...]
    claim: Callable[[str], Claim | None]
    skips: Callable[[str], bool]

    def reader(self, kind: str) -> Reader:
        """The reader of one kind of file."""
        return next(reader for reader in self.readers if reader.kind == kind)
