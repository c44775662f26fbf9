"""When a clinician is at work: weekly hours in the clinic's own time and dated duty, without leave. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.registry.events import DutyHours, DutySpan
from pipeline.registry.words import DutySpanKind

Span = tuple[datetime, datetime]
"""From an instant up to, not including, another."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rota:
    """The hours and spans of every clinician, as they hold at one instant."""

    hours: tuple[DutyHours, ...] = ()
    spans: tuple[DutySpan, ...] = ()

    def at_work(self, clinician_id: str, first_utc: datetime, last_utc: datetime) -> list[Span]:
        """The clinician's duty between two instants, without leave, in order and without overlap."""
        leave = self._dated(clinician_id, DutySpanKind.LEAVE)
        duty = self.planned(clinician_id, first_utc, last_utc) + self._dated(clinician_id, DutySpanKind.DUTY)
        return clipped(without(merged(duty), merged(leave)), first_utc, last_utc)

    def planned(self, clinician_id: str, first_utc: datetime, last_utc: datetime) -> list[Span]:
        """The clinician's weekly hours between two instants, leave or not."""
        own = [hours for hours in self.hours if hours.clinician_id == clinician_id]
        spans = [span for hours in own for span in _weekly(hours, first_utc, last_utc)]
        return clipped(merged(spans), first_utc, last_utc)

    def is_on_leave(self, clinician_id: str, at_utc: datetime) -> bool:
        """Whether an instant lies in the clinician's leave."""
        return any(first <= at_utc < last for first, last in self._dated(clinician_id, DutySpanKind.LEAVE))

    def _dated(self, clinician_id: str, kind: DutySpanKind) -> list[Span]:
        own = (span for span in self.spans if span.clinician_id == clinician_id and span.kind is kind)
        return [(span.from_at_utc, span.to_at_utc) for span in own if span.from_at_utc < span.to_at_utc]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans in order that neither touch nor overlap."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def without(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """Merged spans with the time of merged holes taken out."""
    left = list(spans)
    for hole_first, hole_last in holes:
        pieces = ([(first, min(last, hole_first)), (max(first, hole_last), last)] for first, last in left)
        left = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return left


def clipped(spans: Iterable[Span], first_utc: datetime, last_utc: datetime) -> list[Span]:
    """What of the spans lies between two instants."""
    cut = ((max(first, first_utc), min(last, last_utc)) for first, last in spans)
    return [(first, last) for first, last in cut if first < last]


def _weekly(hours: DutyHours, first_utc: datetime, last_utc: datetime) -> list[Span]:
    """One weekday's hours as instants, on every such day that can reach between two instants."""
    if hours.starts_local is None or hours.ends_local is None:
        return []
    zone = ZoneInfo(hours.zone)
    day, last_day = first_utc.astimezone(zone).date() - DAY, last_utc.astimezone(zone).date()
    days = [day + DAY * ordinal for ordinal in range((last_day - day).days + 1)]
    return [
        _on_day(day, hours.starts_local, hours.ends_local, zone) for day in days if day.isoweekday() == hours.weekday
    ]


def _on_day(day: date, starts: time, ends: time, zone: ZoneInfo) -> Span:
    last_day = day if ends > starts else day + DAY
    first, last = datetime.combine(day, starts, zone), datetime.combine(last_day, ends, zone)
    return first.astimezone(UTC), last.astimezone(UTC)
