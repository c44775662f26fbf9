"""Writing down that files are done with: the manifest, the quarantine and the counts of the run, in one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pipeline.intake.journal import Journal
from pipeline.intake.manifest import KEY, Measure, batched, counts_of, set_counts, update_files
from pipeline.intake.refusals import MAX_KEPT_PER_FILE
from pipeline.intake.tables import ExportFile, FileStatus, QuarantinedRow
from pipeline.store.unit_of_work import UnitOfWork

SETTLED = ("status", "code", "rows_accepted_count", "rows_refused_count", "rows_duplicate_count")


def unsettled_ids(session: Session, run_id: str) -> pl.Series:
    """The files that a run planned and that are not done with."""
    asked = select(ExportFile.export_file_id).where(
        ExportFile.run_id == run_id, ExportFile.status == FileStatus.PLANNED
    )
    return pl.Series(list(session.scalars(asked)), dtype=pl.String)


def settle(unit: UnitOfWork, journal: Journal, refused: pl.DataFrame, run_id: str, part: str) -> None:
    """Write down what became of a journal's files; `refused` may hold rows of other files too."""
    own = refused.join(journal.files, on="file_ordinal", how="inner", maintain_order="left")
    _settle_files(unit.session, journal.files, own)
    _quarantine(unit, journal.files, own, run_id)
    counts = counts_of(unit.session, run_id, part) + journal.counts + _counts(journal.files, own)
    set_counts(unit.session, run_id, part, counts)
    unit.record("intake.committed", "run", run_id)


def _settle_files(session: Session, files: pl.DataFrame, refused: pl.DataFrame) -> None:
    counts = refused.group_by("file_ordinal").len("rows_refused_count")
    settled = files.join(counts, on="file_ordinal", how="left", maintain_order="left").select(
        pl.col("export_file_id").alias(KEY),
        pl.when(pl.col("code") == "")
        .then(pl.lit(FileStatus.ACCEPTED.value))
        .otherwise(pl.lit(FileStatus.SET_ASIDE.value))
        .alias("status"),
        "code",
        "rows_accepted_count",
        pl.col("rows_refused_count").fill_null(0),
        "rows_duplicate_count",
    )
    update_files(session, SETTLED, settled.to_dicts())


def _quarantine(unit: UnitOfWork, files: pl.DataFrame, refused: pl.DataFrame, run_id: str) -> None:
    """Keep the first refused rows of each file, in place of what was kept of it before."""
    for batch in batched(files["export_file_id"]):
        unit.session.execute(delete(QuarantinedRow).where(QuarantinedRow.export_file_id.in_(batch)))
    at_utc = unit.clock.now_utc()
    for batch in batched(_kept(refused)):
        rows = [{**row, "refused_at_utc": at_utc, "run_id": run_id} for row in batch]
        unit.session.execute(insert(QuarantinedRow), rows)


def _kept(refused: pl.DataFrame) -> Iterator[dict[str, object]]:
    ordered = refused.sort("file_ordinal", "line", "stream", maintain_order=True)
    kept = ordered.group_by("file_ordinal", maintain_order=True).head(MAX_KEPT_PER_FILE)
    return kept.select("export_file_id", "participant_id", "line", "stream", "rule", "sealed").iter_rows(named=True)


def _counts(files: pl.DataFrame, refused: pl.DataFrame) -> Counter[Measure]:
    """Files read, files set aside by code, and rows refused by stream and rule."""
    counts: Counter[Measure] = Counter()
    for code, number in files.group_by("code").len().iter_rows():
        counts["file_set_aside" if code else "file_read", "", code] += number
    for stream, rule, number in refused.group_by("stream", "rule").len().iter_rows():
        counts["rows_refused", stream, rule] += number
    return counts
