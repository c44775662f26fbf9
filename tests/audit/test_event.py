"""An audit event holds ids, codes and digests only, and its hash covers every one of its values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.audit.event import FIRST_PREVIOUS_HASH, Actor, ActorKind, Entry, Link
from pipeline.errors import InvariantError

ADA = Actor(ActorKind.CLINICIAN, "ada", "psychiatrist")
LINK = Link(
    1,
    datetime(2026, 3, 1, 9, tzinfo=UTC),
    ADA,
    Entry("alert.disposed", "alert", "a-1", "contacted", "ab" * 32),
    None,
    FIRST_PREVIOUS_HASH,
)


def test_the_hash_is_sha256_over_the_previous_hash_and_canonical_json() -> None:
    values = [1, "2026-03-01T09:00:00.000000+00:00", "clinician", "ada", "psychiatrist"]
    values += ["alert.disposed", "alert", "a-1", "contacted", "ab" * 32, None]
    canonical = json.dumps(values, separators=(",", ":"))
    expected = hashlib.sha256((FIRST_PREVIOUS_HASH + canonical).encode()).hexdigest()
    assert expected == LINK.hash


@pytest.mark.parametrize(
    "changed",
    [
        replace(LINK, seq=2),
        replace(LINK, at_utc=LINK.at_utc + timedelta(microseconds=1)),
        replace(LINK, actor=replace(ADA, kind=ActorKind.OPERATOR)),
        replace(LINK, actor=replace(ADA, actor_id="adb")),
        replace(LINK, actor=replace(ADA, role="nurse")),
        replace(LINK, entry=replace(LINK.entry, action="alert.closed")),
        replace(LINK, entry=replace(LINK.entry, object_kind="flag")),
        replace(LINK, entry=replace(LINK.entry, object_id="a-2")),
        replace(LINK, entry=replace(LINK.entry, reason="")),
        replace(LINK, entry=replace(LINK.entry, details_digest=None)),
        replace(LINK, config_digest="cd" * 32),
        replace(LINK, prev_hash="1" * 64),
    ],
)
def test_every_value_is_under_the_hash(changed: Link) -> None:
    assert changed.hash != LINK.hash


@pytest.mark.parametrize(
    "words",
    [
        {"action": "Alert disposed"},
        {"object_id": "Ada Okafor"},
        {"object_id": ""},
        {"reason": "she said that she slept badly"},
        {"details_digest": "not a digest"},
    ],
)
def test_names_and_free_text_are_refused_and_not_repeated(words: dict[str, str]) -> None:
    entry = {"action": "alert.disposed", "object_kind": "alert", "object_id": "a-1", **words}
    with pytest.raises(InvariantError, match="ids, codes and digests only") as raised:
        Entry(**entry)
    assert all(value not in str(raised.value) for value in words.values() if value)
