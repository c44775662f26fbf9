"""A small clinic for tests of the store: who acts, and two participants with a clinician, a deputy and a lead."""

from __future__ import annotations

from datetime import UTC, datetime, time

from pipeline.audit.event import Actor, ActorKind
from pipeline.registry.events import Clinician, Dated, DutyHours, Participant, Responsibility, ServiceLead, TeamMember
from pipeline.registry.record import record
from pipeline.registry.words import ParticipantStatus, TeamRole
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import ClinicianId, ParticipantId

OPERATOR = Actor(ActorKind.OPERATOR, "op-1", "operator")
SYSTEM = Actor(ActorKind.SYSTEM, "nightly", "system")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
"""A Monday."""

ADA, BEN, LEAD = ClinicianId("ada"), ClinicianId("ben"), ClinicianId("lead")
FIRST, SECOND = ParticipantId("p-1"), ParticipantId("p-2")


def as_clinician(clinician_id: ClinicianId) -> Actor:
    """A clinician as the one who acts."""
    return Actor(ActorKind.CLINICIAN, clinician_id, "psychiatrist")


def clinician(clinician_id: ClinicianId, *, is_active: bool = True) -> Clinician:
    """A clinician with an invented name."""
    return Clinician(clinician_id, f"Dr {clinician_id.title()}", "psychiatrist", is_active=is_active)


def participant(
    participant_id: ParticipantId, status: ParticipantStatus = ParticipantStatus.ACTIVE, zone: str = "Europe/Berlin"
) -> Participant:
    """A participant of the clinic."""
    return Participant(participant_id, status, zone)


def weekdays(clinician_id: ClinicianId, first: int = 1, last: int = 5) -> list[DutyHours]:
    """Nine to five from one weekday to another, in Berlin."""
    return [DutyHours(clinician_id, day, time(9), time(17), "Europe/Berlin") for day in range(first, last + 1)]


def clinic() -> list[Dated]:
    """Two participants of Ada's, with Ben as deputy of the first; everybody at work on weekdays."""
    staff = (ADA, BEN, LEAD)
    return [
        *(clinician(one) for one in staff),
        *(hours for one in staff for hours in weekdays(one)),
        ServiceLead(LEAD),
        participant(FIRST),
        participant(SECOND),
        Responsibility(FIRST, ADA),
        Responsibility(SECOND, ADA),
        TeamMember(FIRST, BEN, TeamRole.DEPUTY),
    ]


def record_all(uow: UnitOfWork, *events: Dated) -> None:
    """Record events in their order."""
    for event in events:
        record(uow, event)
