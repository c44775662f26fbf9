"""Publishing: what a run made becomes the published state in one replacement of a pointer, or not at all.

1. What is new goes into one immutable part; nothing that anybody reads changes.
2. The pointer is replaced: the next reader sees the whole of it.
3. The dirty days that the run answered are cleared. Killed before that, the next run states them again, finds nothing
   new, and clears them.
4. Parts are merged when there are many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import polars as pl
from sqlalchemy import func, select

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, Fault
from pipeline.intake import dirty
from pipeline.intake.tables import ExportFile, QuarantinedRow
from pipeline.site import Site
from pipeline.store.store import Store
from pipeline.warehouse import handover
from pipeline.warehouse.compact import due, merge
from pipeline.warehouse.handover import Handover, Note
from pipeline.warehouse.key import VARIABLE, FactsKey, facts_key
from pipeline.warehouse.manifest import Manifest, current, publishing, swap, sweep
from pipeline.warehouse.tables import CATALOGUE, QUARANTINE_COUNT, RUN
from pipeline.warehouse.writing import Offer, Publishing, instant_after, write_part

PUBLISHER = Actor(ActorKind.SYSTEM, "publish-facts", "nightly")


def run(site: Site, store: Store, clock: Clock, run_id: str) -> int:
    """Publish what the tasks of a run handed over, clear the dirty days it answers; returns how many rows were new."""
    parts = handover.complete(handover.folder_of(site, run_id))
    if not parts:
        return 0
    offers = {**_offers(parts), QUARANTINE_COUNT.full_name: _refused(store)}
    count = _publish(site.folders.facts, offers, run_id, clock.now_utc())
    for part in parts:
        built = pl.read_parquet(part.built)
        if built.height:
            with store.write(PUBLISHER, clock) as unit:
                dirty.clear(unit, built, part.note.dirty_generation)
    return count


def append(site: Site, clock: Clock, table: str, rows: pl.DataFrame, run_id: str) -> int:
    """Publish rows of one declared table by themselves; returns how many were new. Safe to run twice."""
    return _publish(site.folders.facts, {table: rows}, run_id, clock.now_utc())


def without_participants(site: Site, participants: list[str]) -> None:
    """Rewrite the published state without some participants, in the past too, and remove the files that held them."""
    facts, key = site.folders.facts, facts_key()
    with publishing(facts):
        manifest = current(facts)
        if manifest.parts:
            after = merge(facts, key, manifest, manifest.parts, without=participants)
            swap(facts, after)
            sweep(facts, after)


def _publish(facts: Path, offers: Mapping[str, Offer], run_id: str, now_utc: datetime) -> int:
    key = facts_key()
    with publishing(facts):
        before = current(facts)
        _refuse_mixed(facts, before, key)
        sweep(facts, before)
        after = write_part(Publishing(facts, key, run_id, instant_after(before, now_utc)), before, offers)
        if after is before:
            return 0
        swap(facts, after)
        _merge_due(facts, key, after)
    return sum(after.parts[-1].rows.values())


def _merge_due(facts: Path, key: FactsKey | None, manifest: Manifest) -> None:
    parts = due(manifest)
    if parts:
        swap(facts, merge(facts, key, manifest, parts))


def _refuse_mixed(facts: Path, manifest: Manifest, key: FactsKey | None) -> None:
    """A state is encrypted as a whole or not at all: a key that appears or disappears is never passed over."""
    wanted = key is not None
    if any(part.is_encrypted != wanted for part in manifest.parts):
        found = (
            "the published facts are in the clear, and a key is set" if wanted else "they are encrypted, no key is set"
        )
        mend = "Set the key they were published with, or move the folder away and state all days again"
        raise ConfigurationError([Fault(f"{facts}, {VARIABLE}", found, mend)])


def _offers(parts: Sequence[Handover]) -> dict[str, Offer]:
    """The files of all tasks by table, and their lineage. Every task brings the same catalogue: the last is taken."""
    tables = sorted({table for part in parts for table in part.files})
    offers: dict[str, Offer] = {t: [part.files[t] for part in parts if t in part.files] for t in tables}
    if CATALOGUE.full_name in offers:
        offers[CATALOGUE.full_name] = [part.files[CATALOGUE.full_name] for part in parts][-1:]
    return {**offers, RUN.full_name: _lineage([part.note for part in parts])}


def _refused(store: Store) -> pl.DataFrame:
    """How many rows are in quarantine, by the run that refused them, source, stream and rule; never the rows."""
    groups = (QuarantinedRow.run_id, ExportFile.source, QuarantinedRow.stream, QuarantinedRow.rule)
    asked = select(*groups, func.count()).join(ExportFile).group_by(*groups).order_by(*groups)
    with store.read() as session:
        rows = [tuple(row) for row in session.execute(asked)]
    return pl.DataFrame(rows, schema=list(QUARANTINE_COUNT.columns), orient="row")


def _lineage(notes: Sequence[Note]) -> pl.DataFrame:
    instants = [pl.col(name).str.to_datetime(time_zone="UTC") for name in ("started_at_utc", "finished_at_utc")]
    return pl.DataFrame([asdict(note) for note in notes]).with_columns(instants).select(list(RUN.columns))
