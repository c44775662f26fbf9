"""What can be recorded in the registry, one frozen value each; a later one about the same thing takes its place.

`effective_at_utc` is the instant from which a value holds, by default the one at which it is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from pipeline.registry.words import (
    ConsentStatus,
    DutySpanKind,
    ExceptionalKind,
    OperatingSystem,
    ParticipantStatus,
    SwitchKind,
    SwitchScope,
    TeamRole,
)
from pipeline.vocabulary.ids import ClinicianId, DeviceId, ParticipantId

SITE = "site"
"""The scope id of a switch that is about the whole site."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What every event of the registry has."""

    effective_at_utc: datetime | None = None


@dataclass(frozen=True)
class Participant(Dated):
    """An enrolment: status, the IANA zone to begin with, and which weekdays are worked.

    `work_pattern` has seven letters from Monday on, W for work and R for rest; None where work has no weekly form.
    """

    participant_id: ParticipantId
    status: ParticipantStatus
    zone: str
    work_pattern: str | None = "WWWWWRR"


@dataclass(frozen=True)
class Device(Dated):
    """A phone in use by a participant, from an instant on and up to another; `export_id` is the platform's own id."""

    participant_id: ParticipantId
    device_id: DeviceId
    source: str
    export_id: str
    os: OperatingSystem
    in_use_from_utc: datetime
    in_use_to_utc: datetime | None = None

    def is_in_use(self, at_utc: datetime) -> bool:
        """Whether the phone was this participant's at an instant."""
        return self.in_use_from_utc <= at_utc and (self.in_use_to_utc is None or at_utc < self.in_use_to_utc)


@dataclass(frozen=True)
class Clinician(Dated):
    """A named clinician, the licence they act under, and whether they are active here."""

    clinician_id: ClinicianId
    display_name: str
    role: str
    licence_id: str | None = None
    licence_jurisdiction: str | None = None
    is_active: bool = True


@dataclass(frozen=True)
class Responsibility(Dated):
    """The one clinician who answers for a participant; recording another hands over."""

    participant_id: ParticipantId
    clinician_id: ClinicianId


@dataclass(frozen=True)
class TeamMember(Dated):
    """A deputy or member of a participant's care team, or one who left it."""

    participant_id: ParticipantId
    clinician_id: ClinicianId
    role: TeamRole
    is_member: bool = True


@dataclass(frozen=True)
class ServiceLead(Dated):
    """The clinician to whom everything goes that reaches nobody else."""

    clinician_id: ClinicianId


@dataclass(frozen=True)
class DutyHours(Dated):
    """One weekday's hours (1 is Monday) in the clinic's zone; hours that end before they start last over midnight.

    No hours means no duty on that weekday.
    """

    clinician_id: ClinicianId
    weekday: int
    starts_local: time | None
    ends_local: time | None
    zone: str


@dataclass(frozen=True)
class DutySpan(Dated):
    """Dated duty or leave; one that ends as it begins takes back what was recorded with the same beginning."""

    clinician_id: ClinicianId
    kind: DutySpanKind
    from_at_utc: datetime
    to_at_utc: datetime


@dataclass(frozen=True)
class Consent(Dated):
    """What a participant said to one purpose, to which version of the disclosure, and on what basis it is known."""

    participant_id: ParticipantId
    purpose: str
    status: ConsentStatus
    disclosure_version: str
    basis: str


@dataclass(frozen=True)
class Switch(Dated):
    """Whether a site, rule or participant is commissioned (by a human) or stopped."""

    kind: SwitchKind
    scope: SwitchScope
    scope_id: str
    is_on: bool


@dataclass(frozen=True)
class ExceptionalDays(Dated):
    """Local days, first to last inclusive, on which unlikeness is expected; void when taken back."""

    participant_id: ParticipantId
    first_day: date
    last_day: date
    kind: ExceptionalKind
    is_void: bool = False
