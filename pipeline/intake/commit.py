"""The third step, mapped over shard ranges: what was read goes into the lake, and the manifest says so last.

1. Partitions are written beside their places; nothing visible changes.
2. A journal says what is about to change. Killed later, the next try takes up from it, with the same counts.
3. The days concerned are marked dirty.
4. Each partition takes its place by one rename.
5. One unit of the relational store: the manifest, the quarantine, the counts of the run.
"""

from __future__ import annotations

from collections import Counter

import polars as pl

from pipeline.clock import Clock
from pipeline.intake import dirty
from pipeline.intake.batch import RECEIPTS
from pipeline.intake.journal import Journal, read_journal, write_journal
from pipeline.intake.manifest import INTAKE, Measure
from pipeline.intake.people import People
from pipeline.intake.read import PASSED_OVER_FILE, RECEIPTS_FILE, REFUSED_FILE
from pipeline.intake.refusals import SEALED
from pipeline.intake.settling import settle, unsettled_ids
from pipeline.intake.staging import Staging, stage_shards
from pipeline.intake.work import Work, part_of
from pipeline.lake.partitions import is_intact, replace_all
from pipeline.site import Site
from pipeline.sources.contract import PASSED_OVER
from pipeline.store.store import Store


def run(site: Site, store: Store, clock: Clock, run_id: str, shards: tuple[int, int]) -> None:
    """Put what was read of a half-open range of shards into the lake; done once, it does nothing more."""
    receipts = _unsettled(store, Work.of(site, run_id), run_id, shards)
    if receipts.is_empty():
        return
    journal = _open_journal(site, run_id, shards, receipts) or _prepare(site, store, clock, run_id, shards, receipts)
    if not journal.days.is_empty():
        with store.write(INTAKE, clock) as unit:
            dirty.mark(unit, journal.days, run_id)
    replace_all(site.folders.lake, run_id, journal.staged)
    refused = _read_all(Work.of(site, run_id), REFUSED_FILE, SEALED)
    with store.write(INTAKE, clock) as unit:
        settle(unit, journal, refused, run_id, part_of(shards))


def _unsettled(store: Store, work: Work, run_id: str, shards: tuple[int, int]) -> pl.DataFrame:
    """Receipts of files of these shards that are still planned by this run."""
    receipts = _read_all(work, RECEIPTS_FILE, RECEIPTS).filter(
        pl.col("shard") >= shards[0], pl.col("shard") < shards[1]
    )
    if receipts.is_empty():
        return receipts
    with store.read() as session:
        planned = unsettled_ids(session, run_id)
    return receipts.filter(pl.col("export_file_id").is_in(planned.implode())).sort("file_ordinal")


def _open_journal(site: Site, run_id: str, shards: tuple[int, int], receipts: pl.DataFrame) -> Journal | None:
    """The journal of a try that was killed, if it is about these files and all that it staged is still there."""
    journal = read_journal(Work.of(site, run_id).journal(shards))
    if journal is None or not journal.is_about(receipts):
        return None
    is_whole = all(is_intact(site.folders.lake, run_id, one) for one in journal.staged)
    return journal if is_whole else None


def _prepare(
    site: Site, store: Store, clock: Clock, run_id: str, shards: tuple[int, int], receipts: pl.DataFrame
) -> Journal:
    """Stage what changes, and write it into the journal."""
    work = Work.of(site, run_id)
    staging = stage_shards(work.reading, site.folders.lake, run_id, shards, receipts["file_ordinal"])
    with store.read() as session:
        zones = People.at(session, clock.now_utc()).zones
    journal = Journal(
        staged=tuple(staging.staged),
        files=_with_counts(receipts, staging),
        days=dirty.touched_days(pl.concat(staging.touched), zones, site.day_starts_h),
        counts=staging.counts + _passed_over(work, receipts),
    )
    write_journal(work.journal(shards), journal)
    return journal


def _with_counts(receipts: pl.DataFrame, staging: Staging) -> pl.DataFrame:
    """Receipts with how many rows of each file are new and how many were known; a file without rows has none."""
    counts = pl.concat(staging.file_counts).group_by("file_ordinal").sum()
    joined = receipts.join(counts, on="file_ordinal", how="left", maintain_order="left")
    return joined.with_columns(pl.col("rows_accepted_count", "rows_duplicate_count").fill_null(0))


def _passed_over(work: Work, receipts: pl.DataFrame) -> Counter[Measure]:
    """How many rows of the files were left out on purpose, by reason."""
    rows = _read_all(work, PASSED_OVER_FILE, PASSED_OVER).join(receipts, on="file_ordinal", how="semi")
    totals = rows.group_by("reason").agg(pl.col("row_count").sum()).sort("reason")
    return Counter({("passed_over", "", reason): total for reason, total in totals.iter_rows()})


def _read_all(work: Work, name: str, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """One kind of small file of every chunk that was read whole, in the order of chunks."""
    parts = [pl.read_parquet(path) for path in sorted(work.reading.glob(f"chunk-*/{name}"))]
    return pl.concat([pl.DataFrame(schema=schema), *parts])
