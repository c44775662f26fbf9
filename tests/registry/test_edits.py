"""An edit that would leave a participant without somebody who answers for them is refused whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from pipeline.audit.tables import AuditEvent
from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError, InvariantError
from pipeline.registry.events import (
    SITE,
    Clinician,
    Consent,
    Dated,
    Device,
    DutyHours,
    DutySpan,
    ExceptionalDays,
    Participant,
    Responsibility,
    Switch,
)
from pipeline.registry.record import record
from pipeline.registry.roster import roster_at
from pipeline.registry.words import (
    ConsentStatus,
    DutySpanKind,
    ExceptionalKind,
    OperatingSystem,
    ParticipantStatus,
    SwitchKind,
    SwitchScope,
)
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ClinicianId, DeviceId, ParticipantId
from tests.plugins.people import (
    ADA,
    BEN,
    FIRST,
    LEAD,
    OPERATOR,
    SECOND,
    START,
    SYSTEM,
    clinic,
    clinician,
    participant,
    record_all,
    weekdays,
)

NEXT_MONTH = START + timedelta(days=30)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def staffed(store: Store, clock: FixedClock) -> Store:
    """A store with the small clinic in it."""
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *clinic())
    clock.advance(timedelta(days=1))
    return store


def edit(store: Store, clock: FixedClock, *events: Dated) -> None:
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *events)


def test_every_event_takes_an_audit_event(staffed: Store) -> None:
    with staffed.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == len(clinic())


EVE, NOBODY, THIRD = ClinicianId("eve"), ClinicianId("nobody"), ParticipantId("p-3")


def free(*clinicians: ClinicianId) -> list[Dated]:
    """No duty on Wednesdays for some."""
    return [DutyHours(one, 3, None, None, "Europe/Berlin") for one in clinicians]


FAULTY: dict[str, tuple[list[Dated], str]] = {
    "enrolled without anybody": ([participant(THIRD)], "participant p-3: found no active clinician"),
    "the responsible leaves": ([clinician(ADA, is_active=False)], "participant p-2: found no active clinician"),
    "leaves next month": (
        [Clinician(ADA, "Dr Ada", "psychiatrist", is_active=False, effective_at_utc=NEXT_MONTH)],
        "participant p-1: found no active clinician",
    ),
    "hands over one of two": (
        [clinician(ADA, is_active=False), Responsibility(FIRST, BEN)],
        "participant p-2: found no active clinician",
    ),
    "handed to somebody unknown": ([Responsibility(FIRST, NOBODY)], "clinician nobody: found an id that nobody"),
    "for somebody unknown": ([Responsibility(THIRD, ADA)], "participant p-3: found an id that nobody registered"),
    "handed to somebody not active": (
        [clinician(EVE, is_active=False), Responsibility(FIRST, EVE)],
        "participant p-1: found no active clinician",
    ),
    "nobody of a chain works on Wednesdays": (
        [clinician(EVE), *weekdays(EVE), Responsibility(FIRST, EVE), *free(ADA, LEAD)],
        "participant p-2: found a working hour in the week with nobody on duty",
    ),
    "nobody works at all": (
        [DutyHours(one, day, None, None, "UTC") for one in (ADA, BEN, LEAD) for day in range(1, 6)],
        "participant p-1: found nobody with duty hours",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_edit_is_refused_whole(staffed: Store, clock: FixedClock, name: str) -> None:
    events, found = FAULTY[name]
    with pytest.raises(ConfigurationError, match=found):
        edit(staffed, clock, *events)
    with staffed.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == len(clinic())


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(
            [Responsibility(FIRST, BEN), Responsibility(SECOND, BEN), clinician(ADA, is_active=False)], id="handed over"
        ),
        pytest.param(
            [clinician(ADA, is_active=False), Responsibility(FIRST, BEN), Responsibility(SECOND, BEN)],
            id="in any order",
        ),
        pytest.param([participant(THIRD), Responsibility(THIRD, BEN)], id="enrolled with somebody"),
        pytest.param([participant(THIRD, ParticipantStatus.PAUSED)], id="enrolled but paused"),
        pytest.param([clinician(BEN, is_active=False)], id="a deputy leaves"),
    ],
)
def test_a_sound_edit_is_kept(staffed: Store, clock: FixedClock, events: list[Dated]) -> None:
    edit(staffed, clock, *events)
    with staffed.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == len(clinic()) + len(events)


def test_an_edit_in_force_earlier_than_a_known_leaving_is_checked_against_it(staffed: Store, clock: FixedClock) -> None:
    """Ben is to leave next month; what is handed to him today would be nobody's then."""
    edit(staffed, clock, Clinician(BEN, "Dr Ben", "psychiatrist", is_active=False, effective_at_utc=NEXT_MONTH))
    with pytest.raises(ConfigurationError, match="participant p-2"):
        edit(staffed, clock, Responsibility(SECOND, BEN))


