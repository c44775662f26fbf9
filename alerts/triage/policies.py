"""May this alert, as it stands, take this action? Always answered with a reason when it may not."""

from __future__ import annotations

from alerts.triage.situation import Details, Situation
from alerts.triage.transitions import TRANSITIONS
from alerts.triage.words import Action, AlertState

NEEDS = {
    AlertState.OPEN: "acknowledge it first",
    AlertState.ACKNOWLEDGED: "open its brief first: evenkeel alert show",
    AlertState.IN_REVIEW: "it is in review",
    AlertState.DISPOSED: "it was decided already",
    AlertState.CLOSED: "it is closed",
}


def why_not(action: Action, situation: Situation, details: Details) -> str | None:
    """The first reason why the alert may not take the action now, or None."""
    transition = TRANSITIONS[action]
    if situation.state not in transition.from_states:
        return f"the alert is {situation.state.value}: {NEEDS[situation.state]}"
    for guard in transition.guards:
        reason = guard(situation, details)
        if reason is not None:
            return reason
    return None
