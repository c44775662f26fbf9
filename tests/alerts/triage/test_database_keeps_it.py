"""What the database itself refuses, whatever code writes to it; and what has no place in the schema at all."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import timedelta

import pytest
from sqlalchemy import Enum, Executable, insert, update
from sqlalchemy.exc import DBAPIError

import alerts
import pipeline
from alerts.queues.tables import AlertEventRow, AlertRow, NoticeRow
from alerts.triage.transitions import CLINICIAN, TRANSITIONS
from alerts.triage.words import Action, AlertState
from pipeline.audit.event import ActorKind
from pipeline.registry.recipients import RecipientKind
from pipeline.store.base import Base
from tests.alerts.making import Clinic
from tests.plugins.people import SYSTEM

BY_PEOPLE = sorted(action for action, row in TRANSITIONS.items() if row.actors == CLINICIAN)
CONTACT = {"phone", "telephone", "mobile", "mail", "email", "address", "contact", "sms", "messenger", "relative", "kin"}


@pytest.mark.parametrize("kind", [ActorKind.SYSTEM, ActorKind.OPERATOR])
def test_no_event_of_a_persons_decision_can_be_written_for_software(clinic: Clinic, kind: ActorKind) -> None:
    alert_id = clinic.alert()
    for action in BY_PEOPLE:
        event = {"alert_id": alert_id, "at_utc": clinic.clock.now_utc(), "action": action, "actor_id": "x"}
        states = {"from_state": AlertState.OPEN, "to_state": AlertState.OPEN}
        with pytest.raises(DBAPIError, match="decided_by_a_clinician"), clinic.store.write(SYSTEM, clinic.clock) as uow:
            uow.session.execute(insert(AlertEventRow).values(**event, **states, actor_kind=kind))


@pytest.mark.parametrize("state", [AlertState.DISPOSED, AlertState.CLOSED])
def test_no_alert_is_decided_without_a_disposition(clinic: Clinic, state: AlertState) -> None:
    alert_id = clinic.alert()

    with pytest.raises(DBAPIError, match="decided_with_disposition"), clinic.store.write(SYSTEM, clinic.clock) as uow:
        uow.session.execute(update(AlertRow).where(AlertRow.alert_id == alert_id).values(state=state))


def test_no_alert_belongs_to_nobody(clinic: Clinic) -> None:
    alert_id = clinic.alert()

    for nobody in (None, "a-patient"):
        with pytest.raises(DBAPIError):
            _run(clinic, update(AlertRow).where(AlertRow.alert_id == alert_id).values(clinician_id=nobody))


def test_a_recipient_can_only_be_a_clinician(clinic: Clinic) -> None:
    """The type has one value, the column's check knows only that one, and its id must be a registered clinician's."""
    alert_id = clinic.alert()
    column = NoticeRow.__table__.c.recipient_kind

    assert [RecipientKind.CLINICIAN] == list(RecipientKind)
    assert isinstance(column.type, Enum)
    assert ["clinician"] == column.type.enums
    later = clinic.clock.now_utc() + timedelta(hours=1)
    values = {"notice_id": "N", "alert_id": alert_id, "created_at_utc": later, "next_attempt_at_utc": later}
    with pytest.raises(DBAPIError):
        _run(clinic, insert(NoticeRow).values(**values, clinician_id="p-1", attempts_count=0))


def test_no_table_has_a_place_for_how_to_reach_a_participant() -> None:
    for package in (alerts, pipeline):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name.endswith(".tables"):
                importlib.import_module(info.name)

    columns = [f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns]

    assert "alert.clinician_id" in columns
    assert [] == [name for name in columns if CONTACT & set(re.split(r"[._]", name))]


def test_every_action_of_the_table_has_a_word_in_the_database(clinic: Clinic) -> None:
    column = AlertEventRow.__table__.c.action

    assert isinstance(column.type, Enum)
    assert {action.value for action in Action} == set(column.type.enums)
    assert clinic.chain_is_intact()


def _run(clinic: Clinic, statement: Executable) -> None:
    """Write behind the code's back; what is checked only when a transaction ends is checked too."""
    with clinic.store.write(SYSTEM, clinic.clock) as uow:
        uow.session.execute(statement)
        uow.record("test.write", "test", "statement")
