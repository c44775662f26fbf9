"""A run that finds the registry faulty goes on with the last roster that was accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError
from pipeline.registry.acceptance import accept_roster, last_accepted, working_roster
from pipeline.registry.events import Device, Responsibility
from pipeline.registry.record import record
from pipeline.registry.words import OperatingSystem
from pipeline.store.store import Store
from pipeline.vocabulary.ids import DeviceId
from tests.plugins.people import ADA, BEN, FIRST, OPERATOR, SECOND, START, SYSTEM, clinic, record_all

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


def share_a_phone(store: Store, clock: FixedClock) -> None:
    """A fault that an edit does not refuse: two participants with one phone."""
    with store.write(OPERATOR, clock) as uow:
        for person in (FIRST, SECOND):
            record(uow, Device(person, DeviceId("phone"), "beiwe", "abc", OperatingSystem.IOS, START))


def test_a_faulty_registry_is_left_aside_for_the_last_accepted(store: Store, clock: FixedClock) -> None:
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *clinic())
    with store.write(SYSTEM, clock) as uow:
        accepted_at_utc = accept_roster(uow)
    # The clock stands still: what is recorded after an acceptance is nevertheless not part of it.
    share_a_phone(store, clock)
    with store.read() as session:
        working = working_roster(session, START)
        assert accepted_at_utc == last_accepted(session)
    assert ["device beiwe/abc"] == [fault.where for fault in working.faults]
    assert (working.roster.devices, working.roster.active_participants) == ((), (FIRST, SECOND))


def test_a_sound_registry_is_used_as_it_is(store: Store, clock: FixedClock) -> None:
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *clinic())
        accept_roster(uow)
    with store.write(OPERATOR, clock) as uow:
        record(uow, Responsibility(FIRST, BEN))
    with store.read() as session:
        working = working_roster(session, START + HOUR)
    assert (BEN, ()) == (working.roster.responsible(FIRST), working.faults)


def test_a_faulty_registry_that_was_never_accepted_stops_the_run(store: Store, clock: FixedClock) -> None:
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *clinic())
    share_a_phone(store, clock)
    with store.read() as session, pytest.raises(ConfigurationError, match="beiwe/abc"):
        working_roster(session, START)
    with pytest.raises(ConfigurationError, match="beiwe/abc"), store.write(SYSTEM, clock) as uow:
        accept_roster(uow)


def test_a_replay_goes_on_with_what_was_accepted_by_then(store: Store, clock: FixedClock) -> None:
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *clinic())
        early = accept_roster(uow)
    clock.advance(HOUR)
    with store.write(OPERATOR, clock) as uow:
        record(uow, Responsibility(FIRST, BEN))
        accept_roster(uow)
    with store.read() as session:
        assert early == last_accepted(session, early)
        assert working_roster(session, clock.now_utc(), early).roster.responsible(FIRST) == ADA


def test_nothing_is_accepted_to_begin_with(store: Store) -> None:
    with store.read() as session:
        assert last_accepted(session) is None
