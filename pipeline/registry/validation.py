"""What a single registry event must look like, whoever records it and from wherever."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.audit.event import CODE
from pipeline.errors import Fault
from pipeline.registry.events import (
    Clinician,
    Consent,
    Dated,
    Device,
    DutyHours,
    DutySpan,
    ExceptionalDays,
    Participant,
)
from pipeline.registry.kinds import kind_of
from pipeline.registry.purposes import is_purpose

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What names a file safely and cannot be a person's full name."""
WORK_PATTERN = re.compile(r"[WR]{7}")


def event_faults(event: Dated) -> list[Fault]:
    """Everything that is wrong with one event by itself, found and how to mend it; values stay out of the texts."""
    where = kind_of(event).name.replace("_", " ")
    found = [*_identifier_faults(event), *_instant_faults(event), *_OWN_FAULTS.get(type(event), _no_faults)(event)]
    return [Fault(where, what, mend) for what, mend in found]


Finding = tuple[str, str]
"""What was found, and how to mend it."""


def _identifier_faults(event: Dated) -> Iterator[Finding]:
    for name in ("participant_id", "clinician_id", "device_id"):
        value = getattr(event, name, None)
        if value is not None and IDENTIFIER.fullmatch(value) is None:
            mend = "Use 1 to 64 letters, digits, dots, underscores and hyphens, beginning with a letter or digit"
            yield f"found a {name} of {len(value)} characters that cannot be an id", mend


def _instant_faults(event: Dated) -> Iterator[Finding]:
    for name, value in vars(event).items():
        if isinstance(value, datetime) and value.tzinfo is None:
            yield f"found {name} without a zone", "Write it with an offset, as in 2026-03-01T09:00:00Z"


def _participant(event: Participant) -> Iterator[Finding]:
    yield from _zone(event.zone)
    if event.work_pattern is not None and WORK_PATTERN.fullmatch(event.work_pattern) is None:
        yield "found a work_pattern that is not seven letters W or R", "Write Monday to Sunday, as in WWWWWRR"


def _clinician(event: Clinician) -> Iterator[Finding]:
    if not event.display_name.strip():
        yield "found no display_name", "Name the clinician: every alert goes to a named person"
    if CODE.fullmatch(event.role) is None:
        yield "found a role that is not a lower-case word", "Write it as in psychiatrist or care_coordinator"


def _duty_hours(event: DutyHours) -> Iterator[Finding]:
    yield from _zone(event.zone)
    if event.weekday not in range(1, 8):
        yield f"found weekday {event.weekday}", "Count from 1 (Monday) to 7 (Sunday)"
    if (event.starts_local is None) != (event.ends_local is None):
        yield "found only one of starts_local and ends_local", "Give both, or neither for no duty on that weekday"


def _duty_span(event: DutySpan) -> Iterator[Finding]:
    if _is_reversed(event.from_at_utc, event.to_at_utc):
        yield "found a span that ends before it begins", "Put to_at_utc after from_at_utc"


def _device(event: Device) -> Iterator[Finding]:
    if event.in_use_to_utc is not None and _is_reversed(event.in_use_from_utc, event.in_use_to_utc):
        yield "found a phone whose use ends before it begins", "Put in_use_to_utc after in_use_from_utc"


def _consent(event: Consent) -> Iterator[Finding]:
    if not is_purpose(event.purpose):
        yield "found a purpose that does not exist", "Use one of those that pipeline.registry.purposes names"
    if not event.disclosure_version.strip():
        yield "found no disclosure_version", "Say which version of the disclosure was consented to"


def _exceptional_days(event: ExceptionalDays) -> Iterator[Finding]:
    if event.last_day < event.first_day:
        yield "found days that end before they begin", "Put last_day on or after first_day"


def _zone(zone: str) -> Iterator[Finding]:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "found a zone that the time-zone database does not have", "Use an IANA name, as in America/New_York"


def _is_reversed(first: datetime, last: datetime) -> bool:
    # Instants without a zone are a fault of their own, and cannot be compared with others.
    return first.tzinfo is not None and last.tzinfo is not None and last < first


def _no_faults(_: Dated) -> Iterator[Finding]:
    yield from ()


_OWN_FAULTS: dict[type[Dated], Callable[..., Iterator[Finding]]] = {
    Participant: _participant,
    Clinician: _clinician,
    DutyHours: _duty_hours,
    DutySpan: _duty_span,
    Device: _device,
    Consent: _consent,
    ExceptionalDays: _exceptional_days,
}
