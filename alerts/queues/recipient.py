"""Who gets an alert: always a named clinician, and always with the reason why this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.queues.words import RouteReason
from pipeline.errors import InvariantError
from pipeline.registry.recipients import Recipient
from pipeline.registry.roster import Roster


@dataclass(frozen=True)
class Route:
    """To whom an alert goes, and why to this one. Nobody but a clinician can be expressed."""

    recipient: Recipient
    reason: RouteReason


def route_of(roster: Roster, participant_id: str, at_utc: datetime, acknowledge_by_utc: datetime) -> Route:
    """The responsible clinician; a deputy when that one is away; the service lead, as unroutable, only if neither.

    Raises:
        InvariantError: the roster has no service lead, which no accepted roster is without.
    """
    responsible = roster.responsible(participant_id)
    if responsible is not None and not roster.is_away(responsible, at_utc, acknowledge_by_utc):
        return Route(Recipient(responsible), RouteReason.RESPONSIBLE)
    for deputy in roster.deputies(participant_id):
        if not roster.is_away(deputy, at_utc, acknowledge_by_utc):
            return Route(Recipient(deputy), RouteReason.DEPUTY)
    if roster.service_lead is None:
        raise InvariantError("found no service lead in the accepted roster: an alert would belong to nobody")
    return Route(Recipient(roster.service_lead), RouteReason.UNROUTABLE)
