"""The identity link: which clinic record a pseudonym stands for, sealed, and shown to the care team only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.audit.event import Actor
from pipeline.clock import Clock
from pipeline.registry.access import record_access
from pipeline.registry.keys import KeyRing
from pipeline.registry.record import add_row
from pipeline.registry.tables import IdentityEvent
from pipeline.store.store import Store
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import ParticipantId

PURPOSE = "identity"


@dataclass(frozen=True)
class Identity:
    """A participant's record number and name at the clinic; neither shows when the value is printed."""

    participant_id: ParticipantId
    record_number: str = field(repr=False)
    name: str = field(repr=False)


def record_identity(uow: UnitOfWork, ring: KeyRing, identity: Identity) -> None:
    """Seal and keep an identity; the latest counts."""
    add_row(
        uow,
        IdentityEvent,
        {
            "participant_id": identity.participant_id,
            "sealed_identity": ring.seal(identity.participant_id, _content(identity), PURPOSE),
        },
    )
    uow.record("identity.recorded", "participant", identity.participant_id)


def read_identity(
    store: Store, actor: Actor, clock: Clock, ring: KeyRing, participant_id: ParticipantId, reason: str = ""
) -> Identity | None:
    """A participant's identity, for a clinician of their care team; None if the clinic gave none.

    Raises:
        AccessRefusedError: the actor is not on the care team.
        DestroyedKeyError: the participant was erased.
    """
    record_access(store, actor, clock, "identity", participant_id, reason)
    with store.read() as session:
        sealed = _latest(session, participant_id)
    if sealed is None:
        return None
    record_number, name = json.loads(ring.open(participant_id, sealed, PURPOSE))
    return Identity(participant_id, record_number, name)


def _latest(session: Session, participant_id: str) -> bytes | None:
    table = IdentityEvent
    asked = select(table.sealed_identity).where(table.participant_id == participant_id)
    return session.scalar(asked.order_by(table.recorded_at_utc.desc(), table.event_id.desc()).limit(1))


def _content(identity: Identity) -> bytes:
    return json.dumps([identity.record_number, identity.name]).encode()
