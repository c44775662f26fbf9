"""Rows of files as events: what changed since the row was last imported is added; what others recorded stays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.events import Consent, Dated
from pipeline.registry.history import history, latest
from pipeline.registry.kinds import EFFECTIVE, KINDS, Event, Kind, kind_of
from pipeline.registry.record import add_row, edit_of, record
from pipeline.registry.tables import ImportedRow
from pipeline.store.unit_of_work import UnitOfWork

Cells = Mapping[str, object]


class RowKey(NamedTuple):
    """What makes a row of one import the same row in the next."""

    kind: str
    key: str


@dataclass(frozen=True)
class ImportOutcome:
    """How many rows were new, changed or as before; and which rows of earlier files with this label are gone.

    A row that is no longer in its file takes nothing back: a shortened file is more often a mistake.
    """

    added_count: int
    changed_count: int
    unchanged_count: int
    absent: tuple[RowKey, ...]


@dataclass(frozen=True)
class LastImport:
    """A row as it was last read, and from where."""

    cells: Cells
    source_label: str


def import_rows(uow: UnitOfWork, rows: Iterable[Dated], source_label: str) -> ImportOutcome:
    """Import the rows of one file, of any kinds and in any order.

    A row is compared with the same row of the last import, not with the present state, so that a file which did
    not change never reverts what was recorded elsewhere. Of a row that did change only the changed cells are
    taken over, except a consent, which is one act and taken whole; it must bear its date.

    Raises:
        ConfigurationError: a row is not well formed or given twice, or the registry would be faulty afterwards.
    """
    given = _by_key(list(rows))
    last = _last_imports(uow.session)
    news = {key: row for key, row in given.items() if key not in last or last[key].cells != _cells(row)}
    for kind in KINDS:
        _import_kind(uow, kind, {key: row for key, row in news.items() if key.kind == kind.name}, last)
    _remember(uow, news, source_label)
    uow.record("registry.imported", "import", source_label)
    gone = (key for key, before in last.items() if before.source_label == source_label and key not in given)
    changed_count = sum(key in last for key in news)
    return ImportOutcome(len(news) - changed_count, changed_count, len(given) - len(news), tuple(sorted(gone)))


def _import_kind(
    uow: UnitOfWork, kind: Kind[Event], news: Mapping[RowKey, Event], last: Mapping[RowKey, LastImport]
) -> None:
    """Add the new and changed rows of one kind, each merged with what holds now."""
    if not news:
        return
    now = edit_of(uow).recorded_at_utc
    present = latest(kind, history(uow.session, kind), now)
    for key, row in news.items():
        held = present.get(kind.key_of(row))
        event = row if kind.is_whole else _merged(row, last.get(key), held)
        if held is None or event != replace(held, effective_at_utc=event.effective_at_utc) or _is_dated(event, held):
            record(uow, event)


def _merged(row: Event, last: LastImport | None, held: Event | None) -> Event:
    """What holds now with the row's changed cells; the row itself where there is nothing to merge it with."""
    if last is None or held is None:
        return row
    changed = [name for name, cell in _cells(row).items() if last.cells.get(name) != cell]
    # An old date would put the change behind what was recorded elsewhere since.
    effective = row.effective_at_utc if EFFECTIVE in changed else None
    return replace(held, **{**{name: getattr(row, name) for name in changed}, EFFECTIVE: effective})


def _is_dated(event: Dated, held: Dated) -> bool:
    """Whether the event says from when it holds, and that differs from what is known."""
    return event.effective_at_utc is not None and event.effective_at_utc != held.effective_at_utc


def _by_key(rows: Sequence[Dated]) -> dict[RowKey, Dated]:
    keys = [_row_key(row) for row in rows]
    twice = [key for key, times in Counter(keys).items() if times > 1]
    faults = [Fault(f"{key.kind} {key.key}", "found this row twice", "Keep one of the two") for key in sorted(twice)]
    if faults:
        raise ConfigurationError(faults)
    return dict(zip(keys, rows, strict=True))


def _row_key(row: Dated) -> RowKey:
    kind = kind_of(row)
    if not isinstance(row, Consent):
        return RowKey(kind.name, kind.object_id(row))
    if row.effective_at_utc is None:
        found = f"found a consent to {row.purpose} without the date on which it was given or withdrawn"
        raise ConfigurationError([Fault(f"participant {row.participant_id}", found, "Give effective_at_utc")])
    # Each act of consent is a row of its own: given in March and withdrawn in May are two rows of a file.
    return RowKey(kind.name, f"{kind.object_id(row)}/{row.effective_at_utc.isoformat()}")


def _cells(row: Dated) -> Cells:
    """The row as plain text and null, the form in which it is remembered."""
    return {name: None if value is None else str(value) for name, value in sorted(asdict(row).items())}


def _last_imports(session: Session) -> dict[RowKey, LastImport]:
    table = ImportedRow
    asked = select(table.kind, table.row_key, table.row_json, table.source_label).order_by(table.event_id)
    return {
        RowKey(kind, key): LastImport(json.loads(cells), label) for kind, key, cells, label in session.execute(asked)
    }


def _remember(uow: UnitOfWork, news: Mapping[RowKey, Dated], source_label: str) -> None:
    for key, row in news.items():
        cells = json.dumps(_cells(row), sort_keys=True)
        add_row(
            uow, ImportedRow, {"kind": key.kind, "row_key": key.key, "row_json": cells, "source_label": source_label}
        )
