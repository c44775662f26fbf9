"""Appending to the chain: lock its head, tie each event to the one before, move the head."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from pipeline.audit.event import HASHED, Actor, Entry, Link
from pipeline.audit.tables import AuditEvent, AuditHead
from pipeline.clock import Clock
from pipeline.errors import InvariantError


def append(
    session: Session, actor: Actor, entries: Sequence[Entry], clock: Clock, config_digest: str | None = None
) -> None:
    """Add events at the end of the chain; the head stays locked until the transaction ends."""
    seq, prev_hash = _locked_head(session)
    # Read after the lock is held, so that instants follow the order of the chain.
    at_utc = clock.now_utc()
    rows: list[dict[str, object]] = []
    for entry in entries:
        seq += 1
        link = Link(seq, at_utc, actor, entry, config_digest, prev_hash)
        rows.append(_row(link))
        prev_hash = link.hash
    session.execute(insert(AuditEvent), rows)
    session.execute(update(AuditHead).values(seq=seq, hash=prev_hash))


def _locked_head(session: Session) -> tuple[int, str]:
    head = session.execute(select(AuditHead.seq, AuditHead.hash).with_for_update()).one_or_none()
    if head is None:
        raise InvariantError("found no head of the audit chain, expected one row in audit_head: restore the store")
    return head.seq, head.hash


def _row(link: Link) -> dict[str, object]:
    return {**dict(zip(HASHED, link.fields(), strict=True)), "prev_hash": link.prev_hash, "hash": link.hash}
