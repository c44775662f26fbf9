"""Checking a site: every fault of its files and of the roster they make, and where a flag would go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import Fault
from pipeline.opening import Opened, opened
from pipeline.registry.faults import chain_of, roster_faults, roster_warnings
from pipeline.registry.purposes import ALERT_CLINICIAN, ANALYSE_WITH_AI
from pipeline.registry.roster import Roster, roster_at
from pipeline.site_folder.importing import bring_in
from pipeline.site_folder.rosters import RosterFiles, read_rosters
from pipeline.vocabulary.ids import ClinicianId, ParticipantId


@dataclass(frozen=True)
class Route:
    """The named people to whom a participant's flag would go, in order."""

    participant_id: ParticipantId
    clinicians: Sequence[ClinicianId]


@dataclass(frozen=True)
class Report:
    """What a check found. In commissioning nothing is routed until a named human accepts the site's figures."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    routes: tuple[Route, ...] = ()
    is_commissioned: bool = False


def checked(root: Path) -> Report:
    """Check a site; files without a fault are taken into the registry, as a nightly run would.

    Raises:
        ConfigurationError: the settings themselves have faults; all are listed.
    """
    with opened(root) as place:
        faults = bring_in(place.site, place.store, place.clock, place.key)
        roster = _present(place)
    lines = _lines(read_rosters(root))
    return Report(
        faults=_located((*faults, *roster_faults(roster)), lines),
        warnings=_located((*roster_warnings(roster), *_unconsented(roster)), lines),
        routes=tuple(Route(one, chain_of(roster, one)) for one in roster.active_participants),
        is_commissioned=roster.is_commissioned(),
    )


def _present(place: Opened) -> Roster:
    with place.store.read() as session:
        return roster_at(session, place.clock.now_utc())


def _unconsented(roster: Roster) -> Iterator[Fault]:
    """Active participants without a consent that the way to a clinician needs."""
    for one in roster.active_participants:
        for purpose, means in ((ANALYSE_WITH_AI, "not judged"), (ALERT_CLINICIAN, "judged, and no flag is routed")):
            if not roster.has_consent(one, purpose):
                mend = f"They are {means}. Record the consent in consents.csv, or set the status to paused"
                yield Fault(f"participant {one}", f"found no consent to {purpose}", mend)


def _lines(files: RosterFiles) -> dict[str, str]:
    """Where in the files those stand of whom the registry speaks."""
    people = {f"participant {row.participant_id}": f"participants.csv:{line}" for line, row in files.participants.rows}
    phones = {f"device {row.source}/{row.export_id}": f"devices.csv:{line}" for line, row in files.devices.rows}
    return people | phones


def _located(faults: Sequence[Fault], lines: dict[str, str]) -> tuple[Fault, ...]:
    """Each fault once, with its file and line where it has none."""
    placed = (
        replace(fault, where=f"{lines[fault.where]} {fault.where}") if fault.where in lines else fault
        for fault in faults
    )
    return tuple(dict.fromkeys(placed))
