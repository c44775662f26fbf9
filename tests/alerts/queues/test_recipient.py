"""The routing rule: the responsible clinician, unless away; then a deputy; the service lead only if neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.queues.deadlines import clinic_deadlines
from alerts.queues.recipient import route_of
from alerts.queues.words import RouteReason
from pipeline.registry.events import DutyHours, DutySpan
from pipeline.registry.recipients import RecipientKind
from pipeline.registry.words import DutySpanKind
from pipeline.vocabulary.ids import ClinicianId
from tests.alerts.making import Clinic
from tests.plugins.people import ADA, BEN, FIRST, LEAD, SECOND, START

NIGHT_RUN = datetime(2026, 1, 6, 2, tzinfo=UTC)
"""Three in the morning in Berlin, when nobody is at work."""


def _routed(clinic: Clinic, participant_id: str, at_utc: datetime = NIGHT_RUN) -> tuple[ClinicianId, RouteReason]:
    roster = clinic.roster()
    due = clinic_deadlines(roster, at_utc, 4.0, 8.0).acknowledge_by_utc
    route = route_of(roster, participant_id, at_utc, due)
    assert RecipientKind.CLINICIAN is route.recipient.kind
    return route.recipient.clinician_id, route.reason


def _leave(clinician_id: ClinicianId, days: int = 14) -> DutySpan:
    return DutySpan(clinician_id, DutySpanKind.LEAVE, START, START + timedelta(days=days))


def test_at_night_the_alert_waits_for_the_responsible_clinicians_morning(sqlite_clinic: Clinic) -> None:
    assert (ADA, RouteReason.RESPONSIBLE) == _routed(sqlite_clinic, FIRST)


def test_on_leave_it_goes_to_the_deputy(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.record(_leave(ADA))

    assert (BEN, RouteReason.DEPUTY) == _routed(sqlite_clinic, FIRST)


def test_no_duty_before_the_deadline_is_away(sqlite_clinic: Clinic) -> None:
    """Ada no longer works on Tuesdays; the deadline is Tuesday at one."""
    sqlite_clinic.record(DutyHours(ADA, 2, None, None, "Europe/Berlin"))

    assert (BEN, RouteReason.DEPUTY) == _routed(sqlite_clinic, FIRST)


def test_a_leave_that_is_over_before_work_begins_changes_nothing(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.record(DutySpan(ADA, DutySpanKind.LEAVE, START, START + timedelta(hours=9)))

    assert (ADA, RouteReason.RESPONSIBLE) == _routed(sqlite_clinic, FIRST)


@pytest.mark.parametrize("participant_id", [FIRST, SECOND])
def test_with_nobody_else_it_goes_to_the_service_lead(sqlite_clinic: Clinic, participant_id: str) -> None:
    """The first participant's deputy is on leave as well; the second has none."""
    sqlite_clinic.record(_leave(ADA), _leave(BEN))

    assert (LEAD, RouteReason.UNROUTABLE) == _routed(sqlite_clinic, participant_id)


def test_the_lead_gets_it_even_when_away_because_it_is_never_dropped(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.record(_leave(ADA), _leave(BEN), _leave(LEAD))

    assert (LEAD, RouteReason.UNROUTABLE) == _routed(sqlite_clinic, FIRST)


def test_every_reason_has_its_wording() -> None:
    assert all(reason.wording for reason in RouteReason)
