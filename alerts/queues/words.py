"""Why an alert went to this clinician, with its wording."""

from __future__ import annotations

from enum import StrEnum


class RouteReason(StrEnum):
    """Why an alert went to this clinician."""

    RESPONSIBLE = "responsible"
    DEPUTY = "deputy"
    UNROUTABLE = "unroutable"

    @property
    def wording(self) -> str:
        """The reason in plain words."""
        return _WORDING[self]


_WORDING = {
    RouteReason.RESPONSIBLE: "the responsible clinician",
    RouteReason.DEPUTY: "a deputy, because the responsible clinician is away",
    RouteReason.UNROUTABLE: "the service lead, because neither the responsible clinician nor a deputy is here",
}
