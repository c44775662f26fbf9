"""Writers at once: each waits for the other at the head of the chain, and nobody's event is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from pipeline.audit.verification import verify
from pipeline.clock import FixedClock
from pipeline.errors import TransientError
from pipeline.registry.tables import ClinicianRow
from pipeline.store import engine as engines
from pipeline.store.store import Store, open_store
from tests.plugins.people import OPERATOR

UNITS_EACH = 12


def test_two_writers_make_one_unbroken_chain(store: Store) -> None:
    barrier = Barrier(2)

    def write(name: str) -> None:
        barrier.wait()
        for number in range(UNITS_EACH):
            with store.write(OPERATOR, FixedClock()) as uow:
                uow.session.add(ClinicianRow(clinician_id=f"{name}-{number}"))
                uow.record("clinician.recorded", "clinician", f"{name}-{number}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ("ada", "ben")))
    with store.read() as session:
        found = verify(session)
    assert (2 * UNITS_EACH, True) == (found.event_count, found.is_intact)


@pytest.mark.postgres
def test_on_postgresql_writers_meet_only_at_the_head(postgresql_store: Store) -> None:
    """The second unit begins, writes and ends while the first is still open: nothing but the head is shared."""
    store = postgresql_store
    with store.write(OPERATOR, FixedClock()) as slow:
        slow.session.add(ClinicianRow(clinician_id="ada"))
        slow.session.flush()
        slow.record("clinician.recorded", "clinician", "ada")
        with store.write(OPERATOR, FixedClock()) as quick:
            quick.session.add(ClinicianRow(clinician_id="ben"))
            quick.record("clinician.recorded", "clinician", "ben")
    with store.read() as session:
        assert verify(session).event_count == 2


def test_a_writer_that_waited_too_long_may_try_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT_MS", 50)
    monkeypatch.setitem(engines.SQLITE_PRAGMAS, "busy_timeout", "50")
    impatient = open_store(store.engine.url.render_as_string(hide_password=False))
    with store.write(OPERATOR, FixedClock()) as first:
        first.session.execute(text("UPDATE audit_head SET seq = seq"))
        first.record("site.checked", "site", "here")
        with pytest.raises(TransientError, match="may work again"), impatient.write(OPERATOR, FixedClock()) as second:
            second.record("site.checked", "site", "here")
    impatient.close()


def test_two_processes_may_migrate_at_once(empty_store: Store) -> None:
    url = empty_store.engine.url.render_as_string(hide_password=False)

    def migrate(_: int) -> None:
        own = open_store(url)
        own.migrate()
        own.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, range(2)))
    with empty_store.read() as session:
        assert verify(session).is_intact


def test_an_unreachable_server_may_be_tried_again() -> None:
    nobody = open_store("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(TransientError), nobody.read() as session:
        session.execute(text("SELECT 1"))
