"""Queues on the command line: who sees what, what is said next, and what an operator cannot do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

import pipeline.opening
from alerts.commands import queues
from alerts.queues.tables import AlertEventRow
from alerts.triage.actions import ActionRefusedError
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.audit.event import ActorKind
from pipeline.audit.tables import AuditEvent
from pipeline.opening import Opened
from pipeline.registry.access import AccessRefusedError
from pipeline.registry.credentials import set_credential
from tests.alerts.making import KEY, Clinic
from tests.plugins.people import ADA, OPERATOR

SECRET = "correct horse battery"  # noqa: S105 -- invented


def _opening(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, *, is_synthetic: bool) -> None:
    place = Opened(replace(clinic.site, is_synthetic=is_synthetic), clinic.store, clinic.clock, KEY)

    @contextmanager
    def opened(_: object) -> Iterator[Opened]:
        yield place

    monkeypatch.setattr(pipeline.opening, "opened", opened)
    monkeypatch.delenv("EVENKEEL_CREDENTIAL", raising=False)


@pytest.fixture
def shown(sqlite_clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A synthetic site, where everybody may act."""
    _opening(sqlite_clinic, monkeypatch, is_synthetic=True)
    return sqlite_clinic


@pytest.fixture
def real(sqlite_clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A real site, where only a credential makes a clinician."""
    _opening(sqlite_clinic, monkeypatch, is_synthetic=False)
    return sqlite_clinic


def test_a_queue_with_its_reasons_names_clinician_and_pattern(
    shown: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    alert_id = shown.alert()

    queues.queue(None, explain=True)

    said = capsys.readouterr().out
    assert f"Queue of Dr {ADA.title()} (synthetic): 1 open alert\n" in said
    assert alert_id in said
    assert "withdrawal pattern" in said
    assert "Moved 3,000 (usual 6,000)" in said
    assert "not an emergency service" in said


def test_without_the_holders_credential_a_real_site_shows_no_reason(
    real: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    real.alert()

    with pytest.raises(AccessRefusedError):
        queues.queue(None, explain=True)

    assert "3,000" not in capsys.readouterr().out


def test_with_it_the_holder_reads_and_the_look_is_on_record(
    real: Clinic, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real.alert()
    _give_credential(real, monkeypatch)

    queues.queue(ADA, explain=True)

    assert "3,000" in capsys.readouterr().out
    with real.store.read() as session:
        read = select(AuditEvent.actor_id).where(AuditEvent.action == "brief.read")
        assert [ADA] == list(session.scalars(read))


def test_an_alert_is_worked_through_by_the_commands_that_each_names_next(
    shown: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    alert_id = shown.alert()
    said = []
    queues.show(alert_id, ADA)
    said.append(capsys.readouterr().out)
    queues.acknowledge(alert_id, ADA)
    queues.show(alert_id, ADA)
    said.append(capsys.readouterr().out)
    queues.dispose(alert_id, ADA, Disposition.CONTACTED)
    queues.show(alert_id, ADA)
    said.append(capsys.readouterr().out)
    queues.close(alert_id, ADA, follow_up_settled=True)

    assert [True, True, True] == [
        f"Next: evenkeel alert {step} {alert_id}" in text
        for step, text in zip(("acknowledge", "dispose", "close"), said, strict=True)
    ]
    assert AlertState.CLOSED is shown.row(alert_id).state


def test_an_operator_who_acknowledges_for_a_clinician_is_noted_and_stops_no_clock(real: Clinic) -> None:
    alert_id = real.alert()

    queues.acknowledge(alert_id, ADA)

    assert AlertState.OPEN is real.row(alert_id).state
    with real.store.read() as session:
        events = session.execute(
            select(AlertEventRow.action, AlertEventRow.actor_kind, AlertEventRow.on_behalf_of_id)
        ).all()
    assert [(Action.NOTE, ActorKind.OPERATOR, ADA)] == [tuple(event) for event in events]


def test_an_operator_cannot_dispose(real: Clinic) -> None:
    alert_id = real.alert()
    real.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW)

    with pytest.raises(ActionRefusedError, match="only a clinician may dispose"):
        queues.dispose(alert_id, ADA, Disposition.CONTACTED)


def test_with_json_there_is_one_document(shown: Clinic, capsys: pytest.CaptureFixture[str]) -> None:
    alert_id = shown.alert()

    queues.queue(None, as_json=True)

    assert [alert_id] == [one["alert_id"] for one in json.loads(capsys.readouterr().out)]


def _give_credential(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    with clinic.store.write(OPERATOR, clinic.clock) as uow:
        set_credential(uow, ADA, SECRET)
    monkeypatch.setenv("EVENKEEL_CREDENTIAL", SECRET)
