"""Opening a site: its settings, its store brought up to date, its clock and its key, ready for a step or a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.clock import Clock, FixedClock, SystemClock
from pipeline.registry.acceptance import WorkingRoster, working_roster
from pipeline.registry.keys import SiteKey, site_key
from pipeline.registry.roster import Roster
from pipeline.site import Site
from pipeline.site_folder.settings import load_site
from pipeline.store.store import Store, open_store


@dataclass(frozen=True)
class Opened:
    """A site that is ready to be worked on."""

    site: Site
    store: Store
    clock: Clock
    key: SiteKey

    def working_roster(self) -> WorkingRoster:
        """The roster as it is now, or the last accepted one where the present has a fault."""
        with self.store.read() as session:
            return working_roster(session, self.clock.now_utc())

    def roster(self) -> Roster:
        """The roster to go on with."""
        return self.working_roster().roster


@contextmanager
def opened(root: Path, clock: Clock | None = None) -> Iterator[Opened]:
    """Open the site in a folder, and give back its connections at the end.

    Raises:
        ConfigurationError: with every fault of the settings, or where the site's key is missing.
    """
    site = load_site(root)
    site.folders.var.mkdir(parents=True, exist_ok=True)
    store = open_store(site.store_url)
    try:
        store.migrate()
        yield Opened(site, store, clock or _clock_of(site), site_key(site.folders.site_key))
    finally:
        store.close()


def _clock_of(site: Site) -> Clock:
    """The machine's clock. A synthetic site may be shown at another instant through EVENKEEL_NOW; a real one never."""
    fixed = os.environ.get("EVENKEEL_NOW")
    if fixed and site.is_synthetic:
        return FixedClock(datetime.fromisoformat(fixed))
    return SystemClock()
