"""The first step: look through the drop folder, write down what is new, and plan how to read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.clock import Clock
from pipeline.intake.containers import content_name, dropped_files
from pipeline.intake.manifest import INTAKE, Found, set_counts, write_found, write_seen
from pipeline.intake.people import People
from pipeline.intake.plan import Plan, PlannedFile, load_plan, write_plan
from pipeline.intake.provenance import Provenance
from pipeline.intake.survey import Survey, Surveyor
from pipeline.intake.work import Work, appearing
from pipeline.site import Site
from pipeline.sources import all_sources
from pipeline.store.store import Store

PART = "discover"
BYTES_PER_MB = 1 << 20


def run(site: Site, store: Store, clock: Clock, run_id: str, paths: Sequence[Path] = ()) -> Plan:
    """Plan the reading of every new, grown or rewritten export file; what must be set aside is so at once.

    Looks through the drop folder, or through `paths` in its place. A run that has its plan keeps it.
    """
    work = Work.of(site, run_id)
    if not work.plan.is_dir():
        received_at_utc = clock.now_utc()
        roots = paths or [site.folders.exports]
        survey = _survey(site, store, received_at_utc, roots)
        _write_down(store, clock, run_id, survey)
        planned = [_planned(found) for found in survey.found if not found.code]
        with appearing(work.plan) as folder:
            write_plan(folder, received_at_utc, planned, site.run.chunk_mb * BYTES_PER_MB)
    return load_plan(work.plan)


def _survey(site: Site, store: Store, at_utc: datetime, roots: Sequence[Path]) -> Survey:
    every = (one for root in roots if root.exists() for one in dropped_files(root, site.folders.exports))
    # Paths may be given that lie in each other.
    dropped = list({one.container: one for one in every}.values())
    with store.read() as session:
        people = People.at(session, at_utc)
        provenance = Provenance.of(site, roots, dropped)
        surveyor = Surveyor(session, all_sources(), people.participant_of, provenance)
        return surveyor.look_through(dropped)


def _write_down(store: Store, clock: Clock, run_id: str, survey: Survey) -> None:
    """Files first as planned: a run that is killed after this leaves them to be found as unfinished."""
    with store.write(INTAKE, clock) as unit:
        write_found(unit.session, survey.found, run_id, clock.now_utc())
        write_seen(unit.session, survey.seen)
        set_counts(unit.session, run_id, PART, survey.counts)
        unit.record("intake.discovered", "run", run_id)


def _planned(found: Found) -> PlannedFile:
    return PlannedFile(
        export_file_id=found.export_file_id,
        container=found.container,
        member=found.member,
        name=content_name(found.name),
        digest=found.digest,
        size_bytes=found.size_bytes,
        source=found.identity.source,
        kind=found.identity.kind,
        export_id=found.identity.export_id,
        participant_id=found.participant_id or "",
    )
