"""Tables of the registry: events that are only ever added, the keys of participants, and what was last imported."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.audit.event import ActorKind
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
from pipeline.store.base import BIG_KEY, Base, word_of


class ParticipantRow(Base):
    """Every participant ever registered, for others to refer to."""

    __tablename__ = "participant"

    participant_id: Mapped[str] = mapped_column(primary_key=True)


class ClinicianRow(Base):
    """Every clinician ever registered, for others to refer to."""

    __tablename__ = "clinician"

    clinician_id: Mapped[str] = mapped_column(primary_key=True)


def participant_reference() -> Mapped[str]:
    """A column that names a registered participant; checked when the transaction ends, so order does not matter."""
    key = ForeignKey("participant.participant_id", deferrable=True, initially="DEFERRED")
    return mapped_column(key, index=True)


def clinician_reference() -> Mapped[str]:
    """A column that names a registered clinician; checked when the transaction ends, so order does not matter."""
    key = ForeignKey("clinician.clinician_id", deferrable=True, initially="DEFERRED")
    return mapped_column(key, index=True)


class Recorded:
    """What every table of dated events has: since when it holds, when it was recorded, and by whom."""

    event_id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, sort_order=-10)
    effective_at_utc: Mapped[datetime] = mapped_column(sort_order=-9)
    recorded_at_utc: Mapped[datetime] = mapped_column(sort_order=-8)
    recorded_by_kind: Mapped[ActorKind] = mapped_column(word_of(ActorKind, "recorded_by_kind"), sort_order=-7)
    recorded_by: Mapped[str] = mapped_column(sort_order=-6)


class ParticipantEvent(Recorded, Base):
    """Enrolments and their changes."""

    __tablename__ = "participant_event"

    participant_id: Mapped[str] = participant_reference()
    status: Mapped[ParticipantStatus] = mapped_column(word_of(ParticipantStatus, "status"))
    zone: Mapped[str]
    work_pattern: Mapped[str | None] = mapped_column(String(7))


class DeviceEvent(Recorded, Base):
    """Phones and when they were in use."""

    __tablename__ = "device_event"

    participant_id: Mapped[str] = participant_reference()
    device_id: Mapped[str]
    source: Mapped[str]
    export_id: Mapped[str]
    os: Mapped[OperatingSystem] = mapped_column(word_of(OperatingSystem, "os"))
    in_use_from_utc: Mapped[datetime]
    in_use_to_utc: Mapped[datetime | None]


class ClinicianEvent(Recorded, Base):
    """Clinicians and whether they are active."""

    __tablename__ = "clinician_event"

    clinician_id: Mapped[str] = clinician_reference()
    display_name: Mapped[str]
    role: Mapped[str]
    licence_id: Mapped[str | None]
    licence_jurisdiction: Mapped[str | None]
    is_active: Mapped[bool]


class CredentialEvent(Recorded, Base):
    """What a clinician's sign-in is checked against: a salted, slow hash."""

    __tablename__ = "credential_event"

    clinician_id: Mapped[str] = clinician_reference()
    credential_hash: Mapped[str]


class ResponsibilityEvent(Recorded, Base):
    """Who answers for a participant: always exactly one named clinician."""

    __tablename__ = "responsibility_event"

    participant_id: Mapped[str] = participant_reference()
    clinician_id: Mapped[str] = clinician_reference()


class TeamMemberEvent(Recorded, Base):
    """Deputies and members of care teams."""

    __tablename__ = "team_member_event"

    participant_id: Mapped[str] = participant_reference()
    clinician_id: Mapped[str] = clinician_reference()
    role: Mapped[TeamRole] = mapped_column(word_of(TeamRole, "role"))
    is_member: Mapped[bool]


class ServiceLeadEvent(Recorded, Base):
    """Who leads the service."""

    __tablename__ = "service_lead_event"

    clinician_id: Mapped[str] = clinician_reference()


