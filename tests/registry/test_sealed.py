"""The identity link and subgroup attributes are sealed; whoever reads them is on record before anything is shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pipeline.audit.event import Actor
from pipeline.audit.tables import AuditEvent
from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError, TransientError
from pipeline.registry.access import AccessRefusedError
from pipeline.registry.events import Consent
from pipeline.registry.identity import Identity, read_identity, record_identity
from pipeline.registry.keys import DestroyedKeyError, KeyRing, SiteKey, destroy_key, ensure_keys
from pipeline.registry.record import record
from pipeline.registry.subgroups import SubgroupAttribute, read_subgroups, record_subgroup
from pipeline.registry.tables import IdentityEvent, SubgroupEvent
from pipeline.registry.words import ConsentStatus
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ClinicianId
from tests.plugins.people import (
    ADA,
    BEN,
    FIRST,
    LEAD,
    OPERATOR,
    SECOND,
    START,
    SYSTEM,
    as_clinician,
    clinic,
    record_all,
)

SITE = SiteKey(bytes(range(32)))
CLOCK = FixedClock(START)
IDENTITY = Identity(FIRST, "MRN-0042", "Wilhelmina Invented")


@pytest.fixture
def keyed(store: Store) -> Store:
    """A store with two participants, their keys, and the identity of the first."""
    with store.write(OPERATOR, CLOCK) as uow:
        record_all(uow, *clinic())
        ensure_keys(uow, SITE)
        uow.session.flush()
        record_identity(uow, KeyRing(uow.session, SITE), IDENTITY)
    return store


def ring(store: Store) -> KeyRing:
    with store.read() as session:
        return KeyRing(session, SITE)


def actions(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        rows = session.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.seq))
        return [(row.action, row.actor_id) for row in rows]


@pytest.mark.parametrize("who", [ADA, BEN, LEAD])
def test_the_care_team_reads_an_identity_and_is_on_record(keyed: Store, who: ClinicianId) -> None:
    shown = read_identity(keyed, as_clinician(who), CLOCK, ring(keyed), FIRST)
    assert (IDENTITY, ("identity.read", who)) == (shown, actions(keyed)[-1])


@pytest.mark.parametrize("actor", [OPERATOR, SYSTEM, as_clinician(BEN)])
def test_others_are_refused_and_on_record(keyed: Store, actor: Actor) -> None:
    """Ben is on the first participant's team, not on the second's."""
    with pytest.raises(AccessRefusedError, match="care team"):
        read_identity(keyed, actor, CLOCK, ring(keyed), SECOND)
    assert actions(keyed)[-1] == ("identity.refused", actor.actor_id)


def test_nothing_is_shown_when_the_read_cannot_be_recorded(keyed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_reach(*_: object) -> None:
        raise TransientError("busy")

    monkeypatch.setattr("pipeline.registry.access.Store.write", out_of_reach)
    with pytest.raises(TransientError):
        read_identity(keyed, as_clinician(ADA), CLOCK, ring(keyed), FIRST)


def test_an_identity_never_given_is_none(keyed: Store) -> None:
    assert read_identity(keyed, as_clinician(ADA), CLOCK, ring(keyed), SECOND) is None


def test_the_latest_identity_counts(keyed: Store) -> None:
    corrected = Identity(FIRST, "MRN-0043", "Wilhelmina Invented")
    with keyed.write(OPERATOR, CLOCK) as uow:
        record_identity(uow, ring(keyed), corrected)
    assert corrected == read_identity(keyed, as_clinician(ADA), CLOCK, ring(keyed), FIRST)


def test_names_stand_nowhere_in_the_clear(keyed: Store) -> None:
    with keyed.read() as session:
        sealed = session.scalars(select(IdentityEvent.sealed_identity)).one()
    assert b"Invented" not in sealed
    assert "Invented" not in repr(IDENTITY)


def test_an_erased_identity_cannot_be_read_again(keyed: Store) -> None:
    with keyed.write(OPERATOR, CLOCK) as uow:
        destroy_key(uow, FIRST, "erasure")
    with pytest.raises(DestroyedKeyError):
        read_identity(keyed, as_clinician(ADA), CLOCK, ring(keyed), FIRST)


def agree(store: Store, status: ConsentStatus) -> None:
    CLOCK.instant = CLOCK.instant.replace(microsecond=CLOCK.instant.microsecond + 1)
    with store.write(OPERATOR, CLOCK) as uow:
        record(uow, Consent(FIRST, "subgroup", status, "v1", "signed", effective_at_utc=CLOCK.now_utc()))


def attribute(store: Store, value: str | None) -> None:
    with store.write(OPERATOR, CLOCK) as uow:
        record_subgroup(uow, ring(store), SubgroupAttribute(FIRST, "age_band", value))


def test_an_attribute_needs_its_own_consent(keyed: Store) -> None:
    with pytest.raises(ConfigurationError, match="without the consent"):
        attribute(keyed, "40-49")


def test_an_attribute_is_sealed_and_read_on_record(keyed: Store) -> None:
    agree(keyed, ConsentStatus.GIVEN)
    attribute(keyed, "40-49")
    assert [SubgroupAttribute(FIRST, "age_band", "40-49")] == read_subgroups(keyed, OPERATOR, CLOCK, ring(keyed))
    assert actions(keyed)[-1] == ("subgroup.read", OPERATOR.actor_id)
    with keyed.read() as session:
        assert b"40-49" not in (session.scalars(select(SubgroupEvent.sealed_value)).one() or b"")


@pytest.mark.parametrize("end", ["withdrawn", "taken back", "erased"])
def test_an_attribute_ends_with_consent_value_or_key(keyed: Store, end: str) -> None:
    agree(keyed, ConsentStatus.GIVEN)
    attribute(keyed, "40-49")
    if end == "withdrawn":
        agree(keyed, ConsentStatus.WITHDRAWN)
    elif end == "taken back":
        attribute(keyed, None)
    else:
        with keyed.write(OPERATOR, CLOCK) as uow:
            destroy_key(uow, FIRST, "erasure")
    assert read_subgroups(keyed, OPERATOR, CLOCK, ring(keyed)) == []
