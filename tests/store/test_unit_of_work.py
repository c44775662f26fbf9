"""Nothing is written without an audit event, and a unit of work is committed whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from pipeline.audit.tables import AuditEvent
from pipeline.clock import FixedClock
from pipeline.errors import InvariantError
from pipeline.registry.tables import ClinicianRow
from pipeline.store.engine import ReadOnlyError
from pipeline.store.store import Store
from tests.plugins.people import OPERATOR


def clinicians(session: Session) -> list[str]:
    return list(session.scalars(select(ClinicianRow.clinician_id).order_by(ClinicianRow.clinician_id)))


def test_a_write_with_an_audit_event_is_kept(store: Store) -> None:
    with store.write(OPERATOR, FixedClock()) as uow:
        uow.session.add(ClinicianRow(clinician_id="ada"))
        uow.record("clinician.recorded", "clinician", "ada")
    with store.read() as session:
        assert clinicians(session) == ["ada"]
        assert session.scalars(select(AuditEvent.object_id)).all() == ["ada"]


WAYS: dict[str, Callable[[Session], object]] = {
    "mapped": lambda session: session.add(ClinicianRow(clinician_id="ada")),
    "core": lambda session: session.execute(insert(ClinicianRow).values(clinician_id="ada")),
    "text": lambda session: session.execute(text("INSERT INTO clinician (clinician_id) VALUES ('ada')")),
    "query": lambda session: session.execute(
        text("WITH new AS (SELECT 'ada' AS id) INSERT INTO clinician (clinician_id) SELECT id FROM new")
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_write_without_an_audit_event_is_rolled_back(store: Store, way: str) -> None:
    with pytest.raises(InvariantError, match="without an audit event"), store.write(OPERATOR, FixedClock()) as uow:
        WAYS[way](uow.session)
    with store.read() as session:
        assert clinicians(session) == []


@pytest.mark.parametrize("statement", ["UPDATE clinician SET clinician_id = 'ben'", "DELETE FROM clinician"])
def test_a_change_without_an_audit_event_is_rolled_back(store: Store, statement: str) -> None:
    with store.write(OPERATOR, FixedClock()) as uow:
        uow.session.add(ClinicianRow(clinician_id="ada"))
        uow.record("clinician.recorded", "clinician", "ada")
    with pytest.raises(InvariantError, match="without an audit event"), store.write(OPERATOR, FixedClock()) as uow:
        uow.session.execute(text(statement))
    with store.read() as session:
        assert clinicians(session) == ["ada"]


def test_reading_within_a_unit_needs_no_audit_event(store: Store) -> None:
    with store.write(OPERATOR, FixedClock()) as uow:
        found = clinicians(uow.session)
    assert found == []


def test_an_audit_event_alone_may_be_written(store: Store) -> None:
    with store.write(OPERATOR, FixedClock()) as uow:
        uow.record("identity.read", "participant", "p-1")
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1


def test_a_failing_body_leaves_neither_write_nor_event(store: Store) -> None:
    def body() -> None:
        with store.write(OPERATOR, FixedClock()) as uow:
            uow.session.add(ClinicianRow(clinician_id="ada"))
            uow.record("clinician.recorded", "clinician", "ada")
            uow.session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        body()
    with store.read() as session:
        assert clinicians(session) == []
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 0


def test_committing_inside_a_unit_is_refused(store: Store) -> None:
    with pytest.raises(InvariantError, match="commit inside a unit"), store.write(OPERATOR, FixedClock()) as uow:
        write_and_commit(uow.session)
    with store.read() as session:
        assert clinicians(session) == []


def write_and_commit(session: Session) -> None:
    session.add(ClinicianRow(clinician_id="ada"))
    session.commit()


def test_a_reader_cannot_write(store: Store) -> None:
    with store.read() as session, pytest.raises(ReadOnlyError, match=r"Store\.write"):
        session.execute(insert(ClinicianRow).values(clinician_id="ada"))


def test_a_check_runs_once_on_the_whole_unit_before_the_commit(store: Store) -> None:
    seen: list[list[str]] = []
    with store.write(OPERATOR, FixedClock()) as uow:
        for one in ("ada", "ben"):
            uow.check_before_commit("staff", lambda: seen.append(clinicians(uow.session)))
            uow.session.add(ClinicianRow(clinician_id=one))
        uow.record("clinician.recorded", "clinician", "both")
    assert seen == [["ada", "ben"]]


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as session:
        before = clinicians(session)
        with store.write(OPERATOR, FixedClock()) as uow:
            uow.session.add(ClinicianRow(clinician_id="ada"))
            uow.record("clinician.recorded", "clinician", "ada")
        assert before == clinicians(session) == []


def test_errors_of_the_database_hide_values(store: Store) -> None:
    with pytest.raises(Exception, match="hidden") as raised, store.write(OPERATOR, FixedClock()) as uow:
        uow.session.execute(text("SELECT :value + nowhere"), {"value": "a-secret-value"})
    assert "a-secret-value" not in str(raised.value)
