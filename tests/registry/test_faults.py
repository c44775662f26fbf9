"""A roster's faults are all named at once, with what to do; a chain of one person is a warning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from pipeline.clock import FixedClock
from pipeline.registry.duty import Rota
from pipeline.registry.events import Device, DutyHours, DutySpan, TeamMember
from pipeline.registry.faults import roster_faults, roster_warnings
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.words import DutySpanKind, OperatingSystem, TeamRole
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ClinicianId, DeviceId, ParticipantId
from tests.plugins.people import ADA, BEN, FIRST, LEAD, OPERATOR, SECOND, START, clinic, clinician, record_all

EVE = ClinicianId("eve")


@pytest.fixture
def roster(sqlite_store: Store) -> Roster:
    """The small clinic."""
    with sqlite_store.write(OPERATOR, FixedClock(START)) as uow:
        record_all(uow, *clinic())
    with sqlite_store.read() as session:
        return roster_at(session, START)


def phone(participant_id: ParticipantId, days: int) -> Device:
    first, last = START + timedelta(days=days), START + timedelta(days=days + 9)
    return Device(participant_id, DeviceId("phone"), "beiwe", "abc", OperatingSystem.IOS, first, last)


def with_clinicians(roster: Roster, *inactive: ClinicianId) -> Roster:
    gone = {one: clinician(one, is_active=False) for one in inactive}
    return replace(roster, clinicians={**roster.clinicians, **gone})


def without_hours(roster: Roster, weekday: int) -> Roster:
    """Only Ben works on a weekday, who is responsible for the first participant and of no other chain."""
    hours = [hours for hours in roster.rota.hours if hours.weekday != weekday or hours.clinician_id == BEN]
    return replace(roster, rota=Rota(tuple(hours)), responsibilities={FIRST: BEN, SECOND: ADA})


FAULTY: dict[str, tuple[Callable[[Roster], Roster], str, str]] = {
    "nobody responsible": (
        lambda roster: replace(roster, responsibilities={FIRST: ADA}),
        "participant p-2",
        "no active clinician who is responsible",
    ),
    "responsible not active": (lambda roster: with_clinicians(roster, ADA), "participant p-2", "no active clinician"),
    "deputy not active": (lambda roster: with_clinicians(roster, BEN), "participant p-1", "the deputy ben"),
    "no lead": (lambda roster: replace(roster, service_lead=None), "site", "no active service lead"),
    "lead not active": (lambda roster: with_clinicians(roster, LEAD), "site", "no active service lead"),
    "unknown clinician": (
        lambda roster: replace(roster, team_members=(TeamMember(FIRST, EVE, TeamRole.MEMBER),)),
        "clinician eve",
        "an id that nobody registered",
    ),
    "unknown participant": (
        lambda roster: replace(roster, devices=(phone(ParticipantId("p-9"), 0),)),
        "participant p-9",
        "an id that nobody registered",
    ),
    "an hour without duty": (lambda roster: without_hours(roster, 3), "participant p-2", "a working hour in the week"),
    "no duty at all": (lambda roster: replace(roster, rota=Rota()), "participant p-1", "nobody with duty hours"),
    "one phone of two people": (
        lambda roster: replace(roster, devices=(phone(FIRST, 0), phone(SECOND, 5))),
        "device beiwe/abc",
        "two participants' at the same time",
    ),
}


def test_a_sound_roster_has_neither_fault_nor_warning(roster: Roster) -> None:
    assert ([], []) == (roster_faults(roster), roster_warnings(roster))


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_named_with_its_place(roster: Roster, name: str) -> None:
    spoil, where, found = FAULTY[name]
    faults = roster_faults(spoil(roster))
    assert any(fault.where == where and found in fault.found and fault.mend for fault in faults)


def test_one_phone_may_pass_from_one_participant_to_another(roster: Roster) -> None:
    assert roster_faults(replace(roster, devices=(phone(FIRST, 0), phone(SECOND, 9)))) == []


def test_every_fault_is_listed_at_once(roster: Roster) -> None:
    spoilt = replace(with_clinicians(roster, BEN), service_lead=None, devices=(phone(ParticipantId("p-9"), 0),))
    assert {"participant p-9", "participant p-1", "site"} == {fault.where for fault in roster_faults(spoilt)}


def test_a_chain_of_one_person_is_a_warning(roster: Roster) -> None:
    alone = replace(roster, service_lead=ADA)
    (warning,) = roster_warnings(alone)
    assert (warning.where, "one-person chain" in warning.found) == ("participant p-2", True)


def test_leave_that_nobody_covers_is_a_warning(roster: Roster) -> None:
    leave = [DutySpan(one, DutySpanKind.LEAVE, START, START + timedelta(days=2)) for one in (ADA, LEAD)]
    away = replace(roster, rota=Rota(roster.rota.hours, tuple(leave)))
    (warning,) = roster_warnings(away)
    assert (warning.where, "leave" in warning.found) == ("participant p-2", True)


def test_a_night_watch_of_somebody_not_responsible_makes_no_working_hour(roster: Roster) -> None:
    night = DutyHours(EVE, 1, time(20), time(8), "Europe/Berlin")
    watched = replace(
        roster,
        rota=Rota((*roster.rota.hours, night)),
        clinicians={**roster.clinicians, EVE: clinician(EVE)},
        registered_clinicians=roster.registered_clinicians | {EVE},
    )
    assert roster_faults(watched) == []
