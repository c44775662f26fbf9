"""The roster answers who took part, who answered for them, with which phone, at an instant and as known at another."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from pipeline.clock import FixedClock
from pipeline.registry.events import (
    SITE,
    Clinician,
    Consent,
    Device,
    DutySpan,
    ExceptionalDays,
    Participant,
    Responsibility,
    Switch,
    TeamMember,
)
from pipeline.registry.record import record
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.timelines import handset_timeline, zone_timeline
from pipeline.registry.words import (
    CareRole,
    ConsentStatus,
    DutySpanKind,
    ExceptionalKind,
    OperatingSystem,
    ParticipantStatus,
    SwitchKind,
    SwitchScope,
    TeamRole,
)
from pipeline.store.store import Store
from pipeline.vocabulary.ids import DeviceId
from pipeline.vocabulary.local_day import ZONE_TIMELINE
from tests.plugins.people import ADA, BEN, FIRST, LEAD, OPERATOR, SECOND, START, clinic, record_all

JANUARY, MARCH, APRIL = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 4))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def staffed(store: Store, clock: FixedClock) -> Store:
    """A store with the small clinic in it."""
    with store.write(OPERATOR, clock) as uow:
        record_all(uow, *clinic())
    return store


def known(store: Store, at_utc: datetime, known_at_utc: datetime | None = None) -> Roster:
    with store.read() as session:
        return roster_at(session, at_utc, known_at_utc)


def test_the_care_team_names_the_responsible_clinician_first(staffed: Store) -> None:
    roster = known(staffed, START)
    assert list(roster.care_team(FIRST).items()) == [(ADA, CareRole.RESPONSIBLE), (BEN, CareRole.DEPUTY)]
    assert list(roster.care_team(SECOND).items()) == [(ADA, CareRole.RESPONSIBLE)]
    assert (roster.service_lead, roster.active_participants) == (LEAD, (FIRST, SECOND))


def test_before_anything_was_recorded_there_is_nobody(staffed: Store) -> None:
    roster = known(staffed, START - timedelta(seconds=1))
    assert (roster.active_participants, roster.service_lead, roster.responsible(FIRST)) == ((), None, None)


def test_handing_over_changes_who_answers_from_that_instant_on(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Responsibility(FIRST, BEN, effective_at_utc=MARCH))
    before, after = known(staffed, MARCH - timedelta(seconds=1)), known(staffed, MARCH)
    assert (before.responsible(FIRST), after.responsible(FIRST)) == (ADA, BEN)
    assert after.care_team(FIRST) == {BEN: CareRole.RESPONSIBLE}


def test_a_deputy_who_is_not_active_does_not_count(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Clinician(BEN, "Dr Ben", "psychiatrist", is_active=False, effective_at_utc=MARCH))
    assert known(staffed, START).deputies(FIRST) == (BEN,)
    assert known(staffed, MARCH).deputies(FIRST) == ()


def test_who_left_the_team_is_no_longer_on_it(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, TeamMember(FIRST, BEN, TeamRole.DEPUTY, is_member=False, effective_at_utc=MARCH))
    assert known(staffed, MARCH).care_team(FIRST) == {ADA: CareRole.RESPONSIBLE}


def test_what_was_known_then_is_told_from_what_is_known_now(staffed: Store, clock: FixedClock) -> None:
    """In April it is learnt that the participant had moved to New York in March."""
    clock.instant = APRIL
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Participant(FIRST, ParticipantStatus.ACTIVE, "America/New_York", effective_at_utc=MARCH))
    mid_march = MARCH + timedelta(days=14)
    assert known(staffed, mid_march).participants[FIRST].zone == "America/New_York"
    assert known(staffed, mid_march, known_at_utc=mid_march).participants[FIRST].zone == "Europe/Berlin"


def test_a_correction_of_the_past_leaves_what_came_later(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Participant(FIRST, ParticipantStatus.ACTIVE, "Asia/Tokyo", effective_at_utc=MARCH))
    clock.instant = APRIL
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Participant(FIRST, ParticipantStatus.ACTIVE, "Europe/Paris", effective_at_utc=START))
    assert known(staffed, START).participants[FIRST].zone == "Europe/Paris"
    assert known(staffed, MARCH).participants[FIRST].zone == "Asia/Tokyo"


def phone(device_id: str, os: OperatingSystem, first: datetime, last: datetime | None = None) -> Device:
    return Device(FIRST, DeviceId(device_id), "beiwe", "abc", os, first, last)


def test_a_phone_is_found_by_its_export_within_its_use(staffed: Store, clock: FixedClock) -> None:
    old = phone("old", OperatingSystem.ANDROID, JANUARY, MARCH)
    new = phone("new", OperatingSystem.IOS, MARCH)
    with staffed.write(OPERATOR, clock) as uow:
        record_all(uow, new, old)
    roster = known(staffed, START)
    instants = (JANUARY - timedelta(seconds=1), JANUARY, MARCH - timedelta(seconds=1), MARCH)
    found = [roster.device_for("beiwe", "abc", at_utc) for at_utc in instants]
    assert [None, "old", "old", "new"] == [device and device.device_id for device in found]
    assert roster.device_for("radar", "abc", MARCH) is None
    assert handset_timeline(roster).rows() == [(FIRST, JANUARY, "android"), (FIRST, MARCH, "ios")]


def test_the_zone_timeline_has_one_row_for_each_change_and_participant(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        for zone, at_utc in (("Europe/Berlin", JANUARY), ("Asia/Tokyo", MARCH), ("Asia/Tokyo", APRIL)):
            record(uow, Participant(FIRST, ParticipantStatus.ACTIVE, zone, effective_at_utc=at_utc))
    frame = zone_timeline(known(staffed, APRIL))
    expected = [(FIRST, JANUARY, "Europe/Berlin"), (FIRST, MARCH, "Asia/Tokyo"), (SECOND, START, "Europe/Berlin")]
    assert (expected, ZONE_TIMELINE) == (frame.rows(), dict(frame.schema))


def test_timelines_of_nobody_have_their_columns(store: Store) -> None:
    roster = known(store, START)
    assert ZONE_TIMELINE == dict(zone_timeline(roster).schema)
    assert handset_timeline(roster).is_empty()


def consent(purpose: str, status: ConsentStatus, at_utc: datetime, version: str = "v1") -> Consent:
    return Consent(FIRST, purpose, status, version, "signed form", effective_at_utc=at_utc)


GIVEN, WITHDRAWN = ConsentStatus.GIVEN, ConsentStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], False),
        ([consent("collect", GIVEN, JANUARY)], True),
        ([consent("collect:gps", GIVEN, JANUARY)], True),
        ([consent("collect:call", GIVEN, JANUARY)], False),
        ([consent("collect", GIVEN, APRIL + timedelta(days=1))], False),
        ([consent("collect", GIVEN, JANUARY), consent("collect:gps", WITHDRAWN, MARCH)], False),
        ([consent("collect:gps", WITHDRAWN, JANUARY), consent("collect", GIVEN, MARCH)], False),
        ([consent("collect", WITHDRAWN, MARCH), consent("collect", GIVEN, JANUARY)], False),
        ([consent("collect", WITHDRAWN, MARCH), consent("collect", GIVEN, MARCH)], False),
        ([consent("collect", WITHDRAWN, JANUARY), consent("collect", GIVEN, MARCH)], True),
    ],
)
def test_consent_is_what_was_last_said(
    staffed: Store, clock: FixedClock, said: list[Consent], *, expected: bool
) -> None:
    """Recorded in this order, asked in April; only a newer consent takes the place of a withdrawal."""
    with staffed.write(OPERATOR, clock) as uow:
        record_all(uow, *said)
    roster = known(staffed, APRIL)
    assert expected == roster.has_consent(FIRST, "collect:gps")
    assert not roster.has_consent(SECOND, "collect:gps")


def test_consent_is_told_at_any_instant_and_for_one_version(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record_all(uow, consent("research", GIVEN, JANUARY), consent("research", WITHDRAWN, MARCH, "v2"))
    roster = known(staffed, APRIL)
    assert [roster.has_consent(FIRST, "research", at_utc) for at_utc in (JANUARY, MARCH)] == [True, False]
    assert roster.has_consent(FIRST, "research", JANUARY, "v1")
    assert not roster.has_consent(FIRST, "research", JANUARY, "v2")


@pytest.mark.parametrize(
    ("scope", "scope_id", "stopped"),
    [
        (SwitchScope.SITE, SITE, (True, True, True)),
        (SwitchScope.PARTICIPANT, FIRST, (False, True, False)),
        (SwitchScope.RULE, "cusum", (False, False, True)),
    ],
)
def test_a_stop_holds_for_what_it_is_about(
    staffed: Store, clock: FixedClock, scope: SwitchScope, scope_id: str, stopped: tuple[bool, bool, bool]
) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Switch(SwitchKind.STOPPED, scope, scope_id, is_on=True))
    roster = known(staffed, START)
    assert stopped == (roster.is_stopped(), roster.is_stopped(FIRST), roster.is_stopped(SECOND, "cusum"))
    clock.advance(timedelta(minutes=1))
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, Switch(SwitchKind.STOPPED, scope, scope_id, is_on=False))
    assert not known(staffed, clock.now_utc()).is_stopped(FIRST, "cusum")


def test_exceptional_days_hold_until_taken_back(staffed: Store, clock: FixedClock) -> None:
    days = (FIRST, date(2026, 2, 1), date(2026, 2, 3), ExceptionalKind.TRAVEL)
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, ExceptionalDays(*days))
    roster = known(staffed, START)
    asked = [(FIRST, 3), (FIRST, 4), (SECOND, 3)]
    assert [roster.is_exceptional(person, date(2026, 2, day)) for person, day in asked] == [True, False, False]
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, ExceptionalDays(*days, is_void=True))
    assert not known(staffed, START).is_exceptional(FIRST, date(2026, 2, 3))


def at(day: int, hour: int) -> datetime:
    """An hour in UTC of January 2026, in which the 5th is a Monday; Berlin is an hour ahead."""
    return datetime.combine(date(2026, 1, day), time(hour), UTC)


def test_a_clinician_is_away_on_leave_or_without_duty_before_the_deadline(staffed: Store, clock: FixedClock) -> None:
    with staffed.write(OPERATOR, clock) as uow:
        record(uow, DutySpan(BEN, DutySpanKind.LEAVE, at(12, 0), at(17, 0)))
    roster = known(staffed, START)
    assert not roster.is_away(ADA, at(9, 20))
    assert roster.is_away(ADA, at(9, 20), at(11, 20)), "a weekend lies between Friday evening and the deadline"
    assert not roster.is_away(ADA, at(9, 20), at(12, 12))
    assert roster.is_away(BEN, at(13, 9))
    assert (roster.on_duty(ADA, at(12, 9)), roster.on_duty(BEN, at(12, 9))) == (True, False)
    assert (roster.next_duty(ADA, at(9, 20)), roster.next_duty(BEN, at(9, 20))) == (at(12, 8), at(19, 8))
