"""A unit of work: one transaction by one actor, which cannot be committed without an audit event for what it wrote."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session

from pipeline.audit.chain import append
from pipeline.audit.event import Actor, Entry
from pipeline.clock import Clock
from pipeline.errors import InvariantError
from pipeline.store.engine import has_written


class UnitOfWork:
    """One transaction: use `session` to read and write, `record` to say what was done and to what."""

    def __init__(self, session: Session, actor: Actor, clock: Clock, config_digest: str | None = None) -> None:
        self.session = session
        self.actor = actor
        self.clock = clock
        self.config_digest = config_digest
        self._entries: list[Entry] = []
        self._checks: dict[str, Callable[[], None]] = {}
        self._is_finished = False
        event.listen(session, "before_commit", self._refuse_early_commit)

    def record(
        self, action: str, object_kind: str, object_id: str, reason: str = "", details_digest: str | None = None
    ) -> None:
        """Add an audit event of ids, codes and digests; it joins the chain when the unit commits."""
        self._entries.append(Entry(action, object_kind, object_id, reason, details_digest))

    def check_before_commit(self, name: str, check: Callable[[], None]) -> None:
        """Have a check run on the whole of what the unit wrote; the same name is checked once."""
        self._checks.setdefault(name, check)

    def finish(self) -> None:
        """Run the checks, then append the audit events: the last statements before the commit."""
        self.session.flush()
        for check in self._checks.values():
            check()
        self.session.flush()
        if not self._entries and has_written(self.session.connection()):
            raise InvariantError("found a write without an audit event: call record() for what the unit changes")
        if self._entries:
            append(self.session, self.actor, self._entries, self.clock, self.config_digest)
        self._is_finished = True

    def _refuse_early_commit(self, _: Session) -> None:
        if not self._is_finished:
            raise InvariantError("found a commit inside a unit of work: leave the block, which commits")
