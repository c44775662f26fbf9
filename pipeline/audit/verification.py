"""Checking the chain from its first event to its head: the first event that is not as it was written is named."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from pipeline.audit.event import FIRST_PREVIOUS_HASH, HASHED, chained_hash, instant_text
from pipeline.audit.tables import AuditEvent, AuditHead

BATCH = 10_000


@dataclass(frozen=True)
class Anchor:
    """A number and hash of the chain noted down elsewhere: what lies up to there cannot be rewritten unseen."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Verification:
    """What was found: how many events are good, the last good hash, the first event that is not, and why."""

    event_count: int
    hash: str
    broken_at_seq: int | None = None
    found: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether every event is as it was written and none is missing."""
        return self.broken_at_seq is None


def verify(session: Session, anchors: Sequence[Anchor] = ()) -> Verification:
    """Walk the chain in order, a batch of events at a time, and stop at the first that does not fit."""
    noted = {anchor.seq: anchor.hash for anchor in anchors}
    seq, prev_hash = 0, FIRST_PREVIOUS_HASH
    with closing(_events(session)) as events:
        for values, tied_to, hashed in events:
            found = _why_broken(values, (tied_to, hashed), (seq + 1, prev_hash), noted)
            if found:
                return Verification(seq, prev_hash, seq + 1, found)
            seq, prev_hash = seq + 1, hashed
    return _against_end(session, seq, prev_hash, noted)


Stored = tuple[tuple[object, ...], str, str]
"""An event's values in the order of `HASHED`, the hash that it is tied to, and its own."""


def _events(session: Session) -> Generator[Stored, None, None]:
    """Every event in order, as text where a tampered value might not even be read as what it should be."""
    # The table's own columns: asking the mapped class for them takes twice as long for each row.
    stored = AuditEvent.__table__.c
    as_text = {"actor_kind"} if session.get_bind().dialect.name == "postgresql" else {"actor_kind", "at_utc"}
    columns = [
        type_coerce(stored[name], String()) if name in as_text else stored[name]
        for name in (*HASHED, "prev_hash", "hash")
    ]
    asked = select(*columns).order_by(stored.seq).execution_options(yield_per=BATCH)
    # A walk that stops early must give back the server's cursor.
    with session.execute(asked) as rows:
        for row in rows:
            values = tuple(row)
            yield values[:-2], str(values[-2]), str(values[-1])


def _why_broken(
    values: tuple[object, ...], stored: tuple[str, str], expected: tuple[int, str], noted: dict[int, str]
) -> str:
    (tied_to, hashed), (seq, prev_hash) = stored, expected
    if values[0] != seq:
        return "the event is missing"
    if tied_to != prev_hash:
        return "the event is not tied to the one before it"
    if hashed != chained_hash(prev_hash, seq, _instant(values[1]), values[2:]):
        return "the event does not have the hash that it was written with"
    if noted.get(seq, hashed) != hashed:
        return "the event is not the one that was noted down elsewhere"
    return ""


def _instant(stored: object) -> str:
    """A stored instant in the form that was hashed; SQLite keeps it as text, with a blank for the T and no offset."""
    if isinstance(stored, datetime):
        return instant_text(stored)
    day, blank, rest = str(stored).partition(" ")
    return f"{day}T{rest}+00:00" if blank else day


def _against_end(session: Session, seq: int, last_hash: str, noted: dict[int, str]) -> Verification:
    head = session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    if head is None:
        return Verification(seq, last_hash, seq + 1, "the head of the chain is missing")
    if (head.seq, head.hash) != (seq, last_hash):
        return Verification(seq, last_hash, seq + 1, "the chain does not end where its head says")
    if any(number > seq for number in noted):
        return Verification(seq, last_hash, seq + 1, "the chain ends before an event that was noted down elsewhere")
    return Verification(seq, last_hash)
