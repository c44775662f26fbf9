"""One CSV file of a site as typed rows with their line numbers, and every fault in it at once."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pipeline.errors import Fault
from pipeline.site_folder.values import fitted, names_of, required_of

Row = TypeVar("Row")


@dataclass(frozen=True)
class Read(Generic[Row]):
    """What a file held: its good rows, each with its line, and its faults."""

    rows: tuple[tuple[int, Row], ...]
    faults: tuple[Fault, ...]


def read_rows(path: Path, kind: type[Row]) -> Read[Row]:
    """Read a CSV file whose columns are the fields of a dataclass; lines that begin with # are comments.

    A missing file is a file without rows. A column that no field names is a fault, as is a required column that is
    missing; a bad cell costs its row and no other.
    """
    if not path.exists():
        return Read((), ())
    try:
        lines = list(_content_lines(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        return Read((), (Fault(path.name, "found text that is not UTF-8", "Save the file as UTF-8"),))
    if not lines:
        return Read((), ())
    names = _cells(lines[0][1])
    header_faults = list(_header_faults(path, lines[0][0], names, kind))
    if header_faults:
        return Read((), tuple(header_faults))
    return _read_body(path, lines[1:], names, kind)


def _content_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _cells(line: str) -> list[str]:
    """The cells of one line. No cell of a site's files has a line break in it, so a line is always a whole row."""
    return [cell.strip() for cell in next(csv.reader([line]))]


def _header_faults(path: Path, line: int, names: list[str], kind: type) -> Iterator[Fault]:
    known, where = names_of(kind), f"{path.name}:{line}"
    for name, times in Counter(names).items():
        if name not in known:
            yield Fault(where, f"found the column `{name}`, which nothing reads", f"Use {', '.join(known)}")
        elif times > 1:
            yield Fault(where, f"found the column `{name}` twice", "Keep one of the two")
    for name in required_of(kind):
        if name not in names:
            yield Fault(where, f"found no column `{name}`", "Add it; every row needs it")


def _read_body(path: Path, lines: list[tuple[int, str]], names: list[str], kind: type[Row]) -> Read[Row]:
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    for number, line in lines:
        cells, where = _cells(line), f"{path.name}:{number}"
        if len(cells) != len(names):
            faults.append(Fault(where, f"found {len(cells)} cells, expected {len(names)}", "Mend the commas"))
            continue
        # An empty cell is no value: the column's default holds, or the fault says that one is needed.
        filled = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        row, bad = fitted(filled, kind, where)
        faults += bad
        if row is not None:
            rows.append((number, row))
    return Read(tuple(rows), tuple(faults))


def write_rows(path: Path, rows: Iterable[object], kind: type, comment: str) -> None:
    """Write dataclass rows as a CSV file under a comment that says what the file is for."""
    names = names_of(kind)
    text = io.StringIO()
    for line in comment.strip().splitlines():
        text.write(f"# {line.strip()}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_word(getattr(row, name)) for name in names] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
