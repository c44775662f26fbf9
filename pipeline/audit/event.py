"""An audit event: who did what to which record, when, and the hash that ties it to the event before it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from json.encoder import encode_basestring_ascii

from pipeline.errors import InvariantError

FIRST_PREVIOUS_HASH = "0" * 64
"""What the first event of a chain is tied to."""

CODE = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")
IDENTIFIER = re.compile(r"[!-~]{1,200}")
DIGEST = re.compile(r"[0-9a-f]{16,128}")


class ActorKind(StrEnum):
    """Who may act: a person in clinical charge, a person who runs the system, or the system itself."""

    CLINICIAN = "clinician"
    OPERATOR = "operator"
    SYSTEM = "system"

    @property
    def is_human(self) -> bool:
        """Whether this is a person."""
        return self is not ActorKind.SYSTEM


@dataclass(frozen=True)
class Actor:
    """Who acts, by id, and in which role."""

    kind: ActorKind
    actor_id: str
    role: str

    def __post_init__(self) -> None:
        _require(IDENTIFIER, "actor id", self.actor_id)
        _require(CODE, "role", self.role)


@dataclass(frozen=True)
class Entry:
    """What was done: ids, codes and digests only, never a name, a reading or free text."""

    action: str
    object_kind: str
    object_id: str
    reason: str = ""
    details_digest: str | None = None

    def __post_init__(self) -> None:
        _require(CODE, "action", self.action)
        _require(CODE, "object kind", self.object_kind)
        _require(IDENTIFIER, "object id", self.object_id)
        if self.reason:
            _require(CODE, "reason", self.reason)
        if self.details_digest is not None:
            _require(DIGEST, "details digest", self.details_digest)


@dataclass(frozen=True)
class Link:
    """One event in its place in the chain."""

    seq: int
    at_utc: datetime
    actor: Actor
    entry: Entry
    config_digest: str | None
    prev_hash: str

    @property
    def hash(self) -> str:
        """SHA-256 over the hash before it and the event's canonical JSON."""
        seq, _, *words = self.fields()
        return chained_hash(self.prev_hash, seq, instant_text(self.at_utc), words)

    def fields(self) -> tuple[object, ...]:
        """The event's values in the order of `HASHED`."""
        actor, entry = self.actor, self.entry
        return (
            self.seq,
            self.at_utc,
            actor.kind.value,
            actor.actor_id,
            actor.role,
            entry.action,
            entry.object_kind,
            entry.object_id,
            entry.reason,
            entry.details_digest,
            self.config_digest,
        )


HASHED = (
    "seq",
    "at_utc",
    "actor_kind",
    "actor_id",
    "role",
    "action",
    "object_kind",
    "object_id",
    "reason",
    "details_digest",
    "config_digest",
)
"""The columns that a hash covers, in this order."""


def instant_text(at_utc: datetime) -> str:
    """An instant in the one form in which it is hashed."""
    return at_utc.astimezone(UTC).isoformat(timespec="microseconds")


def chained_hash(prev_hash: str, seq: object, instant: str, words: Iterable[object]) -> str:
    """The hash of an event, given in the order of `HASHED`, after the event whose hash is `prev_hash`.

    Canonical JSON is an array in that order, in ASCII and without blanks; it is written out here because making an
    encoder for every one of a million events takes longer than hashing them.
    """
    quoted = ("null" if word is None else encode_basestring_ascii(str(word)) for word in words)
    canonical = f'[{seq},"{instant}",{",".join(quoted)}]'
    return hashlib.sha256(prev_hash.encode() + canonical.encode()).hexdigest()


def _require(form: re.Pattern[str], what: str, value: str) -> None:
    # The value itself stays out of the message: what breaks the form may be a name or free text.
    if form.fullmatch(value) is None:
        found = f"found {what} of {len(value)} characters, expected the form {form.pattern}"
        raise InvariantError(f"{found}, in an audit event: ids, codes and digests only")
