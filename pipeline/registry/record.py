"""Recording in the registry: one dated event and its audit event at a time, and edits follow each other.

A unit of work is refused at its end, whole, if it leaves an active participant without an active clinician who
answers for them, refers to an id that nobody registered, or leaves a working hour with nobody on duty. Only what
the unit itself brings about counts, so that an older fault can be mended step by step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pipeline.errors import ConfigurationError, Fault, InvariantError
from pipeline.registry import kinds
from pipeline.registry.events import (
    Clinician,
    Dated,
    Participant,
    Responsibility,
    Switch,
)
from pipeline.registry.faults import hours_without_duty, unknown_ids
from pipeline.registry.history import Noted, history
from pipeline.registry.kinds import Event, kind_of
from pipeline.registry.roster import roster_at
from pipeline.registry.standing import unattended
from pipeline.registry.tables import ClinicianRow, ParticipantRow, Recorded, RegistryHead
from pipeline.registry.validation import event_faults
from pipeline.registry.words import SwitchKind
from pipeline.store.unit_of_work import UnitOfWork

EDIT = "registry_edit"
TICK = timedelta(microseconds=1)


def record(uow: UnitOfWork, event: Event) -> None:
    """Add one event of any kind with its audit event: enrol, hand over, take leave, consent, withdraw.

    Raises:
        ConfigurationError: the event is not well formed; at the end of the unit, the registry would be faulty.
        InvariantError: the system itself would accept a commissioning.
    """
    if isinstance(event, Switch) and event.kind is SwitchKind.COMMISSIONED and not uow.actor.kind.is_human:
        raise InvariantError("found the system accepting a commissioning, expected a named human")
    faults = event_faults(event)
    if faults:
        raise ConfigurationError(faults)
    kind = kind_of(event)
    _register(uow, event)
    add_row(uow, kind.table, {name: getattr(event, name) for name in kind.columns}, event.effective_at_utc)
    uow.record(f"{kind.name}.recorded", kind.name, kind.object_id(event))


def record_switch(uow: UnitOfWork, switch: Switch) -> None:
    """Stop or resume, accept or take back; only a human accepts."""
    record(uow, switch)


def add_row(
    uow: UnitOfWork, table: type[Recorded], values: Mapping[str, object], effective_at_utc: datetime | None = None
) -> None:
    """Add a row to a table of dated events, with the instant and the actor of the edit."""
    edit = edit_of(uow)
    stamps = {
        "effective_at_utc": effective_at_utc or edit.recorded_at_utc,
        "recorded_at_utc": edit.recorded_at_utc,
        "recorded_by_kind": uow.actor.kind,
        "recorded_by": uow.actor.actor_id,
    }
    uow.session.execute(insert(table).values({**values, **stamps}))


@dataclass(frozen=True)
class Edit:
    """What all of a unit's registry events share: one instant of recording, and the faults from before."""

    recorded_at_utc: datetime
    faults_before: frozenset[Fault]


def edit_of(uow: UnitOfWork) -> Edit:
    """The unit's edit, begun at its first event: the registry is locked, and checked again when the unit ends."""
    edit = uow.session.info.get(EDIT)
    if isinstance(edit, Edit):
        return edit
    recorded_at_utc = _next_instant(uow)
    begun = Edit(recorded_at_utc, frozenset(_edit_faults(uow.session, recorded_at_utc)))
    uow.session.info[EDIT] = begun
    uow.check_before_commit(EDIT, lambda: _refuse_new_faults(uow, begun))
    return begun


def _next_instant(uow: UnitOfWork) -> datetime:
    """Lock the registry and give the instant of this edit: never before the last one, always after an acceptance.

    Edits are thus committed in the order of their instants, and what was known at an instant never changes.
    """
    head = uow.session.scalars(select(RegistryHead).with_for_update().execution_options(populate_existing=True)).one()
    instants = [uow.clock.now_utc()]
    if head.recorded_at_utc is not None:
        instants.append(head.recorded_at_utc)
    if head.accepted_at_utc is not None:
        instants.append(head.accepted_at_utc + TICK)
    head.recorded_at_utc = max(instants)
    return head.recorded_at_utc


def _refuse_new_faults(uow: UnitOfWork, edit: Edit) -> None:
    found = _edit_faults(uow.session, edit.recorded_at_utc)
    new = [fault for fault in found if fault not in edit.faults_before]
    if new:
        raise ConfigurationError(new)


def _edit_faults(session: Session, at_utc: datetime) -> list[Fault]:
    """The faults for which an edit is refused."""
    roster = roster_at(session, at_utc)
    notes: list[Noted[Participant] | Noted[Clinician] | Noted[Responsibility]] = [
        *history(session, kinds.PARTICIPANT),
        *history(session, kinds.CLINICIAN),
        *history(session, kinds.RESPONSIBILITY),
    ]
    return [*unknown_ids(roster), *unattended(notes, at_utc), *hours_without_duty(roster)]


def _register(uow: UnitOfWork, event: Dated) -> None:
    """Let others refer to a participant or clinician from the first event about them on."""
    edit_of(uow)
    row: ParticipantRow | ClinicianRow
    if isinstance(event, Participant):
        row = ParticipantRow(participant_id=event.participant_id)
    elif isinstance(event, Clinician):
        row = ClinicianRow(clinician_id=event.clinician_id)
    else:
        return
    uow.session.merge(row)
