"""What was recorded, in the order in which it counts, and what held at an instant as known at another."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.registry.events import Consent
from pipeline.registry.kinds import Event, Kind
from pipeline.registry.words import ConsentStatus


@dataclass(frozen=True)
class Noted(Generic[Event]):
    """An event with the instant from which it holds, the instant of its recording, and its number."""

    event: Event
    effective_at_utc: datetime
    recorded_at_utc: datetime
    event_id: int

    @property
    def rank(self) -> tuple[datetime, bool, datetime, int]:
        """Of two events about the same thing the one with the higher rank holds.

        The later effective one, then the later recorded one. A consent never takes the place of a withdrawal of
        the same instant: only a newer consent does.
        """
        is_withdrawn = isinstance(self.event, Consent) and self.event.status is ConsentStatus.WITHDRAWN
        return self.effective_at_utc, is_withdrawn, self.recorded_at_utc, self.event_id


def history(session: Session, kind: Kind[Event], known_at_utc: datetime | None = None) -> list[Noted[Event]]:
    """Every event of a kind that was recorded by an instant (by now, if none is given), lowest rank first."""
    table = kind.table
    columns = [getattr(table, name) for name in kind.columns]
    asked = select(table.effective_at_utc, table.recorded_at_utc, table.event_id, *columns)
    if known_at_utc is not None:
        asked = asked.where(table.recorded_at_utc <= known_at_utc)
    noted = (_noted(kind, row[:3], row[3:]) for row in map(tuple, session.execute(asked)))
    return sorted(noted, key=lambda note: note.rank)


def latest(kind: Kind[Event], noted: Iterable[Noted[Event]], at_utc: datetime) -> dict[tuple[Hashable, ...], Event]:
    """Of events in the order of their rank, the one that held at an instant, for each thing they are about."""
    held = (note.event for note in noted if kind.has_own_span or note.effective_at_utc <= at_utc)
    return {kind.key_of(event): event for event in held}


def _noted(kind: Kind[Event], stamps: tuple[datetime, datetime, int], values: tuple[object, ...]) -> Noted[Event]:
    effective, recorded, event_id = stamps
    fields = dict(zip(kind.columns, values, strict=True))
    return Noted(kind.made(effective, fields), effective, recorded, event_id)
