"""The people of a site as CSV files: who takes part, with which phone and consent, and which clinicians answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

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
from pipeline.registry.purposes import is_purpose
from pipeline.registry.words import DutySpanKind, ParticipantStatus, TeamRole
from pipeline.site_folder.csv_files import Read, read_rows
from pipeline.vocabulary.ids import ClinicianId, ParticipantId

Row = TypeVar("Row")


class CareRole(StrEnum):
    """What a clinician is to a participant."""

    RESPONSIBLE = "responsible"
    DEPUTY = "deputy"
    MEMBER = "member"


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
        """Every fault of every file, in the files' order, then those between files."""
        reads: Sequence[Read[object]] = (
            self.participants,
            self.devices,
            self.clinicians,
            self.care_teams,
            self.duty,
            self.consents,
        )  # type: ignore[assignment]  # a Read of rows is read only here
        return tuple(fault for read in reads for fault in read.faults) + tuple(_cross_faults(self))


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


def _cross_faults(files: RosterFiles) -> Iterator[Fault]:
    participants = {row.participant_id for _, row in files.participants.rows}
    clinicians = {row.clinician_id for _, row in files.clinicians.rows}
    yield from _unknown("devices", files.devices.rows, lambda row: row.participant_id, participants, "participants")
    yield from _unknown("consents", files.consents.rows, lambda row: row.participant_id, participants, "participants")
    yield from _unknown(
        "care_teams", files.care_teams.rows, lambda row: row.participant_id, participants, "participants"
    )
    yield from _unknown("care_teams", files.care_teams.rows, lambda row: row.clinician_id, clinicians, "clinicians")
    yield from _unknown("duty", files.duty.rows, lambda row: row.clinician_id, clinicians, "clinicians")
    yield from _unanswered(files)
    yield from _without_lead(files)
    for line, row in files.duty.rows:
        if not row.is_whole:
            mend = "weekly needs weekday and zone; duty and leave need from_at_utc and to_at_utc"
            yield Fault(f"duty.csv:{line}", f"found a row of kind {row.kind} that is not whole", mend)
    for line, consent in files.consents.rows:
        if not is_purpose(consent.purpose):
            mend = "use collect, collect:<stream>, analyse_with_ai, alert_clinician, research or subgroup"
            yield Fault(f"consents.csv:{line} `purpose`", "found a purpose that does not exist", mend)


def _unknown(
    file: str,
    rows: Iterable[tuple[int, Row]],
    key: Callable[[Row], str],
    known: set[ParticipantId] | set[ClinicianId],
    other: str,
) -> Iterator[Fault]:
    for line, row in rows:
        if key(row) not in known:
            yield Fault(f"{file}.csv:{line}", f"found an id that {other}.csv does not have", f"add it to {other}.csv")


def _unanswered(files: RosterFiles) -> Iterator[Fault]:
    active = {row.clinician_id for _, row in files.clinicians.rows if row.is_active}
    named = {
        row.participant_id
        for _, row in files.care_teams.rows
        if row.role is CareRole.RESPONSIBLE and row.clinician_id in active
    }
    for line, row in files.participants.rows:
        if row.status is ParticipantStatus.ACTIVE and row.participant_id not in named:
            found = f"found the active participant {row.participant_id} without a responsible clinician who is active"
            yield Fault(f"participants.csv:{line}", found, "name one in care_teams.csv with the role responsible")


def _without_lead(files: RosterFiles) -> Iterator[Fault]:
    leads = [row for _, row in files.clinicians.rows if row.is_service_lead and row.is_active]
    if len(leads) != 1:
        found = f"found {len(leads)} active service leads"
        yield Fault("clinicians.csv", found, "set is_service_lead to true for exactly one active clinician")
