"""The build step: dirty days and the lake become one part of facts, complete and in order, for the publisher.

A family that fails for one participant does not stop the night: it is tried again person by person, and who it fails
for is set aside with a code. Their dirty days stay dirty and their ledger stays where it was, so the next night tries
again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import polars as pl

from features.agenda import Known, agenda, ledger_after
from features.catalogue import all_families, catalogue_frame
from features.cohort import read_cohort
from features.declaration import Family, Observations
from features.gather import pieces
from features.grid import FACTS
from features.stating import FAILURES, NOBODY, Task, state, state_families
from pipeline.clock import Clock
from pipeline.intake import dirty
from pipeline.site import Folders, Site
from pipeline.store.store import Store
from pipeline.vocabulary.ids import SHARD_COUNT
from pipeline.warehouse import handover, read
from pipeline.warehouse.handover import Note
from pipeline.warehouse.tables import CATALOGUE, SET_ASIDE, STATED


def run(site: Site, store: Store, clock: Clock, run_id: str, shards: tuple[int, int]) -> Path:
    """State what a half-open range of shards needs stated; returns the part's file of daily facts."""
    started = clock.now_utc()
    # The generation first: what is marked after it is not cleared.
    with store.read() as session:
        generation, pending = dirty.generation(session), dirty.pending(session, shards)
    task = _task(site, store, started, shards, pending)
    folder, task_id = handover.folder_of(site, run_id), f"shards-{shards[0]:02d}-{shards[1]:02d}"
    failures, row_count = _write_facts(task, folder, task_id)
    failed = failures.select("participant_id").unique()
    note = Note(
        task_id=task_id,
        step="build",
        started_at_utc=started.isoformat(),
        finished_at_utc=clock.now_utc().isoformat(),
        code_version=version("evenkeel"),
        config_digest=config_digest(site),
        participant_count=len(task.cohort.participants),
        set_aside_count=failed.height,
        dirty_generation=generation,
        row_count=row_count,
    )
    tables = {
        CATALOGUE.full_name: catalogue_frame(task.families),
        STATED.full_name: _ledger(task, failures),
        SET_ASIDE.full_name: failures,
    }
    return handover.write(folder, note, tables, built=pending.join(failed, on="participant_id", how="anti"))


def compute(families: Sequence[Family], observations: Observations) -> pl.DataFrame:
    """State some families for the wanted days of plain frames, as in a notebook: `features.grid.FACTS`, sorted.

    Families are computed in the order given; those that come `after` others are handed what these said.
    """
    return state_families(families, observations, refused={family.name: NOBODY for family in families})


def config_digest(site: Site) -> str:
    """A digest of a site's settings, without where it lies."""
    settings = replace(site, folders=Folders(Path()), database_url=None)
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]


def _task(site: Site, store: Store, clock_at: datetime, shards: tuple[int, int], pending: pl.DataFrame) -> Task:
    with store.read() as session:
        everywhere = dirty.pending(session, (0, SHARD_COUNT))
        cohort = read_cohort(session, clock_at, shards)
    ledger = read.stated(site)
    known = Known(
        dirty=pending,
        ledger=ledger.join(cohort.enrolled, on="participant_id", how="semi"),
        until_utc=clock_at,
        is_retrospective=site.is_retrospective,
        data_days=_data_days(everywhere, ledger),
    )
    families = all_families()
    return Task(site, families, cohort, agenda(families, cohort, known, site.day_starts_h))


def _data_days(pending: pl.DataFrame, ledger: pl.DataFrame) -> tuple[date, date] | None:
    """The first and last day on which anybody's data are known: new ones, or ones stated before."""
    days = pl.concat([pending["local_day"], *(ledger[name].rename("local_day") for name in ("first_day", "last_day"))])
    first, last = days.min(), days.max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


def _write_facts(task: Task, folder: Path, task_id: str) -> tuple[pl.DataFrame, int]:
    """State the agenda piece by piece into the part's file; returns who was set aside and how many rows there are."""
    failures, earlier, row_count = [pl.DataFrame(schema=FAILURES)], pl.DataFrame(schema=FACTS), 0
    with handover.daily_writer(folder, task_id, FACTS) as append:
        for piece in pieces(task.site.folders.lake, task.families, task.agenda):
            same_people = earlier.join(piece.all_wanted, on="participant_id", how="semi")
            outcome = state(task, piece, same_people)
            append(outcome.facts)
            failures.append(outcome.failures)
            row_count += outcome.facts.height
            earlier = pl.concat([same_people, outcome.facts])
    failed = pl.concat(failures).unique(["participant_id", "family"], keep="first", maintain_order=True)
    return failed.sort("participant_id", "family"), row_count


def _ledger(task: Task, failures: pl.DataFrame) -> pl.DataFrame:
    """The ledger after this task: it does not advance where a family failed."""
    return ledger_after(task.families, task.agenda.days).join(failures, on=["participant_id", "family"], how="anti")
