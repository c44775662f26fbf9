"""Whether something outside the rule holds a participant's flags back from the queues."""

from __future__ import annotations

from alerts.flags.words import Suppression
from pipeline.registry.purposes import ALERT_CLINICIAN, ANALYSE_WITH_AI
from pipeline.registry.roster import Roster
from pipeline.vocabulary.ids import ParticipantId


def why_held(roster: Roster, participant_id: str) -> Suppression | None:
    """Why a flag of this participant may not be routed now, or None."""
    if roster.is_stopped(participant_id) or ParticipantId(participant_id) not in roster.active_participants:
        return Suppression.STOPPED
    if not roster.is_commissioned():
        return Suppression.COMMISSIONING
    if not agrees_to_alerts(roster, participant_id):
        return Suppression.NO_CONSENT
    return None


def agrees_to_alerts(roster: Roster, participant_id: str) -> bool:
    """Whether the participant agreed to the analysis and to a clinician being alerted, and took neither back."""
    return all(roster.has_consent(participant_id, purpose) for purpose in (ANALYSE_WITH_AI, ALERT_CLINICIAN))
