"""Escalation: one step at a time along a path of named people, and after the last step a loud breach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from alerts.queues import escalate
from alerts.queues.tables import AlertEventRow, NoticeRow
from alerts.triage.actions import ActionRefusedError
from alerts.triage.words import Action, AlertState
from pipeline.audit.tables import AuditEvent
from pipeline.registry.events import DutySpan
from pipeline.registry.purposes import ALERT_CLINICIAN
from pipeline.registry.words import ConsentStatus, DutySpanKind
from pipeline.vocabulary.ids import AlertId, ClinicianId
from tests.alerts.making import Clinic, consents
from tests.plugins.people import ADA, BEN, FIRST, LEAD, SECOND, START

HOUR = timedelta(hours=1)


def _paged(clinic: Clinic, alert_id: AlertId) -> list[str]:
    with clinic.store.read() as session:
        notices = select(NoticeRow.clinician_id).where(NoticeRow.alert_id == alert_id)
        return list(session.scalars(notices.order_by(NoticeRow.created_at_utc, NoticeRow.notice_id)))


def _breaches(clinic: Clinic) -> int:
    with clinic.store.read() as session:
        breach = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "alert.breach")
        return session.scalar(breach) or 0


def _pass_deadline(clinic: Clinic, alert_id: AlertId) -> datetime:
    """Move the clock to the instant at which the alert is overdue, and escalate twice: a second round is none."""
    row = clinic.row(alert_id)
    clinic.clock.instant = row.acknowledge_by_utc if row.state is AlertState.OPEN else row.dispose_by_utc
    assert 1 == clinic.escalate()
    assert 0 == clinic.escalate()
    return clinic.clock.instant


def test_before_its_deadline_nothing_moves(clinic: Clinic) -> None:
    clinic.alert()
    clinic.clock.advance(4 * HOUR - timedelta(microseconds=1))

    assert 0 == clinic.escalate()


def test_deputy_then_lead_then_the_lead_again_and_a_breach(clinic: Clinic) -> None:
    """Four working hours each from Monday 9:00 in Berlin; every step fires once."""
    alert_id = clinic.alert()

    moved = [_pass_deadline(clinic, alert_id) for _ in range(4)]

    assert [
        datetime(2026, 1, 5, 12, tzinfo=UTC),
        datetime(2026, 1, 5, 16, tzinfo=UTC),
        datetime(2026, 1, 6, 12, tzinfo=UTC),
        datetime(2026, 1, 6, 16, tzinfo=UTC),
    ] == moved
    assert [ADA, BEN, LEAD, LEAD, LEAD] == _paged(clinic, alert_id)
    assert 2 == _breaches(clinic)
    assert AlertState.OPEN is clinic.row(alert_id).state
    assert clinic.chain_is_intact()


@pytest.mark.parametrize(
    ("opened", "moved"),
    [
        pytest.param(datetime(2026, 3, 27, 13, tzinfo=UTC), datetime(2026, 3, 30, 8, tzinfo=UTC), id="clocks forward"),
        pytest.param(datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 9, tzinfo=UTC), id="clocks back"),
    ],
)
def test_a_weekend_on_which_the_clocks_change_neither_skips_nor_doubles_a_step(
    sqlite_clinic: Clinic, opened: datetime, moved: datetime
) -> None:
    """Opened on a Friday at 14:00 in Berlin: three hours that day, one on Monday from nine, whatever UTC it is."""
    clinic = sqlite_clinic
    clinic.clock.instant = opened
    alert_id = clinic.alert()
    steps = []
    while clinic.clock.instant < moved + 10 * HOUR:
        clinic.clock.advance(HOUR)
        steps += [clinic.clock.instant] * clinic.escalate()

    assert [moved, moved + 4 * HOUR] == [step for step in steps if step < moved + 8 * HOUR]
    assert [ADA, BEN, LEAD] == _paged(clinic, alert_id)[:3]


def test_without_a_deputy_the_lead_is_next(clinic: Clinic) -> None:
    alert_id = clinic.alert(SECOND)

    _pass_deadline(clinic, alert_id)

    assert LEAD == clinic.row(alert_id).clinician_id


def test_a_deputy_on_leave_is_passed_over(sqlite_clinic: Clinic) -> None:
    alert_id = sqlite_clinic.alert()
    sqlite_clinic.record(DutySpan(BEN, DutySpanKind.LEAVE, START, START + timedelta(days=14)))

    _pass_deadline(sqlite_clinic, alert_id)

    assert LEAD == sqlite_clinic.row(alert_id).clinician_id


def test_with_everybody_on_leave_it_still_ends_in_a_breach_and_not_in_silence(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.record(
        *(DutySpan(one, DutySpanKind.LEAVE, START, START + timedelta(days=90)) for one in (ADA, BEN, LEAD))
    )
    alert_id = sqlite_clinic.alert()

    for _ in range(3):
        _pass_deadline(sqlite_clinic, alert_id)

    assert 1 == _breaches(sqlite_clinic)
    assert [LEAD] * 4 == _paged(sqlite_clinic, alert_id)


@pytest.mark.parametrize("worked", [(Action.ACKNOWLEDGE,), (Action.ACKNOWLEDGE, Action.REVIEW)])
def test_acknowledged_is_not_handled(clinic: Clinic, worked: tuple[Action, ...]) -> None:
    alert_id = clinic.alert()
    clinic.work_through(alert_id, *worked)

    _pass_deadline(clinic, alert_id)

    assert BEN == clinic.row(alert_id).clinician_id


def test_what_is_decided_stays_where_it_is(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE)
    clinic.clock.advance(timedelta(days=30))

    assert 0 == clinic.escalate()


def test_an_alert_that_was_put_off_wakes_at_its_hour(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    clinic.work_through(alert_id, Action.SNOOZE)

    clinic.clock.instant = START + 11 * HOUR
    before = clinic.escalate()
    clinic.clock.instant = START + 12 * HOUR

    assert (0, 1) == (before, clinic.escalate())


def test_reopened_it_walks_its_path_again_with_notices_of_their_own(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    _pass_deadline(clinic, alert_id)
    clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE, Action.REOPEN)

    _pass_deadline(clinic, alert_id)

    assert [ADA, BEN, ADA, BEN] == _paged(clinic, alert_id)


def test_withdrawn_consent_freezes_the_alert_at_once_and_a_clinician_still_closes_it(clinic: Clinic) -> None:
    alert_id, other = clinic.alert(), clinic.alert(SECOND)
    clinic.record(*consents(FIRST, ConsentStatus.WITHDRAWN, (ALERT_CLINICIAN,)))
    clinic.clock.advance(timedelta(days=1))

    moved = clinic.escalate()
    clinic.escalate()
    clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE, Action.CLOSE)

    assert 1 == moved
    assert (True, False) == (clinic.row(alert_id).is_stopped, clinic.row(other).is_stopped)
    with clinic.store.read() as session:
        stops = select(AlertEventRow.alert_id).where(AlertEventRow.action == Action.STOP)
        assert [alert_id] == list(session.scalars(stops))


def test_whoever_acts_in_the_same_moment_does_not_stop_the_round(
    sqlite_clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first alert is acknowledged between being found overdue and being moved; the second still moves."""
    first, second = sqlite_clinic.alert(FIRST), sqlite_clinic.alert(SECOND)
    sqlite_clinic.clock.advance(5 * HOUR)
    move = escalate._move

    def beaten(*arguments: object) -> None:
        if arguments[-1] == first:
            sqlite_clinic.work_through(first, Action.ACKNOWLEDGE)
        move(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(escalate, "_move", beaten)

    assert 1 == sqlite_clinic.escalate()
    assert (ADA, LEAD) == (sqlite_clinic.row(first).clinician_id, sqlite_clinic.row(second).clinician_id)


def test_what_is_not_late_cannot_be_moved_by_hand(sqlite_clinic: Clinic) -> None:
    alert_id = sqlite_clinic.alert()

    with pytest.raises(ActionRefusedError, match="has not passed"):
        sqlite_clinic.act(escalate.ROUTER, alert_id, Action.ESCALATE)


def test_every_step_names_somebody_registered(sqlite_clinic: Clinic) -> None:
    alert_id = sqlite_clinic.alert()
    for _ in range(3):
        _pass_deadline(sqlite_clinic, alert_id)

    assert {ADA, BEN, LEAD} == {ClinicianId(one) for one in _paged(sqlite_clinic, alert_id)}
