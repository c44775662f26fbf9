"""Opening a site: its settings, its store brought up to date, its clock and its key, ready for a step or a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from pipeline.clock import Clock, FixedClock, SystemClock
from pipeline.errors import ConfigurationError, Fault
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
        ConfigurationError: with every fault of the settings; the site's key is missing; the store cannot be opened.
    """
    site = load_site(root)
    site.folders.var.mkdir(parents=True, exist_ok=True)
    store = open_store(site.store_url)
    try:
        _bring_up_to_date(store)
        yield Opened(site, store, clock or _clock_of(site), site_key(site.folders.site_key))
    finally:
        store.close()


def _bring_up_to_date(store: Store) -> None:
    """Bring the store's schema to this version; a store that is none, or a newer one's, is a fault of the site."""
    try:
        store.migrate()
    except DBAPIError as error:
        mend = "Look at EVENKEEL_DATABASE_URL, and at who may read and write there"
        raise _unusable(f"found one that cannot be opened ({type(error.orig).__name__})", mend) from error
    except CommandError as error:
        raise _unusable("found one that a newer version wrote", "Install the version that wrote it") from error


def _unusable(found: str, mend: str) -> ConfigurationError:
    return ConfigurationError([Fault("relational store", found, mend)])


def _clock_of(site: Site) -> Clock:
    """The machine's clock. A synthetic site may be shown at another instant through EVENKEEL_NOW; a real one never."""
    fixed = os.environ.get("EVENKEEL_NOW")
    if not fixed or not site.is_synthetic:
        return SystemClock()
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError as error:
        raise _no_instant() from error
    if instant.tzinfo is None:
        raise _no_instant()
    return FixedClock(instant.astimezone(UTC))


def _no_instant() -> ConfigurationError:
    found = "found text that is no instant with an offset"
    return ConfigurationError([Fault("EVENKEEL_NOW", found, "Write it as in 2026-03-01T09:00:00+00:00")])
