"""The people of a site as CSV files: who takes part, with which phone and consent, and which clinicians answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipeline.errors import Fault
from pipeline.registry.events import (
    Clinician,
    Consent,
    Dated,
    Device,
    DutyHours,
    DutySpan,
    Participant,
    Responsibility,
    ServiceLead,
    TeamMember,
)
from pipeline.registry.words import CareRole, DutySpanKind, TeamRole
from pipeline.site_folder.csv_files import Read, read_rows
from pipeline.vocabulary.ids import ClinicianId, ParticipantId


class DutyKind(StrEnum):
    """What a row of `duty.csv` says."""

    WEEKLY = "weekly"
    DUTY = "duty"
    LEAVE = "leave"


@dataclass(frozen=True)
class ClinicianRow:
    """One row of `clinicians.csv`; exactly one clinician is the service lead."""

    clinician_id: ClinicianId
    display_name: str
    role: str
    licence_id: str | None = None
    licence_jurisdiction: str | None = None
    is_active: bool = True
    is_service_lead: bool = False

    def events(self) -> Iterator[Dated]:
        """The row as events of the registry."""
        yield Clinician(
            self.clinician_id,
            self.display_name,
            self.role,
            self.licence_id,
            self.licence_jurisdiction,
            is_active=self.is_active,
        )
        if self.is_service_lead:
            yield ServiceLead(self.clinician_id)


@dataclass(frozen=True)
class CareTeamRow:
    """One row of `care_teams.csv`; every active participant needs exactly one responsible clinician."""

    participant_id: ParticipantId
    clinician_id: ClinicianId
    role: CareRole

    def events(self) -> Iterator[Dated]:
        """The row as an event of the registry."""
        if self.role is CareRole.RESPONSIBLE:
            yield Responsibility(self.participant_id, self.clinician_id)
        else:
            yield TeamMember(self.participant_id, self.clinician_id, TeamRole(self.role))


@dataclass(frozen=True)
class DutyRow:
    """One row of `duty.csv`: weekly hours in a zone (weekday 1 is Monday), or a dated span of duty or leave."""

    clinician_id: ClinicianId
    kind: DutyKind
    weekday: Annotated[int, Field(ge=1, le=7)] | None = None
    starts_local: time | None = None
    ends_local: time | None = None
    zone: str | None = None
    from_at_utc: datetime | None = None
    to_at_utc: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the row has what its kind needs."""
        if self.kind is DutyKind.WEEKLY:
            return None not in {self.weekday, self.zone}
        return self.from_at_utc is not None and self.to_at_utc is not None

    def events(self) -> Iterator[Dated]:
        """The row as an event of the registry."""
        if self.kind is DutyKind.WEEKLY and self.weekday is not None and self.zone is not None:
            yield DutyHours(self.clinician_id, self.weekday, self.starts_local, self.ends_local, self.zone)
        elif self.from_at_utc is not None and self.to_at_utc is not None:
            yield DutySpan(self.clinician_id, DutySpanKind(self.kind), self.from_at_utc, self.to_at_utc)


@dataclass(frozen=True)
class RosterFiles:
    """What the CSV files of a site say, each row with its line."""

    participants: Read[Participant]
    devices: Read[Device]
    clinicians: Read[ClinicianRow]
    care_teams: Read[CareTeamRow]
    duty: Read[DutyRow]
    consents: Read[Consent]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with single cells, rows and headers, in the order of the files."""
        return tuple(fault for name in FILES for fault in self.read_of(name).faults)

    def read_of(self, name: str) -> Read[object]:
        """What the file of a name held."""
        held: Read[object] = getattr(self, name)
        return held

    def events(self) -> Iterator[tuple[str, Dated]]:
        """Every row as events of the registry, each with the file and line on which it stands."""
        for name in FILES:
            for line, row in self.read_of(name).rows:
                for event in _events_of(row):
                    yield f"{name}.csv:{line}", event


FILES: dict[str, type] = {
    "participants": Participant,
    "devices": Device,
    "clinicians": ClinicianRow,
    "care_teams": CareTeamRow,
    "duty": DutyRow,
    "consents": Consent,
}


def read_rosters(root: Path) -> RosterFiles:
    """Read the six CSV files of a site folder; a file that is not there has no rows."""
    return RosterFiles(**{name: read_rows(root / f"{name}.csv", kind) for name, kind in FILES.items()})


def _events_of(row: object) -> Iterator[Dated]:
    if isinstance(row, ClinicianRow | CareTeamRow | DutyRow):
        yield from row.events()
    elif isinstance(row, Dated):
        yield row
