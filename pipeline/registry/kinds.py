"""Every kind of registry event in one place: its value, its table, and what makes two of them about one thing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from pipeline.registry import tables
from pipeline.registry.events import (
    Clinician,
    Consent,
    Dated,
    Device,
    DutyHours,
    DutySpan,
    ExceptionalDays,
    Participant,
    Responsibility,
    ServiceLead,
    Switch,
    TeamMember,
)

Event = TypeVar("Event", bound=Dated)
EFFECTIVE = "effective_at_utc"


@dataclass(frozen=True)
class Kind(Generic[Event]):
    """One kind of event. Columns of the table are named like the fields of the value.

    `has_own_span` says that the value carries the instants between which it holds, so that a state includes it
    whatever its effective instant. `is_whole` says that a file's row is taken whole or not at all: its fields are
    never merged with what was recorded elsewhere.
    """

    name: str
    event: type[Event]
    table: type[tables.Recorded]
    key: tuple[str, ...]
    has_own_span: bool = False
    is_whole: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The value's own fields, without the effective instant."""
        return tuple(field.name for field in fields(self.event) if field.name != EFFECTIVE)

    def made(self, effective_at_utc: datetime, fields: Mapping[str, object]) -> Event:
        """The value with these fields, as a row of the table gives them."""
        make: Callable[..., Event] = self.event
        return make(effective_at_utc=effective_at_utc, **fields)

    def key_of(self, event: Event) -> tuple[Hashable, ...]:
        """What the event is about."""
        return tuple(getattr(event, name) for name in self.key)

    def object_id(self, event: Event) -> str:
        """What the event is about, as an audit event names it."""
        values = (getattr(event, name) for name in self.key)
        return "/".join(_text(value) for value in values) or self.name


PARTICIPANT = Kind("participant", Participant, tables.ParticipantEvent, ("participant_id",))
DEVICE = Kind("device", Device, tables.DeviceEvent, ("participant_id", "device_id"), has_own_span=True)
CLINICIAN = Kind("clinician", Clinician, tables.ClinicianEvent, ("clinician_id",))
RESPONSIBILITY = Kind("responsibility", Responsibility, tables.ResponsibilityEvent, ("participant_id",))
TEAM_MEMBER = Kind("team_member", TeamMember, tables.TeamMemberEvent, ("participant_id", "clinician_id"))
SERVICE_LEAD = Kind("service_lead", ServiceLead, tables.ServiceLeadEvent, ())
DUTY_HOURS = Kind("duty_hours", DutyHours, tables.DutyHoursEvent, ("clinician_id", "weekday"))
DUTY_SPAN = Kind(
    "duty_span", DutySpan, tables.DutySpanEvent, ("clinician_id", "kind", "from_at_utc"), has_own_span=True
)
CONSENT = Kind("consent", Consent, tables.ConsentEvent, ("participant_id", "purpose"), is_whole=True)
SWITCH = Kind("switch", Switch, tables.SwitchEvent, ("kind", "scope", "scope_id"))
EXCEPTIONAL_DAYS = Kind(
    "exceptional_days",
    ExceptionalDays,
    tables.ExceptionalDaysEvent,
    ("participant_id", "first_day", "last_day", "kind"),
    has_own_span=True,
)

KINDS: tuple[Kind[Any], ...] = (  # each kind has its own type of value
    CLINICIAN,
    PARTICIPANT,
    RESPONSIBILITY,
    TEAM_MEMBER,
    SERVICE_LEAD,
    DUTY_HOURS,
    DUTY_SPAN,
    DEVICE,
    CONSENT,
    SWITCH,
    EXCEPTIONAL_DAYS,
)
"""In the order in which a site is set up: people before what refers to them."""


def kind_of(event: Event) -> Kind[Event]:
    """The kind of an event."""
    return next(kind for kind in KINDS if kind.event is type(event))


def _text(value: object) -> str:
    # Instants and days are the only values with a blank in their plain text.
    return str(value).replace(" ", "T")
