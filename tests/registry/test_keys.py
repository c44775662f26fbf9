"""Keys come from the environment or a private file; a destroyed key leaves what it sealed unreadable."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError, InvariantError
from pipeline.registry.keys import (
    FILE_VARIABLE,
    VARIABLE,
    DestroyedKeyError,
    KeyRing,
    SiteKey,
    create_site_key,
    destroy_key,
    ensure_keys,
    site_key,
)
from pipeline.registry.tables import ParticipantKey
from pipeline.store.store import Store
from tests.plugins.people import FIRST, OPERATOR, SECOND, START, clinic, record_all

SITE = SiteKey(bytes(range(32)))
CLOCK = FixedClock(START)


@pytest.fixture
def keyed(store: Store) -> Store:
    """A store with two participants and their keys."""
    with store.write(OPERATOR, CLOCK) as uow:
        record_all(uow, *clinic())
        assert ensure_keys(uow, SITE) == 2
    return store


def ring(store: Store, site: SiteKey = SITE) -> KeyRing:
    with store.read() as session:
        return KeyRing(session, site)


def test_what_was_sealed_opens_for_the_same_participant_and_purpose(keyed: Store) -> None:
    sealed = ring(keyed).seal(FIRST, b"evidence", "evidence")
    assert ring(keyed).open(FIRST, sealed, "evidence") == b"evidence"
    assert b"evidence" not in sealed


@pytest.mark.parametrize(("participant_id", "purpose"), [(SECOND, "evidence"), (FIRST, "identity")])
def test_it_opens_for_nothing_else(keyed: Store, participant_id: str, purpose: str) -> None:
    sealed = ring(keyed).seal(FIRST, b"evidence", "evidence")
    with pytest.raises(InvariantError, match="do not open"):
        ring(keyed).open(participant_id, sealed, purpose)


@pytest.mark.parametrize("position", [0, 1, 14, -1])
def test_any_changed_byte_is_noticed(keyed: Store, position: int) -> None:
    sealed = bytearray(ring(keyed).seal(FIRST, b"evidence", "evidence"))
    sealed[position] ^= 1
    with pytest.raises(InvariantError, match="do not open"):
        ring(keyed).open(FIRST, bytes(sealed), "evidence")


def test_bytes_too_short_to_be_sealed_are_noticed(keyed: Store) -> None:
    with pytest.raises(InvariantError, match="do not open"):
        ring(keyed).open(FIRST, b"\x01short", "evidence")


def test_digest_keys_are_the_same_at_every_call_and_differ_between_participants(keyed: Store) -> None:
    first, again = ring(keyed).contact_digest_key(FIRST), ring(keyed).contact_digest_key(FIRST)
    others = {ring(keyed).contact_digest_key(SECOND), ring(keyed).digest_key(FIRST, "imports")}
    assert first == again
    assert first not in others


def test_a_destroyed_key_leaves_what_it_sealed_unreadable(keyed: Store) -> None:
    sealed = ring(keyed).seal(FIRST, b"evidence", "evidence")
    with keyed.write(OPERATOR, CLOCK) as uow:
        destroy_key(uow, FIRST, "erasure")
    with pytest.raises(DestroyedKeyError, match="destroyed"):
        ring(keyed).open(FIRST, sealed, "evidence")
    assert (ring(keyed).has_key(FIRST), ring(keyed).has_key(SECOND)) == (False, True)
    with keyed.read() as session:
        assert session.scalars(select(ParticipantKey.wrapped_key).filter_by(participant_id=FIRST)).one() is None


def test_a_destroyed_key_is_never_drawn_again(keyed: Store) -> None:
    with keyed.write(OPERATOR, CLOCK) as uow:
        destroy_key(uow, FIRST, "erasure")
    with keyed.write(OPERATOR, CLOCK) as uow:
        assert ensure_keys(uow, SITE) == 0


def test_another_sites_key_opens_nothing(keyed: Store) -> None:
    with pytest.raises(ConfigurationError, match="set up with"):
        ring(keyed, SiteKey(bytes(32))).contact_digest_key(FIRST)


def test_somebody_without_a_key_is_a_fault(keyed: Store) -> None:
    with pytest.raises(ConfigurationError, match="found no key"):
        ring(keyed).contact_digest_key("p-9")
    with pytest.raises(ConfigurationError, match="found no key"), keyed.write(OPERATOR, CLOCK) as uow:
        destroy_key(uow, "p-9", "erasure")


def test_a_new_site_key_lies_in_a_file_of_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "site.key"
    key = create_site_key(path)
    assert (key, 0o600) == (site_key(path, {}), path.stat().st_mode & 0o777)
    assert key.secret.hex() not in repr(key)
    with pytest.raises(FileExistsError):
        create_site_key(path)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    create_site_key(tmp_path / "site.key")
    other = tmp_path / "mounted"
    other.write_text("cd" * 32)
    assert bytes.fromhex("ab" * 32) == site_key(tmp_path / "site.key", {VARIABLE: "ab" * 32}).secret
    assert bytes.fromhex("cd" * 32) == site_key(tmp_path / "site.key", {FILE_VARIABLE: str(other)}).secret


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create_site_key(tmp_path / "site.key")
    (tmp_path / "site.key").chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        site_key(tmp_path / "site.key", {})


def test_no_key_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="found no such file"):
        site_key(tmp_path / "site.key", {})


@pytest.mark.parametrize("text", ["", "ab" * 31, "not hexadecimal at all"])
def test_a_key_that_is_none_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match="64 hexadecimal digits") as raised:
        site_key(tmp_path / "site.key", {VARIABLE: text})
    assert not text or text not in str(raised.value)