def test_enrolments_of_long_ago_may_be_set_up_today(store: Store, clock: FixedClock) -> None:
    long_ago = datetime(2013, 3, 1, tzinfo=UTC)
    enrolled = Participant(FIRST, ParticipantStatus.ACTIVE, "America/New_York", effective_at_utc=long_ago)
    edit(store, clock, enrolled, clinician(ADA), *weekdays(ADA), Responsibility(FIRST, ADA))
    with store.read() as session:
        assert roster_at(session, long_ago).active_participants == (FIRST,)


def test_the_system_cannot_commission(staffed: Store, clock: FixedClock) -> None:
    accept = Switch(SwitchKind.COMMISSIONED, SwitchScope.SITE, SITE, is_on=True)
    with pytest.raises(InvariantError, match="named human"), staffed.write(SYSTEM, clock) as uow:
        record(uow, accept)
    edit(staffed, clock, accept)
    with staffed.read() as session:
        assert roster_at(session, clock.now_utc()).is_commissioned()


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (participant(ParticipantId("Ada Okafor")), "cannot be an id"),
        (participant(FIRST, zone="Europe/Nowhere"), "time-zone database"),
        (Participant(FIRST, ParticipantStatus.PAUSED, "UTC", "Mon-Fri"), "seven letters"),
        (Clinician(ADA, " ", "psychiatrist"), "no display_name"),
        (Clinician(ADA, "Dr Ada", "Senior Psychiatrist"), "lower-case word"),
        (DutyHours(ADA, 8, time(9), time(17), "UTC"), "weekday 8"),
        (DutyHours(ADA, 1, time(9), None, "UTC"), "only one of"),
        (DutySpan(ADA, DutySpanKind.LEAVE, NEXT_MONTH, START), "ends before it begins"),
        (
            Device(FIRST, DeviceId("a"), "beiwe", "x", OperatingSystem.IOS, NEXT_MONTH, START),
            "use ends before it begins",
        ),
        (ExceptionalDays(FIRST, date(2026, 2, 2), date(2026, 2, 1), ExceptionalKind.OTHER), "end before they begin"),
        (Consent(FIRST, "collect:thoughts", ConsentStatus.GIVEN, "v1", "signed"), "purpose that does not exist"),
        (Consent(FIRST, "collect", ConsentStatus.GIVEN, "", "signed"), "no disclosure_version"),
        (
            Consent(FIRST, "collect", ConsentStatus.GIVEN, "v1", "", effective_at_utc=datetime(2026, 1, 1)),  # noqa: DTZ001 -- the fault
            "without a zone",
        ),
    ],
)
def test_an_event_that_is_not_well_formed_is_refused(sqlite_store: Store, event: Dated, found: str) -> None:
    with pytest.raises(ConfigurationError, match=found), sqlite_store.write(OPERATOR, FixedClock(START)) as uow:
        record(uow, event)
