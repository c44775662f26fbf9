"""How every command speaks: one JSON document with --json, else plain words; quiet in a pipe, honest exit codes."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

SiteOption = Annotated[
    Path, typer.Option("--site", envvar="EVENKEEL_SITE", help="the site folder", show_default="./site", metavar="DIR")
]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON document")]
DEFAULT_SITE = Path("site")


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    DONE_WITH_ROWS_SET_ASIDE = 3


@dataclass(frozen=True)
class Speaker:
    """Prints what a command has to say, in the form that was asked for."""

    as_json: bool

    def say(self, line: str = "") -> None:
        """A line for people; nothing when JSON was asked for."""
        if not self.as_json:
            Console(soft_wrap=True, highlight=False).print(line, markup=False)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
        """A table for people; nothing when JSON was asked for."""
        if self.as_json:
            return
        drawn = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
        for row in rows:
            drawn.add_row(*("" if cell is None else str(cell) for cell in row))
        Console(width=None if sys.stdout.isatty() else 160).print(drawn)

    def document(self, value: object) -> None:
        """The one JSON document; nothing when people read."""
        if self.as_json:
            sys.stdout.write(json.dumps(value, default=plain, ensure_ascii=False) + "\n")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show that something long goes on, on a terminal only."""
        if self.as_json or not sys.stderr.isatty():
            yield
            return
        with Console(stderr=True).status(what):
            yield


def counted(number: int, noun: str) -> str:
    """A number with its noun: no fault, 1 fault, 2 faults."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def plain(value: object) -> object:
    """A value that JSON does not know, in words that it does."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
