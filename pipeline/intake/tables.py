"""Tables of intake: every export file ever met, the drop folder as last seen, refused rows, counts, dirty days."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.base import BIG_KEY, Base, word_of


class FileStatus(StrEnum):
    """How far an export file has come: planned by a run, its rows in the lake, or set aside with a code."""

    PLANNED = "planned"
    ACCEPTED = "accepted"
    SET_ASIDE = "set_aside"


class FileChange(StrEnum):
    """What a file is to the versions of it that were met before."""

    NEW = "new"
    GROWN = "grown"
    SHRUNKEN = "shrunken"
    REWRITTEN = "rewritten"


class ExportFile(Base):
    """One content of one export file: the same file grown is another row with the same `logical_id`."""

    __tablename__ = "export_file"

    export_file_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    logical_id: Mapped[str] = mapped_column(String(32), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    logical_name: Mapped[str]
    container: Mapped[str]
    source: Mapped[str]
    kind: Mapped[str]
    export_id: Mapped[str]
    participant_id: Mapped[str | None] = mapped_column(index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    change: Mapped[FileChange] = mapped_column(word_of(FileChange, "file_change"))
    status: Mapped[FileStatus] = mapped_column(word_of(FileStatus, "file_status"), index=True)
    code: Mapped[str]
    rows_accepted_count: Mapped[int] = mapped_column(BigInteger)
    rows_refused_count: Mapped[int] = mapped_column(BigInteger)
    rows_duplicate_count: Mapped[int] = mapped_column(BigInteger)
    first_seen_at_utc: Mapped[datetime]
    run_id: Mapped[str] = mapped_column(index=True)


class ExportContainer(Base):
    """A file of the drop folder as last seen, so that an unchanged one is not opened again.

    `claims_digest` covers the names inside and who they were claimed for: a new source or a newly registered
    participant changes it, and the container is looked through again.
    """

    __tablename__ = "export_container"

    container: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    claims_digest: Mapped[str]


class QuarantinedRow(Base):
    """One refused row: where it stood, the rule it broke and, where the stream allows, its bytes under seal."""

    __tablename__ = "quarantined_row"

    quarantined_row_id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    export_file_id: Mapped[str] = mapped_column(ForeignKey("export_file.export_file_id"), index=True)
    participant_id: Mapped[str] = mapped_column(index=True)
    line: Mapped[int] = mapped_column(BigInteger)
    stream: Mapped[str]
    rule: Mapped[str]
    sealed: Mapped[bytes | None]
    refused_at_utc: Mapped[datetime]
    run_id: Mapped[str]


class IntakeCount(Base):
    """How many files or rows of one sort a part of a run met: what the summary of the run adds up."""

    __tablename__ = "intake_count"

    run_id: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    total_count: Mapped[int] = mapped_column(BigInteger)


class DirtyDay(Base):
    """A local day about which something new arrived, to be stated again; a later mark has a higher generation."""

    __tablename__ = "dirty_day"

    participant_id: Mapped[str] = mapped_column(primary_key=True)
    local_day: Mapped[date] = mapped_column(primary_key=True)
    shard: Mapped[int] = mapped_column(index=True)
    generation: Mapped[int] = mapped_column(BigInteger)
    marked_at_utc: Mapped[datetime]
    run_id: Mapped[str]


class DirtyGeneration(Base):
    """The number of the last marking of dirty days, in a single row that every marking locks."""

    __tablename__ = "dirty_generation"
    __table_args__ = (CheckConstraint("counter_id = 1", name="single_row"),)

    counter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(BigInteger)
