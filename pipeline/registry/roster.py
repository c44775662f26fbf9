"""The roster: who took part, who answered for them and what was agreed, at one instant and as known at another."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from sqlalchemy.orm import Session

from pipeline.registry import kinds
from pipeline.registry.duty import Rota
from pipeline.registry.events import SITE, Clinician, Consent, Device, ExceptionalDays, Participant, TeamMember
from pipeline.registry.history import Noted, history, latest
from pipeline.registry.kinds import Event, Kind
from pipeline.registry.purposes import includes
from pipeline.registry.words import CareRole, ConsentStatus, ParticipantStatus, SwitchKind, SwitchScope, TeamRole
from pipeline.vocabulary.ids import ClinicianId, ParticipantId

Item = TypeVar("Item")
Group = TypeVar("Group", bound=Hashable)

SEARCH_AHEAD = timedelta(days=35)
"""How far ahead the next duty is looked for: past the longest leave that a weekly rota is planned around."""


def roster_at(session: Session, at_utc: datetime, known_at_utc: datetime | None = None) -> Roster:
    """What held at an instant, by what was known at another (all that is known, if none is given)."""

    def held(kind: Kind[Event]) -> list[Event]:
        return list(latest(kind, history(session, kind, known_at_utc), at_utc).values())

    enrolments = history(session, kinds.PARTICIPANT, known_at_utc)
    clinicians = history(session, kinds.CLINICIAN, known_at_utc)
    leads = held(kinds.SERVICE_LEAD)
    return Roster(
        at_utc=at_utc,
        known_at_utc=known_at_utc,
        participants={one.participant_id: one for one in latest(kinds.PARTICIPANT, enrolments, at_utc).values()},
        clinicians={one.clinician_id: one for one in latest(kinds.CLINICIAN, clinicians, at_utc).values()},
        responsibilities={one.participant_id: one.clinician_id for one in held(kinds.RESPONSIBILITY)},
        team_members=tuple(held(kinds.TEAM_MEMBER)),
        service_lead=leads[0].clinician_id if leads else None,
        rota=Rota(tuple(held(kinds.DUTY_HOURS)), tuple(held(kinds.DUTY_SPAN))),
        devices=tuple(held(kinds.DEVICE)),
        consents=grouped(
            history(session, kinds.CONSENT, known_at_utc),
            lambda note: (str(note.event.participant_id), note.event.purpose),
        ),
        switches={(one.kind, one.scope, one.scope_id): one.is_on for one in held(kinds.SWITCH)},
        exceptional_days=tuple(one for one in held(kinds.EXCEPTIONAL_DAYS) if not one.is_void),
        zones=tuple(_zone_changes(enrolments, at_utc)),
        registered_participants=frozenset(note.event.participant_id for note in enrolments),
        registered_clinicians=frozenset(note.event.clinician_id for note in clinicians),
    )


@dataclass(frozen=True)
class ZoneFrom:
    """An IANA zone that holds for a participant from an instant on."""

    participant_id: ParticipantId
    from_at_utc: datetime
    zone: str


@dataclass(frozen=True)
class Roster:
    """The registry's state. Devices, dated duty, exceptional days and consents carry their own instants.

    `registered_participants` and `registered_clinicians` are all ids ever registered, also those to come.
    """

    at_utc: datetime
    known_at_utc: datetime | None
    participants: Mapping[ParticipantId, Participant]
    clinicians: Mapping[ClinicianId, Clinician]
    responsibilities: Mapping[ParticipantId, ClinicianId]
    team_members: tuple[TeamMember, ...]
    service_lead: ClinicianId | None
    rota: Rota
    devices: tuple[Device, ...]
    consents: Mapping[tuple[str, str], tuple[Noted[Consent], ...]]
    switches: Mapping[tuple[SwitchKind, SwitchScope, str], bool]
    exceptional_days: tuple[ExceptionalDays, ...]
    zones: tuple[ZoneFrom, ...]
    registered_participants: frozenset[ParticipantId]
    registered_clinicians: frozenset[ClinicianId]

    @cached_property
    def active_participants(self) -> tuple[ParticipantId, ...]:
        """Who takes part now, in order."""
        people = self.participants.values()
        return tuple(sorted(one.participant_id for one in people if one.status is ParticipantStatus.ACTIVE))

    def responsible(self, participant_id: str) -> ClinicianId | None:
        """The clinician who answers for a participant, active or not."""
        return self.responsibilities.get(ParticipantId(participant_id))

    def deputies(self, participant_id: str) -> tuple[ClinicianId, ...]:
        """The participant's deputies who are active, in order of id."""
        team = self.care_team(participant_id).items()
        return tuple(one for one, role in team if role is CareRole.DEPUTY and self.is_active(one))

    def care_team(self, participant_id: str) -> dict[ClinicianId, CareRole]:
        """Everybody on a participant's care team with their role, the responsible clinician first."""
        own = [member for member in self._team_members_by_participant.get(participant_id, ()) if member.is_member]
        roles = {TeamRole.DEPUTY: CareRole.DEPUTY, TeamRole.MEMBER: CareRole.MEMBER}
        team = {member.clinician_id: roles[member.role] for member in own}
        responsible = self.responsible(participant_id)
        return team if responsible is None else {responsible: CareRole.RESPONSIBLE, **_without(team, responsible)}

    def is_active(self, clinician_id: str | None) -> bool:
        """Whether this is a clinician whom the site knows and who is active."""
        clinician = self.clinicians.get(ClinicianId(clinician_id or ""))
        return clinician is not None and clinician.is_active

    def on_duty(self, clinician_id: str, at_utc: datetime) -> bool:
        """Whether an active clinician is at work at an instant."""
        moment = timedelta(microseconds=1)
        return self.is_active(clinician_id) and bool(self.rota.at_work(clinician_id, at_utc, at_utc + moment))

    def next_duty(self, clinician_id: str, at_utc: datetime) -> datetime | None:
        """The first instant, from one on, at which an active clinician is at work; None in the next five weeks."""
        if not self.is_active(clinician_id):
            return None
        spans = self.rota.at_work(clinician_id, at_utc, at_utc + SEARCH_AHEAD)
        return spans[0][0] if spans else None

    def is_away(self, clinician_id: str, at_utc: datetime, deadline_at_utc: datetime | None = None) -> bool:
        """Whether a clinician is not active, on leave, or has no duty before a deadline."""
        if not self.is_active(clinician_id) or self.rota.is_on_leave(clinician_id, at_utc):
            return True
        return deadline_at_utc is not None and not self.rota.at_work(clinician_id, at_utc, deadline_at_utc)

    def device_for(self, source: str, export_id: str, at_utc: datetime) -> Device | None:
        """The phone that a source knew by an id at an instant."""
        in_use = (device for device in self.devices_for(source, export_id) if device.is_in_use(at_utc))
        return next(in_use, None)

    def devices_for(self, source: str, export_id: str) -> tuple[Device, ...]:
        """Every phone that a source ever knew by an id, the earliest first."""
        return self._devices_by_export.get((source, export_id), ())

    def has_consent(
        self,
        participant_id: str,
        purpose: str,
        at_utc: datetime | None = None,
        disclosure_version: str | None = None,
    ) -> bool:
        """Whether a purpose was consented to at an instant (the roster's own, if none is given).

        A purpose that is part of a general one (`collect:gps` of `collect`) needs one of the two given and neither
        withdrawn. With a disclosure version, a consent to another version does not count.
        """
        said = [self._said(participant_id, each, at_utc or self.at_utc) for each in includes(purpose)]
        given = [consent for consent in said if consent is not None]
        if not given or any(consent.status is ConsentStatus.WITHDRAWN for consent in given):
            return False
        return disclosure_version is None or any(each.disclosure_version == disclosure_version for each in given)

    def is_commissioned(self, rule_id: str | None = None) -> bool:
        """Whether a named human accepted the site's local figures, or those of one rule."""
        scope = (SwitchScope.SITE, SITE) if rule_id is None else (SwitchScope.RULE, rule_id)
        return self.switches.get((SwitchKind.COMMISSIONED, *scope), False)

    def is_stopped(self, participant_id: str | None = None, rule_id: str | None = None) -> bool:
        """Whether the site, this participant or this rule is stopped."""
        scopes = (
            (SwitchScope.SITE, SITE),
            (SwitchScope.PARTICIPANT, participant_id or ""),
            (SwitchScope.RULE, rule_id or ""),
        )
        return any(self.switches.get((SwitchKind.STOPPED, *scope), False) for scope in scopes)

    def is_exceptional(self, participant_id: str, local_day: date) -> bool:
        """Whether unlikeness is expected of a participant on a local day."""
        own = (days for days in self.exceptional_days if days.participant_id == participant_id)
        return any(days.first_day <= local_day <= days.last_day for days in own)

    def _said(self, participant_id: str, purpose: str, at_utc: datetime) -> Consent | None:
        said = self.consents.get((participant_id, purpose), ())
        return next((note.event for note in reversed(said) if note.effective_at_utc <= at_utc), None)

    @cached_property
    def _devices_by_export(self) -> dict[tuple[str, str], tuple[Device, ...]]:
        ordered = sorted(self.devices, key=lambda device: (device.in_use_from_utc, device.participant_id))
        return grouped(ordered, lambda device: (device.source, device.export_id))

    @cached_property
    def _team_members_by_participant(self) -> dict[str, tuple[TeamMember, ...]]:
        ordered = sorted(self.team_members, key=lambda member: member.clinician_id)
        return grouped(ordered, lambda member: str(member.participant_id))


