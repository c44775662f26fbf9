"""Deadlines in working time: hours count only while somebody of the clinic, or one clinician, has duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.registry.duty import Span, merged
from pipeline.registry.roster import SEARCH_AHEAD, Roster


@dataclass(frozen=True)
class Deadlines:
    """When an alert must be acknowledged, and when decided."""

    acknowledge_by_utc: datetime
    dispose_by_utc: datetime


def clinic_deadlines(roster: Roster, from_utc: datetime, acknowledge_h: float, dispose_h: float) -> Deadlines:
    """Deadlines by the duty of all active clinicians together: a night or a weekend adds nothing to anybody's debt."""
    spans = clinic_duty(roster, from_utc)
    return Deadlines(
        after_duty(spans, from_utc, timedelta(hours=acknowledge_h)),
        after_duty(spans, from_utc, timedelta(hours=acknowledge_h + dispose_h)),
    )


def clinic_duty(roster: Roster, from_utc: datetime) -> list[Span]:
    """The time from an instant on in which at least one active clinician is at work."""
    active = (clinician_id for clinician_id in roster.clinicians if roster.is_active(clinician_id))
    until = from_utc + SEARCH_AHEAD
    return merged(span for clinician_id in active for span in roster.rota.at_work(clinician_id, from_utc, until))


def after_duty(spans: Iterable[Span], from_utc: datetime, needed: timedelta) -> datetime:
    """The instant at which the needed duty has passed; where the spans end before, the rest counts by the clock."""
    last = from_utc
    for first, end in spans:
        if end - first >= needed:
            return first + needed
        needed -= end - first
        last = end
    return last + needed
