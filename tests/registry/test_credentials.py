"""A clinician proves themselves by their latest secret, of which the store keeps a slow hash only."""

from __future__ import annotations

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError
from pipeline.registry.credentials import credential_matches, set_credential
from pipeline.store.store import Store
from tests.plugins.people import ADA, BEN, OPERATOR, START, clinic, record_all

CLOCK = FixedClock(START)


@pytest.fixture
def staffed(sqlite_store: Store) -> Store:
    """A store with the small clinic in it."""
    with sqlite_store.write(OPERATOR, CLOCK) as uow:
        record_all(uow, *clinic())
    return sqlite_store


def test_a_clinician_signs_in_with_the_latest_secret_only(staffed: Store) -> None:
    for secret in ("first secret phrase", "second secret phrase"):
        with staffed.write(OPERATOR, CLOCK) as uow:
            set_credential(uow, ADA, secret)
    with staffed.read() as session:
        tries = [(ADA, "second secret phrase"), (ADA, "first secret phrase"), (BEN, "second secret phrase"), (BEN, "")]
        assert [credential_matches(session, *each) for each in tries] == [True, False, False, False]


def test_a_short_secret_is_refused_and_not_repeated(staffed: Store) -> None:
    with pytest.raises(ConfigurationError, match="11 characters") as raised, staffed.write(OPERATOR, CLOCK) as uow:
        set_credential(uow, ADA, "eleven char")
    assert "eleven" not in str(raised.value)