class DutyHoursEvent(Recorded, Base):
    """Weekly duty."""

    __tablename__ = "duty_hours_event"
    __table_args__ = (CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),)

    clinician_id: Mapped[str] = clinician_reference()
    weekday: Mapped[int]
    starts_local: Mapped[time | None] = mapped_column(Time)
    ends_local: Mapped[time | None] = mapped_column(Time)
    zone: Mapped[str]


class DutySpanEvent(Recorded, Base):
    """Dated duty and leave."""

    __tablename__ = "duty_span_event"
    __table_args__ = (CheckConstraint("to_at_utc >= from_at_utc", name="ends_after_start"),)

    clinician_id: Mapped[str] = clinician_reference()
    kind: Mapped[DutySpanKind] = mapped_column(word_of(DutySpanKind, "kind"))
    from_at_utc: Mapped[datetime]
    to_at_utc: Mapped[datetime]


class ConsentEvent(Recorded, Base):
    """Consents given and withdrawn, purpose by purpose."""

    __tablename__ = "consent_event"

    participant_id: Mapped[str] = participant_reference()
    purpose: Mapped[str]
    status: Mapped[ConsentStatus] = mapped_column(word_of(ConsentStatus, "status"))
    disclosure_version: Mapped[str]
    basis: Mapped[str]


class SwitchEvent(Recorded, Base):
    """Commissioning and stops."""

    __tablename__ = "switch_event"
    __table_args__ = (
        CheckConstraint("kind <> 'commissioned' OR recorded_by_kind <> 'system'", name="commissioned_by_a_human"),
    )

    kind: Mapped[SwitchKind] = mapped_column(word_of(SwitchKind, "kind"))
    scope: Mapped[SwitchScope] = mapped_column(word_of(SwitchScope, "scope"))
    scope_id: Mapped[str]
    is_on: Mapped[bool]


class ExceptionalDaysEvent(Recorded, Base):
    """Days on which unlikeness is expected."""

    __tablename__ = "exceptional_days_event"

    participant_id: Mapped[str] = participant_reference()
    first_day: Mapped[date]
    last_day: Mapped[date]
    kind: Mapped[ExceptionalKind] = mapped_column(word_of(ExceptionalKind, "kind"))
    is_void: Mapped[bool]


class SubgroupEvent(Recorded, Base):
    """Attributes for fairness audits, sealed with the participant's key; none when taken back."""

    __tablename__ = "subgroup_event"

    participant_id: Mapped[str] = participant_reference()
    attribute: Mapped[str]
    sealed_value: Mapped[bytes | None]


class IdentityEvent(Recorded, Base):
    """The identity link (clinic record number, name), sealed with the participant's key."""

    __tablename__ = "identity_event"

    participant_id: Mapped[str] = participant_reference()
    sealed_identity: Mapped[bytes]


class AcceptedRoster(Recorded, Base):
    """Instants at which the registry was found without fault: what was known then is safe to go on with."""

    __tablename__ = "accepted_roster"

    known_at_utc: Mapped[datetime]


class ImportedRow(Recorded, Base):
    """Rows as they were last read from a file, against which the next file is compared."""

    __tablename__ = "imported_row"

    kind: Mapped[str]
    row_key: Mapped[str] = mapped_column(index=True)
    row_json: Mapped[str]
    source_label: Mapped[str]


class RegistryHead(Base):
    """The last instant at which the registry was changed; locked by every edit, so that edits follow each other."""

    __tablename__ = "registry_head"
    __table_args__ = (CheckConstraint("head_id = 1", name="single_row"),)

    head_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at_utc: Mapped[datetime | None]
    accepted_at_utc: Mapped[datetime | None]


class ParticipantKey(Base):
    """A participant's own key, wrapped by the site's; destroyed by leaving nothing of it."""

    __tablename__ = "participant_key"

    participant_id: Mapped[str] = mapped_column(
        ForeignKey("participant.participant_id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    wrapped_key: Mapped[bytes | None]
    created_at_utc: Mapped[datetime]
    destroyed_at_utc: Mapped[datetime | None]
