"""The closed sets of words about a flag, each with its wording."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """How a flag reaches its clinician: by itself in the queue, or as a line of the weekly digest."""

    ROUTE = "route"
    DIGEST = "digest"


class Suppression(StrEnum):
    """Why a flag was recorded and not put into a queue. It stays visible."""

    COMMISSIONING = "commissioning"
    STOPPED = "stopped"
    NO_CONSENT = "no_consent"
    ALREADY_OPEN = "already_open"
    JUDGED_BEFORE = "judged_before"

    @property
    def wording(self) -> str:
        """The reason in plain words."""
        return _SUPPRESSION_WORDING[self]


_SUPPRESSION_WORDING = {
    Suppression.COMMISSIONING: "the site is in commissioning: decisions are recorded and nothing is routed",
    Suppression.STOPPED: "the site or the participant is stopped by a person",
    Suppression.NO_CONSENT: "there is no consent to the analysis, or none to alert a clinician",
    Suppression.ALREADY_OPEN: "an alert of the same direction is already with a clinician",
    Suppression.JUDGED_BEFORE: "the night was judged before, by the rule then in force: recorded and not routed",
}
