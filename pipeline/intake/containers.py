"""What lies in the drop folder: plain files, compressed files and archives, each opened with mistrust."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from pipeline.errors import ExportError

MAX_FILE_BYTES = 1 << 30
"""One export file is held in memory whole; nothing that a phone writes comes near a gigabyte."""
MAX_EXPANSION_RATIO = 250
"""Sensor text shrinks twentyfold at most; far beyond that an archive was made to fill the disk."""
SMALL_BYTES = 1 << 20
"""Below this size any expansion is harmless."""
COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file to be looked through: where it is, and what tells that it was not touched since.

    `name` is its path below the folder that was walked; `container` its path in the drop folder, or in full if it
    lies elsewhere.
    """

    path: Path
    name: str
    container: str
    size_bytes: int
    mtime_ns: int


class Container(Protocol):
    """A dropped file, opened: it holds one member, or as an archive several."""

    def members(self) -> list[str]:
        """The names inside, in order; of a plain file only the empty name."""
        ...

    def fault(self, member: str) -> ExportError | None:
        """Why a member must not be read, known before any of it is."""
        ...

    def read(self, member: str) -> bytes:
        """The member's content, decompressed."""
        ...


def dropped_files(root: Path, exports: Path | None = None) -> list[Dropped]:
    """Every file below a folder (or the one file), sorted by name; names that begin with a dot are not exports.

    `exports` is the drop folder, where that is another than the folder to be walked.
    """
    here, drop_folder = root.absolute(), (exports or root).absolute()
    if here.is_file():
        return [_dropped(here, here.as_posix().lstrip("/"), drop_folder)]
    found = [_dropped(path, path.relative_to(here).as_posix(), drop_folder) for path in _files_below(here, set())]
    return sorted(found, key=lambda dropped: dropped.name)


def is_archive(name: str) -> bool:
    """Whether a file holds other files."""
    return name.lower().endswith(".zip")


def content_name(name: str) -> str:
    """The name of what a compressed file holds."""
    return name.rsplit(".", 1)[0] if name.lower().endswith(COMPRESSED) else name


@contextmanager
def opened(dropped: Path) -> Iterator[Container]:
    """A dropped file, open for reading; `ExportError` when it is an archive that cannot be opened."""
    if not is_archive(dropped.name):
        yield PlainFile(dropped)
        return
    with _zip_file(dropped) as archive:
        yield ZipArchive(archive)


class PlainFile:
    """A file that holds itself, perhaps compressed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def members(self) -> list[str]:
        """The one empty name."""
        return [""]

    def fault(self, member: str) -> ExportError | None:  # noqa: ARG002 -- a plain file has one member
        """Too large to be a phone's, or gone."""
        try:
            return _too_large(self._path.stat().st_size)
        except OSError as error:
            return _unopenable(error)

    def read(self, member: str) -> bytes:  # noqa: ARG002
        """The whole file, decompressed."""
        try:
            return decompressed(self._path.name, self._path.read_bytes())
        except OSError as error:
            raise _unopenable(error) from error


class ZipArchive:
    """A zip archive; members that could harm the machine are refused one by one."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}

    def members(self) -> list[str]:
        """The members' names, sorted."""
        return sorted(self._infos)

    def fault(self, member: str) -> ExportError | None:
        """Escapes its folder, is encrypted, or would expand beyond measure."""
        info = self._infos[member]
        if _leaves_its_folder(info.orig_filename):
            return ExportError("unsafe_path", "found a member that names a place outside the archive; pack it again")
        if info.flag_bits & 0x1:
            return ExportError("encrypted", "found an encrypted member, expected a plain one; export without password")
        return _too_large(info.file_size) or _expands_beyond_measure(info)

    def read(self, member: str) -> bytes:
        """The member's content, decompressed."""
        if member not in self._infos:
            raise ExportError("vanished", "found no such member in the archive any more; deliver it again")
        try:
            return decompressed(member, self._archive.read(member))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise ExportError("unreadable_member", "found a broken member in an archive; export it again") from error


def decompressed(name: str, raw: bytes) -> bytes:
    """The content of a file whose name tells how it is compressed; refuses what expands beyond any export."""
    try:
        if name.lower().endswith(".gz"):
            return _bounded(gzip.GzipFile(fileobj=pa.BufferReader(raw)))
        if name.lower().endswith(".zst"):
            return _bounded(pa.CompressedInputStream(pa.BufferReader(raw), "zstd"))
    except (OSError, EOFError, zlib.error) as error:
        raise ExportError("unreadable_archive", "found a broken compressed file; export it again") from error
    return raw


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes:
        """At most so many bytes."""
        ...


def _bounded(stream: _Readable) -> bytes:
    content = stream.read(MAX_FILE_BYTES + 1)
    fault = _too_large(len(content))
    if fault is not None:
        raise fault
    return content


@contextmanager
def _zip_file(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise _unopenable(error) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        message = "found an archive that cannot be opened, expected a whole zip; deliver it again"
        raise ExportError("unreadable_archive", message) from error
    with archive:
        yield archive


def _files_below(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Every file below a folder; links to folders are followed, each folder once."""
    here = folder.stat()
    if (here.st_dev, here.st_ino) in seen:
        return
    seen.add((here.st_dev, here.st_ino))
    with os.scandir(folder) as entries:
        visible = [entry for entry in entries if not entry.name.startswith(".")]
    for entry in visible:
        if entry.is_dir():
            yield from _files_below(Path(entry.path), seen)
        elif entry.is_file():
            yield Path(entry.path)


def _dropped(path: Path, name: str, exports: Path) -> Dropped:
    found = path.stat()
    container = (path.relative_to(exports) if path.is_relative_to(exports) else path).as_posix()
    return Dropped(path, name, container, found.st_size, found.st_mtime_ns)


def _unopenable(error: OSError) -> ExportError:
    if isinstance(error, FileNotFoundError):
        return ExportError("vanished", "found no file where one was a moment ago; deliver it again")
    return ExportError("not_permitted", "found a file that may not be read; let the pipeline's account read it")


def _leaves_its_folder(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or ":" in parts[0] or "\0" in name


def _too_large(size_bytes: int) -> ExportError | None:
    if size_bytes <= MAX_FILE_BYTES:
        return None
    return ExportError("too_large", f"found {size_bytes} bytes, expected at most {MAX_FILE_BYTES}; split the file")


def _expands_beyond_measure(info: zipfile.ZipInfo) -> ExportError | None:
    if info.file_size <= max(SMALL_BYTES, MAX_EXPANSION_RATIO * info.compress_size):
        return None
    return ExportError("expands_beyond_measure", "found a member that expands beyond any export; pack it again")
