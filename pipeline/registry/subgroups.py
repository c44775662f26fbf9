"""Attributes for fairness audits: kept only with the participant's own consent to that, sealed, and optional."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.audit.event import Actor
from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.keys import KeyRing
from pipeline.registry.purposes import SUBGROUP
from pipeline.registry.record import add_row, edit_of
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.tables import SubgroupEvent
from pipeline.store.store import Store
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import ParticipantId


@dataclass(frozen=True)
class SubgroupAttribute:
    """One attribute of a participant, as in `age_band`; no value takes it back."""

    participant_id: ParticipantId
    attribute: str
    value: str | None = field(repr=False)


def record_subgroup(uow: UnitOfWork, ring: KeyRing, attribute: SubgroupAttribute) -> None:
    """Seal and keep an attribute, or take it back.

    Raises:
        ConfigurationError: the participant did not consent to their attributes being kept.
    """
    participant_id = attribute.participant_id
    roster = roster_at(uow.session, edit_of(uow).recorded_at_utc)
    if attribute.value is not None and not roster.has_consent(participant_id, SUBGROUP):
        found = "found an attribute without the consent to keep it"
        raise ConfigurationError([Fault(f"participant {participant_id}", found, "Record the consent `subgroup` first")])
    sealed = None
    if attribute.value is not None:
        sealed = ring.seal(participant_id, attribute.value.encode(), _purpose(attribute.attribute))
    values = {"participant_id": participant_id, "attribute": attribute.attribute, "sealed_value": sealed}
    add_row(uow, SubgroupEvent, values)
    uow.record("subgroup.recorded", "participant", participant_id)


def read_subgroups(store: Store, actor: Actor, clock: Clock, ring: KeyRing) -> list[SubgroupAttribute]:
    """Every attribute that may be used now, by participant and attribute; the read is on record first."""
    with store.write(actor, clock) as uow:
        uow.record("subgroup.read", "site", "all")
    with store.read() as session:
        return list(_readable(session, roster_at(session, clock.now_utc()), ring))


def _readable(session: Session, roster: Roster, ring: KeyRing) -> Iterator[SubgroupAttribute]:
    """The attributes of those who still consent and were not erased."""
    table = SubgroupEvent
    rows = session.scalars(select(table).order_by(table.recorded_at_utc, table.event_id))
    held = {(row.participant_id, row.attribute): row.sealed_value for row in rows}
    for (participant_id, attribute), sealed in sorted(held.items()):
        if sealed is None or not ring.has_key(participant_id) or not roster.has_consent(participant_id, SUBGROUP):
            continue
        value = ring.open(participant_id, sealed, _purpose(attribute)).decode()
        yield SubgroupAttribute(ParticipantId(participant_id), attribute, value)


def _purpose(attribute: str) -> str:
    return f"subgroup:{attribute}"