def grouped(items: Iterable[Item], group_of: Callable[[Item], Group]) -> dict[Group, tuple[Item, ...]]:
    """The items of each group, in the order in which they came."""
    groups: dict[Group, list[Item]] = {}
    for item in items:
        groups.setdefault(group_of(item), []).append(item)
    return {group: tuple(found) for group, found in groups.items()}


def _zone_changes(enrolments: Iterable[Noted[Participant]], at_utc: datetime) -> Iterable[ZoneFrom]:
    """Each participant's zones up to an instant, without the events that left the zone as it was."""
    by_person = grouped(
        (one for one in enrolments if one.effective_at_utc <= at_utc), lambda one: one.event.participant_id
    )
    for participant_id, notes in sorted(by_person.items()):
        # Of two events of one instant the later one in rank is the correction.
        zones = {note.effective_at_utc: note.event.zone for note in notes}
        steps = list(zones.items())
        before = [None, *(zone for _, zone in steps)]
        changes = (step for step, old in zip(steps, before, strict=False) if step[1] != old)
        yield from (ZoneFrom(participant_id, from_at_utc, zone) for from_at_utc, zone in changes)


def _without(team: dict[ClinicianId, CareRole], one: ClinicianId) -> dict[ClinicianId, CareRole]:
    return {clinician_id: role for clinician_id, role in team.items() if clinician_id != one}
