"""May this person take this action on this participant's alert? Always answered with a reason when they may not."""

from __future__ import annotations

from alerts.triage.situation import Details, Situation
from alerts.triage.transitions import TRANSITIONS
from alerts.triage.words import Action
from pipeline.audit.event import Actor, ActorKind
from pipeline.registry.roster import Roster
from pipeline.vocabulary.ids import ClinicianId


def why_not(action: Action, actor: Actor, situation: Situation, details: Details, roster: Roster) -> str | None:
    """The reason why the actor may not take the action, or why its target may not be given it, or None."""
    if actor.kind not in TRANSITIONS[action].actors:
        allowed = " or a ".join(sorted(kind.value for kind in TRANSITIONS[action].actors))
        return f"only a {allowed} may {action.value} an alert"
    if actor.kind is not ActorKind.CLINICIAN:
        return None
    own = {situation.holder_id, situation.offered_to_id}
    reason = _why_not_clinician(ClinicianId(actor.actor_id), own, situation, roster)
    if reason is not None or details.target_clinician_id is None:
        return reason
    return _why_not_target(details.target_clinician_id, situation, roster)


def _why_not_clinician(
    clinician_id: ClinicianId, own: set[ClinicianId | None], situation: Situation, roster: Roster
) -> str | None:
    """A clinician acts for participants of their own care teams, for alerts that they hold, and as the service lead."""
    if not roster.is_active(clinician_id):
        return "you are not an active clinician of this site"
    if clinician_id in own or _is_near(clinician_id, situation, roster):
        return None
    return "you are not on this participant's care team"


def _why_not_target(clinician_id: ClinicianId, situation: Situation, roster: Roster) -> str | None:
    """An alert is handed only to somebody who may see what it is about."""
    if not roster.is_active(clinician_id):
        return "the other is not an active clinician of this site"
    if _is_near(clinician_id, situation, roster):
        return None
    return "the other is not on this participant's care team"


def _is_near(clinician_id: ClinicianId, situation: Situation, roster: Roster) -> bool:
    """Whether a clinician is on the participant's care team or leads the service."""
    return clinician_id == roster.service_lead or clinician_id in roster.care_team(situation.participant_id)
