"""Wall clocks: local times of IANA zones as instants, with clock changes; written apart from what is tested with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from pipeline.synthetic.chance import Floats, Ints

DAY_S = 86_400.0
HOUR_S = 3_600.0


@dataclass(frozen=True)
class WallClock:
    """A zone's offsets over a stretch of time: `offset_s[k]` holds until the local second `until_local_s[k]`."""

    zone: str
    until_local_s: Floats
    offset_s: Floats

    def to_utc(self, local_s: Floats) -> Floats:
        """Local seconds since 1970 as instants: a skipped hour moves on, of a repeated one the first is meant."""
        index = np.searchsorted(self.until_local_s, local_s, side="right")
        return np.asarray(local_s - self.offset_s[index])


def wall_clock(zone: str, first: date, last: date) -> WallClock:
    """The wall clock of a zone, good from a day before `first` to a few days after `last`."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
    hours = ((last - first).days + 8) * 24
    info = ZoneInfo(zone)
    offsets = np.array([_offset_s(info, start + timedelta(hours=hour)) for hour in range(hours)])
    changes = np.flatnonzero(np.diff(offsets)) + 1
    at_utc_s = start.timestamp() + changes * HOUR_S
    until = at_utc_s + np.maximum(offsets[changes - 1], offsets[changes])
    return WallClock(zone, until, np.append(offsets[changes - 1], offsets[-1]))


def day_numbers(first: date, count: int) -> Ints:
    """Days since 1970 of so many dates in a row."""
    return np.arange(count, dtype=np.int64) + (first - date(1970, 1, 1)).days


def to_utc(clocks: tuple[WallClock, ...], zone_index: Ints, day: Ints, hour: Floats) -> Floats:
    """Instants of local times: hour `hour` (may be below 0 or above 24) of day number `day`, each in its own zone."""
    local_s = day * DAY_S + hour * HOUR_S
    at_s = np.empty_like(local_s)
    for index, clock in enumerate(clocks):
        here = zone_index == index
        at_s[here] = clock.to_utc(local_s[here])
    return at_s


def _offset_s(info: ZoneInfo, instant: datetime) -> float:
    offset = instant.astimezone(info).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
