"""What is kept out and not mended yet: refused rows by source, stream and rule, whole files by source and code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.intake.tables import ExportFile, FileStatus, QuarantinedRow


@dataclass(frozen=True)
class RefusedRows:
    """How many kept rows of a stream broke a rule; without a stream, rows that could not be split into columns."""

    source: str
    stream: str
    rule: str
    row_count: int


@dataclass(frozen=True)
class FilesSetAside:
    """How many files of a source were set aside for one reason; an archive that does not open has no source."""

    source: str
    code: str
    file_count: int


@dataclass(frozen=True)
class Quarantined:
    """Everything that is kept out now. Of a file that is bad throughout only the first rows are kept and counted."""

    rows: tuple[RefusedRows, ...]
    files: tuple[FilesSetAside, ...]

    @property
    def row_count(self) -> int:
        """All rows."""
        return sum(one.row_count for one in self.rows)

    @property
    def file_count(self) -> int:
        """All files."""
        return sum(one.file_count for one in self.files)


def quarantined(session: Session) -> Quarantined:
    """Count the quarantine as it is now, whatever run refused what."""
    broken = (ExportFile.source, QuarantinedRow.stream, QuarantinedRow.rule)
    rows = (
        select(*broken, func.count())
        .join(ExportFile, ExportFile.export_file_id == QuarantinedRow.export_file_id)
        .group_by(*broken)
        .order_by(*broken)
    )
    reasons = (ExportFile.source, ExportFile.code)
    files = (
        select(*reasons, func.count())
        .where(ExportFile.status == FileStatus.SET_ASIDE)
        .group_by(*reasons)
        .order_by(*reasons)
    )
    return Quarantined(
        rows=tuple(RefusedRows(*found) for found in session.execute(rows)),
        files=tuple(FilesSetAside(*found) for found in session.execute(files)),
    )
