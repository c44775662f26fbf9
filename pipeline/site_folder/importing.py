"""Bringing the CSV files of a site into the registry: all of them, or nothing and every fault."""

from __future__ import annotations

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.acceptance import accept_roster
from pipeline.registry.imports import import_rows
from pipeline.registry.keys import SiteKey, ensure_keys
from pipeline.site import Site
from pipeline.site_folder.roster_faults import faults_of
from pipeline.site_folder.rosters import read_rosters
from pipeline.store.store import Store

IMPORTER = Actor(ActorKind.SYSTEM, "site-files", "import")


def bring_in(site: Site, store: Store, clock: Clock, key: SiteKey) -> tuple[Fault, ...]:
    """Import the site's CSV files and accept the roster; with a fault anywhere nothing changes, and all are given."""
    files = read_rosters(site.folders.root)
    faults = faults_of(files)
    if faults:
        return faults
    try:
        with store.write(IMPORTER, clock) as uow:
            import_rows(uow, [event for _, event in files.events()], "site")
            ensure_keys(uow, key)
            accept_roster(uow)
    except ConfigurationError as error:
        return error.faults
    return ()
