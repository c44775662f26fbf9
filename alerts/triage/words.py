"""The states of an alert, what can be done to it, and what a clinician can decide, each with its wording."""

from __future__ import annotations

from enum import StrEnum


class AlertState(StrEnum):
    """The five states of an alert. Everything else about it is a dated attribute."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_REVIEW = "in_review"
    DISPOSED = "disposed"
    CLOSED = "closed"

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something."""
        return self not in {AlertState.DISPOSED, AlertState.CLOSED}


class Action(StrEnum):
    """What can be done to an alert."""

    NOTIFY = "notify"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    NOTE = "note"
    REVIEW = "review"
    REASSIGN = "reassign"
    ACCEPT = "accept"
    SNOOZE = "snooze"
    DISPOSE = "dispose"
    CLOSE = "close"
    REOPEN = "reopen"
    AMEND = "amend"
    STOP = "stop"


class Disposition(StrEnum):
    """What a clinician decided about an alert."""

    CONTACTED = "contacted"
    VISIT_EARLIER = "visit_earlier"
    REVIEWED_IN_SESSION = "reviewed_in_session"
    WATCH = "watch"
    EXPLAINED = "explained"
    EPISODE_CONFIRMED = "episode_confirmed"
    NOT_CONFIRMED = "not_confirmed"
    DATA_FAULT = "data_fault"
    DUPLICATE = "duplicate"
    CRISIS_PATHWAY = "crisis_pathway"
    CANNOT_ASSESS = "cannot_assess"

    @property
    def wording(self) -> str:
        """The decision in plain words."""
        return _DISPOSITION_WORDING[self]

    @property
    def needs_reason(self) -> bool:
        """Whether the decision sets the alert aside, so that its reason must be written down."""
        return self in {
            Disposition.EXPLAINED,
            Disposition.NOT_CONFIRMED,
            Disposition.DATA_FAULT,
            Disposition.DUPLICATE,
            Disposition.CANNOT_ASSESS,
        }


_DISPOSITION_WORDING = {
    Disposition.CONTACTED: "contacted the patient",
    Disposition.VISIT_EARLIER: "moved the visit earlier",
    Disposition.REVIEWED_IN_SESSION: "reviewed in today's session",
    Disposition.WATCH: "information only, keep watching",
    Disposition.EXPLAINED: "explained by travel, illness, the device, a life event or something else",
    Disposition.EPISODE_CONFIRMED: "an episode was confirmed by a clinician",
    Disposition.NOT_CONFIRMED: "not confirmed on contact",
    Disposition.DATA_FAULT: "the data were at fault",
    Disposition.DUPLICATE: "a duplicate of another alert",
    Disposition.CRISIS_PATHWAY: "handed to the clinic's own crisis pathway",
    Disposition.CANNOT_ASSESS: "cannot be assessed",
}
