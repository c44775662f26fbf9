"""Bringing the CSV files of a site into the registry: all of them, or nothing and every fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.acceptance import accept_roster
from pipeline.registry.events import Dated
from pipeline.registry.imports import import_rows
from pipeline.registry.keys import SiteKey, ensure_keys
from pipeline.site import Site
from pipeline.site_folder.rosters import RosterFiles, read_rosters
from pipeline.store.store import Store

IMPORTER = Actor(ActorKind.SYSTEM, "site-files", "import")


def bring_in(site: Site, store: Store, clock: Clock, key: SiteKey) -> tuple[Fault, ...]:
    """Import the site's CSV files and accept the roster; with a fault anywhere nothing changes, and all are given."""
    files = read_rosters(site.folders.root)
    if files.faults:
        return files.faults
    try:
        with store.write(IMPORTER, clock) as uow:
            import_rows(uow, list(events_of(files)), "site")
            ensure_keys(uow, key)
            accept_roster(uow)
    except ConfigurationError as error:
        return error.faults
    return ()


def events_of(files: RosterFiles) -> Iterator[Dated]:
    """Every row of every file as events of the registry."""
    yield from _rows(files.clinicians.rows)
    yield from (row for _, row in files.participants.rows)
    yield from (row for _, row in files.devices.rows)
    yield from _rows(files.care_teams.rows)
    yield from _rows(files.duty.rows)
    yield from (row for _, row in files.consents.rows)


def _rows(rows: Iterable[tuple[int, object]]) -> Iterator[Dated]:
    for _, row in rows:
        yield from row.events()  # type: ignore[attr-defined]  # clinicians, care teams and duty all have events
