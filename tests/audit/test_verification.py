"""Whatever is changed in the chain is found, and the first event that it touches is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pipeline.audit.chain import append
from pipeline.audit.event import HASHED, Entry
from pipeline.audit.tables import AuditEvent
from pipeline.audit.verification import Anchor, verify
from pipeline.clock import FixedClock
from pipeline.store.store import Store
from tests.plugins.people import OPERATOR

EVENTS = 5


@pytest.fixture
def chained(store: Store) -> Store:
    """A store with a chain of five events, written by two units."""
    for first, last in ((0, 2), (2, EVENTS)):
        with store.write(OPERATOR, FixedClock(), config_digest="ab" * 16) as uow:
            for number in range(first, last):
                uow.record("alert.read", "alert", f"a-{number}", "asked", "cd" * 16)
    return store


@contextmanager
def unguarded(store: Store) -> Iterator[Connection]:
    """A connection for somebody who can switch the triggers off; what they do is taken back at the end."""
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        else:
            for name in (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            ):
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        connection.rollback()


def after(store: Store, tamper: str) -> tuple[int | None, str]:
    """What verification finds when somebody tampered with the tables."""
    with unguarded(store) as connection:
        connection.execute(text(tamper))
        found = verify(Session(connection))
    return found.broken_at_seq, found.found


def test_a_chain_as_it_was_written_is_intact(chained: Store) -> None:
    with chained.read() as session:
        found = verify(session)
    assert (EVENTS, True) == (found.event_count, found.is_intact)


def test_an_empty_chain_is_intact(store: Store) -> None:
    with store.read() as session:
        assert verify(session).is_intact


def test_one_changed_value_is_found_where_it_is(chained: Store) -> None:
    words = {name: f"{name} || 'x'" for name in HASHED if name not in {"seq", "at_utc", "actor_kind"}}
    changes = {**words, "at_utc": "'2020-01-01 00:00:00.000000'", "actor_kind": "'clinician'"}
    sentence = "UPDATE audit_event SET {} = {} WHERE seq = 3"
    found = {name: after(chained, sentence.format(name, new)) for name, new in changes.items()}
    assert found == dict.fromkeys(changes, (3, "the event does not have the hash that it was written with"))


def test_a_value_that_cannot_even_be_read_is_found_where_it_is(chained: Store, database: str) -> None:
    """PostgreSQL refuses what is no instant; SQLite keeps any text, and drops its checks for whoever asks."""
    with unguarded(chained) as connection:
        if database == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
            connection.execute(text("UPDATE audit_event SET at_utc = 'yesterday' WHERE seq = 3"))
        else:
            connection.execute(text("ALTER TABLE audit_event DROP CONSTRAINT ck_audit_event_actor_kind"))
        connection.execute(text("UPDATE audit_event SET actor_kind = 'nobody' WHERE seq = 3"))
        assert verify(Session(connection)).broken_at_seq == 3


@pytest.mark.parametrize(
    ("tamper", "seq", "found"),
    [
        ("DELETE FROM audit_event WHERE seq = 3", 3, "the event is missing"),
        ("DELETE FROM audit_event WHERE seq = 5", 5, "the chain does not end where its head says"),
        ("DELETE FROM audit_event", 1, "the chain does not end where its head says"),
        ("DELETE FROM audit_head", 6, "the head of the chain is missing"),
        ("UPDATE audit_head SET seq = 4", 6, "the chain does not end where its head says"),
        ("UPDATE audit_event SET prev_hash = hash WHERE seq = 2", 2, "the event is not tied to the one before it"),
        ("UPDATE audit_event SET seq = 9 WHERE seq = 5", 5, "the event is missing"),
    ],
)
def test_what_is_missing_or_moved_is_found(chained: Store, tamper: str, seq: int, found: str) -> None:
    assert after(chained, tamper) == (seq, found)


def test_a_chain_written_anew_is_found_by_what_was_noted_elsewhere(chained: Store) -> None:
    with chained.read() as session:
        noted = [Anchor(2, session.scalars(select(AuditEvent.hash).where(AuditEvent.seq == 2)).one())]
    with unguarded(chained) as connection, Session(connection) as session:
        connection.execute(text("DELETE FROM audit_event"))
        connection.execute(text(f"UPDATE audit_head SET seq = 0, hash = '{'0' * 64}'"))  # noqa: S608 -- our own words
        emptied = verify(session, noted).found
        append(
            session, OPERATOR, [Entry("alert.read", "alert", f"b-{number}") for number in range(EVENTS)], FixedClock()
        )
        rewritten = verify(session, noted)
        assert verify(session).is_intact
    assert emptied == "the chain ends before an event that was noted down elsewhere"
    assert rewritten == replace(
        rewritten, broken_at_seq=2, found="the event is not the one that was noted down elsewhere"
    )


def replace_event(connection: Connection) -> None:
    connection.execute(text("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 1"))


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET reason = ''", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_an_event(chained: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match="only ever added"), chained.engine.begin() as connection:
        connection.execute(text(statement))


def test_the_database_refuses_to_empty_or_replace(chained: Store, database: str) -> None:
    way: Callable[[Connection], object] = replace_event
    if database == "postgresql":
        way = lambda connection: connection.execute(text("TRUNCATE audit_event"))  # noqa: E731
    with pytest.raises(DBAPIError, match="only ever added"), chained.engine.begin() as connection:
        way(connection)
