"""A file brings in what changed since it was last imported, and never reverts what was recorded elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError
from pipeline.registry.events import Consent, Dated, Participant, Responsibility
from pipeline.registry.imports import ImportOutcome, import_rows
from pipeline.registry.record import record
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.words import ConsentStatus, ParticipantStatus
from pipeline.store.store import Store
from tests.plugins.people import BEN, FIRST, OPERATOR, SECOND, START, clinic

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = "participants.csv"


class Site:
    """A store whose clock moves on by an hour with every edit."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, FixedClock(START)
        self.load(clinic())

    def load(self, rows: list[Dated], label: str = PEOPLE) -> ImportOutcome:
        """Import a file."""
        self.clock.advance(timedelta(hours=1))
        with self.store.write(OPERATOR, self.clock) as uow:
            return import_rows(uow, rows, label)

    def edit(self, event: Dated) -> None:
        """Record something elsewhere than in a file."""
        self.clock.advance(timedelta(hours=1))
        with self.store.write(OPERATOR, self.clock) as uow:
            record(uow, event)

    @property
    def roster(self) -> Roster:
        """What holds now."""
        with self.store.read() as session:
            return roster_at(session, self.clock.now_utc())


@pytest.fixture
def site(store: Store) -> Site:
    return Site(store)


def person(zone: str = "Europe/Berlin", pattern: str | None = "WWWWWRR", at_utc: datetime | None = None) -> Participant:
    return Participant(FIRST, ParticipantStatus.ACTIVE, zone, pattern, effective_at_utc=at_utc)


def test_the_same_file_again_brings_nothing(site: Site) -> None:
    before = site.roster
    outcome = site.load(clinic())
    assert ImportOutcome(0, 0, len(clinic()), ()) == outcome
    assert before.participants == site.roster.participants


def test_a_changed_cell_is_taken_over(site: Site) -> None:
    assert site.load([person(zone="Asia/Tokyo")], "other.csv").changed_count == 1
    assert site.roster.participants[FIRST].zone == "Asia/Tokyo"


def test_an_old_file_does_not_revert_an_edit_made_elsewhere(site: Site) -> None:
    site.edit(person(zone="Asia/Tokyo"))
    site.edit(Responsibility(FIRST, BEN))
    site.load(clinic())
    assert ("Asia/Tokyo", BEN) == (site.roster.participants[FIRST].zone, site.roster.responsible(FIRST))


def test_only_the_changed_cell_of_a_row_is_taken_over(site: Site) -> None:
    """The zone was edited elsewhere, the file changes the work pattern: both stand."""
    site.load([person(at_utc=JANUARY)])
    site.edit(person(zone="Asia/Tokyo"))
    site.load([person(pattern="RRWWWWW", at_utc=JANUARY)])
    held = site.roster.participants[FIRST]
    assert ("Asia/Tokyo", "RRWWWWW") == (held.zone, held.work_pattern)


def test_a_row_that_left_its_file_is_told_and_takes_nothing_back(site: Site) -> None:
    outcome = site.load([row for row in clinic() if getattr(row, "participant_id", None) != SECOND])
    assert ["participant", "responsibility"] == [key.kind for key in outcome.absent]
    assert site.roster.active_participants == (FIRST, SECOND)


def consent(status: ConsentStatus, at_utc: datetime | None) -> Consent:
    return Consent(FIRST, "research", status, "v1", "signed form", effective_at_utc=at_utc)


GIVEN, WITHDRAWN = ConsentStatus.GIVEN, ConsentStatus.WITHDRAWN


def test_a_withdrawn_consent_does_not_revive_by_an_old_file(site: Site) -> None:
    site.load([consent(GIVEN, JANUARY)], "consents.csv")
    site.edit(consent(WITHDRAWN, START + timedelta(hours=2)))
    site.load([consent(GIVEN, JANUARY)], "consents.csv")
    site.load([consent(GIVEN, JANUARY)], "copy-of-consents.csv")
    assert not site.roster.has_consent(FIRST, "research")


def test_a_file_met_for_the_first_time_does_not_revive_a_withdrawn_consent(site: Site) -> None:
    site.edit(consent(WITHDRAWN, START + timedelta(hours=2)))
    site.load([consent(GIVEN, START + timedelta(hours=2)), consent(GIVEN, JANUARY)], "consents.csv")
    assert not site.roster.has_consent(FIRST, "research")


def test_a_withdrawn_consent_revives_by_a_newer_one(site: Site) -> None:
    site.load([consent(GIVEN, JANUARY), consent(WITHDRAWN, JANUARY + timedelta(days=1))], "consents.csv")
    assert not site.roster.has_consent(FIRST, "research")
    site.load([consent(GIVEN, START)], "consents.csv")
    assert site.roster.has_consent(FIRST, "research")


def test_a_consent_without_its_date_is_refused(site: Site) -> None:
    with pytest.raises(ConfigurationError, match="without the date"):
        site.load([consent(GIVEN, None)])


def test_a_row_given_twice_is_refused(site: Site) -> None:
    with pytest.raises(ConfigurationError, match="participant p-1: found this row twice"):
        site.load([person(), person("Asia/Tokyo")])


def test_a_file_with_one_bad_row_changes_nothing(site: Site) -> None:
    with pytest.raises(ConfigurationError, match="time-zone database"):
        site.load([Participant(SECOND, ParticipantStatus.PAUSED, "UTC"), person("Nowhere/At_All")])
    assert site.roster.active_participants == (FIRST, SECOND)
