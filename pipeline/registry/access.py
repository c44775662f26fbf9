"""Reading what is sealed about a participant: the audit event is committed first, or nothing is shown."""

from __future__ import annotations

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.errors import EvenkeelError
from pipeline.registry.roster import roster_at
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ClinicianId


class AccessRefusedError(EvenkeelError):
    """This person may not see this; the attempt is on record."""


def record_access(store: Store, actor: Actor, clock: Clock, what: str, participant_id: str, reason: str = "") -> None:
    """Put on record, and commit, that somebody is about to see a participant's record; refuse all but the care team.

    Raises:
        AccessRefusedError: the actor is no active clinician of the care team and not the service lead.
    """
    with store.write(actor, clock) as uow:
        roster = roster_at(uow.session, clock.now_utc())
        team = {*roster.care_team(participant_id), roster.service_lead}
        is_allowed = actor.kind is ActorKind.CLINICIAN and actor.actor_id in team and roster.is_active(actor.actor_id)
        uow.record(f"{what}.read" if is_allowed else f"{what}.refused", "participant", participant_id, reason)
    if not is_allowed:
        found = f"{ClinicianId(actor.actor_id)} is not on the care team of participant {participant_id}"
        raise AccessRefusedError(f"{found}: only active clinicians of the team and the service lead may see this")
