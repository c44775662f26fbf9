"""What an action leaves behind: the state, the attributes it is about, its event and its sealed reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerts.queues.tables import AlertEventRow
from alerts.triage.actions import REASON_PURPOSE, ActionRefusedError, UnknownAlertError
from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.audit.tables import AuditEvent
from pipeline.registry.keys import KeyRing
from pipeline.vocabulary.ids import AlertId
from tests.alerts.making import DECIDED, KEY, Clinic
from tests.plugins.people import ADA, BEN, LEAD, OPERATOR, SECOND, START, as_clinician

WORKED = (Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE, Action.CLOSE)


def test_an_alert_goes_from_open_to_closed_by_four_acts_of_a_clinician(clinic: Clinic) -> None:
    alert_id = clinic.alert()

    clinic.work_through(alert_id, *WORKED)

    assert AlertState.CLOSED is clinic.row(alert_id).state
    assert Disposition.WATCH is clinic.row(alert_id).disposition


def test_acknowledging_starts_the_clock_to_a_decision_in_working_hours(clinic: Clinic) -> None:
    """Monday 9:00 in Berlin and eight hours of work: 17:00 the same day."""
    alert_id = clinic.alert()

    clinic.work_through(alert_id, Action.ACKNOWLEDGE)

    assert START + timedelta(hours=8) == clinic.row(alert_id).dispose_by_utc


def test_a_reason_is_kept_sealed_and_opens_for_its_participant_only(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW)
    clinic.act(as_clinician(ADA), alert_id, Action.DISPOSE, replace(DECIDED, reason="spoke to the family"))

    with clinic.store.read() as session:
        sealed = session.scalars(
            select(AlertEventRow.sealed_reason).where(AlertEventRow.disposition.is_not(None))
        ).one()
        opened = KeyRing(session, KEY).open(clinic.row(alert_id).participant_id, sealed or b"", REASON_PURPOSE)

    assert b"family" not in (sealed or b"")
    assert b"spoke to the family" == opened


def test_who_acted_is_who_signed_in_whatever_the_details_say(clinic: Clinic) -> None:
    alert_id = clinic.alert()

    clinic.act(as_clinician(ADA), alert_id, Action.ACKNOWLEDGE, Details(actor_id=LEAD))

    assert ADA == clinic.row(alert_id).clinician_id


def test_responsibility_stays_with_the_sender_until_the_other_accepts(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    offer = Details(target_clinician_id=BEN, reason="knows the person better")

    clinic.act(as_clinician(ADA), alert_id, Action.REASSIGN, offer)
    offered = clinic.row(alert_id)
    clinic.act(as_clinician(BEN), alert_id, Action.ACCEPT)
    accepted = clinic.row(alert_id)

    assert (ADA, BEN) == (offered.clinician_id, offered.offered_to_id)
    assert (BEN, None) == (accepted.clinician_id, accepted.offered_to_id)


def test_nobody_accepts_what_was_handed_to_another(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    clinic.act(as_clinician(ADA), alert_id, Action.REASSIGN, Details(target_clinician_id=BEN, reason="away soon"))

    with pytest.raises(ActionRefusedError, match="was not handed to you"):
        clinic.act(as_clinician(LEAD), alert_id, Action.ACCEPT)


def test_opening_again_begins_the_path_anew(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    clinic.clock.advance(timedelta(hours=5))
    clinic.escalate()
    clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE, Action.REOPEN)

    row = clinic.row(alert_id)

    assert (AlertState.OPEN, None, 0) == (row.state, row.disposition, row.escalation_step)
    assert clinic.clock.now_utc() < row.acknowledge_by_utc


def test_a_refused_action_writes_nothing(clinic: Clinic) -> None:
    alert_id = clinic.alert()

    with pytest.raises(ActionRefusedError, match="acknowledge it first"):
        clinic.work_through(alert_id, Action.DISPOSE)

    with clinic.store.read() as session:
        assert 0 == session.scalar(select(func.count()).select_from(AlertEventRow))


def test_every_action_leaves_one_event_and_one_audit_event(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    clinic.work_through(alert_id, *WORKED)

    with clinic.store.read() as session:
        events = session.scalars(select(AlertEventRow.action).order_by(AlertEventRow.event_id)).all()
        audited = session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.object_id == alert_id, AuditEvent.actor_id == ADA)
            .order_by(AuditEvent.seq)
        ).all()

    assert list(WORKED) == list(events)
    assert [f"alert.{action.value}" for action in WORKED] == list(audited)
    assert clinic.chain_is_intact()


def test_an_operator_who_speaks_for_a_clinician_stops_no_clock(clinic: Clinic) -> None:
    alert_id = clinic.alert()
    before = clinic.row(alert_id)

    clinic.act(OPERATOR, alert_id, Action.NOTE, Details(on_behalf_of_id=ADA))

    after = clinic.row(alert_id)
    assert (AlertState.OPEN, before.acknowledge_by_utc) == (after.state, after.acknowledge_by_utc)


def test_an_unknown_alert_is_said_to_be_unknown(clinic: Clinic) -> None:
    with pytest.raises(UnknownAlertError, match="evenkeel queue"):
        clinic.act(as_clinician(ADA), AlertId("A-none"), Action.ACKNOWLEDGE)


def test_working_on_one_alert_leaves_the_other_participants_alone(clinic: Clinic) -> None:
    first, second = clinic.alert(), clinic.alert(SECOND)

    clinic.work_through(first, *WORKED)

    assert AlertState.OPEN is clinic.row(second).state
