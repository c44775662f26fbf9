"""Tables of the audit chain: its events, which nothing may change, and its head, which every writer locks last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.audit.event import ActorKind
from pipeline.store.base import BIG_KEY, Base, word_of


class AuditEvent(Base):
    """One event of the chain; triggers refuse to update or delete a row."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=False)
    at_utc: Mapped[datetime]
    actor_kind: Mapped[ActorKind] = mapped_column(word_of(ActorKind, "actor_kind"))
    actor_id: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    details_digest: Mapped[str | None]
    config_digest: Mapped[str | None]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain: the number and hash of its last event, in a single row."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("head_id = 1", name="single_row"),)

    head_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
