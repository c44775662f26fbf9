"""Checking a site: every fault of its files and of the roster they make, and where a flag would go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Fault
from pipeline.opening import Opened, opened
from pipeline.registry.faults import chain_of, roster_faults, roster_warnings
from pipeline.registry.roster import Roster, roster_at
from pipeline.site_folder.importing import bring_in
from pipeline.vocabulary.ids import ClinicianId, ParticipantId


@dataclass(frozen=True)
class Route:
    """The named people to whom a participant's flag would go, in order."""

    participant_id: ParticipantId
    clinicians: Sequence[ClinicianId]


@dataclass(frozen=True)
class Report:
    """What a check found."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    routes: tuple[Route, ...]


def checked(root: Path) -> Report:
    """Check a site; files without a fault are taken into the registry, as a nightly run would.

    Raises:
        ConfigurationError: the settings themselves have faults; all are listed.
    """
    with opened(root) as place:
        faults = bring_in(place.site, place.store, place.clock, place.key)
        roster = _present(place)
    found = tuple(dict.fromkeys((*faults, *roster_faults(roster))))
    return Report(found, tuple(roster_warnings(roster)), _routes(roster))


def _present(place: Opened) -> Roster:
    with place.store.read() as session:
        return roster_at(session, place.clock.now_utc())


def _routes(roster: Roster) -> tuple[Route, ...]:
    return tuple(Route(one, chain_of(roster, one)) for one in roster.active_participants)
