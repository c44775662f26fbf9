"""The manifest: what is known of every export file and of the drop folder, asked and written in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from pipeline.audit.event import Actor, ActorKind
from pipeline.intake.claims import Identity
from pipeline.intake.tables import ExportContainer, ExportFile, FileChange, FileStatus, IntakeCount

INTAKE = Actor(ActorKind.SYSTEM, "pipeline.intake", "system")
"""Who writes when files are taken in."""

UNKNOWN_PARTICIPANT = "unknown_participant"
PASSING_CODES = frozenset({"vanished", "not_permitted"})
"""Codes that say nothing of a file: it may be sound the next time, though nobody touched it."""
RETRIED_CODES = PASSING_CODES | {UNKNOWN_PARTICIPANT, "changed_while_reading"}
"""Codes of files that are worth another look, because what was wrong lay outside the file."""

KEY = "of_file"
"""Names the file of a row of changes: a parameter may not be called like the column that it is compared with."""
BATCH = 500
"""Keys asked for in one statement: SQLite takes 999 parameters at most in its oldest builds."""

T = TypeVar("T")
Measure = tuple[str, str, str]
"""What is counted: the measure, the stream and a name (a rule or a code), the latter two perhaps empty."""


@dataclass(frozen=True, slots=True)
class Version:
    """One content of a file that the manifest knows."""

    digest: str
    size_bytes: int
    status: FileStatus
    code: str


@dataclass(frozen=True, slots=True)
class Found:
    """A content of a file that a run met and is to write down: planned, or set aside with a code."""

    identity: Identity
    participant_id: str | None
    container: str
    member: str
    name: str
    digest: str
    size_bytes: int
    change: FileChange = FileChange.NEW
    code: str = ""
    is_on_record: bool = False

    @property
    def export_file_id(self) -> str:
        """Its key in the manifest."""
        return self.identity.export_file_id(self.digest)


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of the drop folder as last seen."""

    container: str
    size_bytes: int
    mtime_ns: int
    claims_digest: str


def batched(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut items, in their order, into lists of at most so many."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def has_unfinished(session: Session) -> bool:
    """Whether a run was killed between planning a file and putting its rows into the lake."""
    return bool(session.scalar(select(exists().where(ExportFile.status == FileStatus.PLANNED))))


def containers_seen(session: Session, containers: Sequence[str]) -> dict[str, Seen]:
    """What is known of files of the drop folder, by their name there."""
    table = ExportContainer
    asked = select(table.container, table.size_bytes, table.mtime_ns, table.claims_digest)
    rows = session.execute(asked.where(table.container.in_(containers)))
    return {row.container: Seen(*row) for row in rows}


def versions_of(session: Session, logical_ids: Iterable[str]) -> dict[str, list[Version]]:
    """Every known content of files, by logical id."""
    table = ExportFile
    asked = select(table.logical_id, table.digest, table.size_bytes, table.status, table.code)
    versions: dict[str, list[Version]] = {}
    for batch in batched(sorted(set(logical_ids))):
        for row in session.execute(asked.where(table.logical_id.in_(batch))):
            version = Version(row.digest, row.size_bytes, row.status, row.code)
            versions.setdefault(row.logical_id, []).append(version)
    return versions


def write_found(session: Session, found: Sequence[Found], run_id: str, at_utc: datetime) -> None:
    """Put files on record as planned or set aside."""
    new = [_row(one, run_id, at_utc) for one in found if not one.is_on_record]
    if new:
        session.execute(insert(ExportFile), new)
    renewed = [_renewal(one, run_id) for one in found if one.is_on_record]
    if renewed:
        columns = [name for name in renewed[0] if name != KEY]
        update_files(session, columns, renewed)


def update_files(session: Session, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """Set columns of files on record; each row names its file under `KEY`."""
    # Past the session's own objects, which would ask for the key under the column's name.
    of_file = ExportFile.export_file_id == bindparam(KEY)
    statement = update(ExportFile).where(of_file).values({name: bindparam(name) for name in columns})
    session.connection().execute(statement, list(rows))


def write_seen(session: Session, seen: Sequence[Seen]) -> None:
    """Put the drop folder on record as it was seen."""
    for batch in batched(seen):
        session.execute(delete(ExportContainer).where(ExportContainer.container.in_([one.container for one in batch])))
        session.execute(
            insert(ExportContainer),
            [
                {
                    "container": one.container,
                    "size_bytes": one.size_bytes,
                    "mtime_ns": one.mtime_ns,
                    "claims_digest": one.claims_digest,
                }
                for one in batch
            ],
        )


def set_counts(session: Session, run_id: str, part: str, counts: Mapping[Measure, int]) -> None:
    """Write down what a part of a run counted, in place of what it wrote before."""
    session.execute(delete(IntakeCount).where(IntakeCount.run_id == run_id, IntakeCount.part == part))
    rows = [
        {"run_id": run_id, "part": part, "measure": measure, "stream": stream, "name": name, "total_count": total}
        for (measure, stream, name), total in sorted(counts.items())
        if total
    ]
    if rows:
        session.execute(insert(IntakeCount), rows)


def counts_of(session: Session, run_id: str, part: str | None = None) -> Counter[Measure]:
    """What a run, or one part of it, counted so far."""
    table = IntakeCount
    asked = select(table.measure, table.stream, table.name, table.total_count).where(table.run_id == run_id)
    if part is not None:
        asked = asked.where(table.part == part)
    counts: Counter[Measure] = Counter()
    for measure, stream, name, total in session.execute(asked):
        counts[measure, stream, name] += total
    return counts


def _row(found: Found, run_id: str, at_utc: datetime) -> dict[str, object]:
    identity = found.identity
    return {
        "export_file_id": found.export_file_id,
        "logical_id": identity.logical_id,
        "digest": found.digest,
        "logical_name": identity.logical_name,
        "source": identity.source,
        "kind": identity.kind,
        "export_id": identity.export_id,
        "size_bytes": found.size_bytes,
        "change": found.change,
        "rows_accepted_count": 0,
        "rows_refused_count": 0,
        "rows_duplicate_count": 0,
        "first_seen_at_utc": at_utc,
        **_standing(found, run_id),
    }


def _renewal(found: Found, run_id: str) -> dict[str, object]:
    return {KEY: found.export_file_id, **_standing(found, run_id)}


def _standing(found: Found, run_id: str) -> dict[str, object]:
    """What a later run may find otherwise: where the file lies, whose it is, and how far it came."""
    return {
        "container": found.container,
        "participant_id": found.participant_id,
        "status": FileStatus.SET_ASIDE if found.code else FileStatus.PLANNED,
        "code": found.code,
        "run_id": run_id,
    }
