"""Hand-made phones: rows of streams from a few words, and everything else that a family is handed beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from features.declaration import Family, Observations
from pipeline.vocabulary.local_day import day_edges
from pipeline.vocabulary.stream import INSTANT, Stream
from pipeline.vocabulary.streams.handset import POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS

Span = tuple[datetime, datetime]
Row = Mapping[str, object]
PUT_DOWN_BEFORE = timedelta(minutes=15)


def at(text: str, zone: str = "UTC") -> datetime:
    """An instant from local time, such as `at("2024-03-05 23:10", "America/New_York")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def rows_of(stream: Stream, rows: Iterable[Row]) -> pl.DataFrame:
    """A stream's frame from rows that name only what matters; the device is `phone`, the source `test`."""
    schema = stream.empty().schema
    given = [{"device_id": "phone", "source": "test", "participant_id": "p1", **row} for row in rows]
    columns = {name: [row.get(name) for row in given] for name in schema}
    return pl.DataFrame(columns, schema=schema).sort("participant_id", "at_utc", maintain_order=True)


def beats(start: datetime, end: datetime, every_min: float = 10, who: str = "p1") -> list[Row]:
    """Fixes at a steady step: a heartbeat that says nothing else."""
    count = int((end - start) / timedelta(minutes=every_min))
    place = {"latitude_deg": 1.0, "longitude_deg": 1.0, "provider": "gps", "participant_id": who}
    return [{"at_utc": start + timedelta(minutes=every_min * step), **place} for step in range(count + 1)]


def used(spans: Iterable[Span], os: str = "android", who: str = "p1") -> list[Row]:
    """Screen events of uses: on and off on Android, unlocked and locked on iOS."""
    opens, closes = ("on", "off") if os == "android" else ("unlocked", "locked")
    named = [((begin, opens), (end, closes)) for begin, end in spans]
    return [{"at_utc": when, "event": event, "os": os, "participant_id": who} for pair in named for when, event in pair]


def awake(start: datetime, end: datetime, every_min: float = 20, use_min: float = 3) -> list[Span]:
    """Uses of somebody awake from start to end: one at waking, one every so often, and one right up to the end."""
    count = int((end - start) / timedelta(minutes=every_min))
    begins = [start + timedelta(minutes=every_min * step) for step in range(count)]
    length = timedelta(minutes=use_min)
    return [(begin, begin + length) for begin in begins if begin + length < end - length] + [(end - length, end)]


def observations(
    streams: Mapping[Stream, Iterable[Row]],
    first: date,
    last: date,
    *,
    people: Sequence[str] = ("p1",),
    zone: str = "UTC",
    os: str = "android",
    starts_h: int = 4,
) -> Observations:
    """Everything a family is handed, all days from first to last wanted."""
    since = [datetime(2010, 1, 1, tzinfo=UTC)] * len(people)
    named = {"participant_id": list(people), "from_at_utc": pl.Series(since, dtype=INSTANT)}
    zones = pl.DataFrame({**named, "zone": [zone] * len(people)})
    edges = day_edges(zones, first, last, starts_h)
    return Observations(
        streams={stream.name: rows_of(stream, rows) for stream, rows in streams.items()},
        edges=edges,
        zones=zones,
        handsets=pl.DataFrame({**named, "os": [os] * len(people)}),
        wanted=edges.select("participant_id", "local_day"),
    )


def life_of_sleeps(
    sleeps: Sequence[Span], first: datetime, last: datetime, os: str = "android", who: str = "p1"
) -> dict[Stream, list[Row]]:
    """Streams of somebody who sleeps exactly as said and uses the phone every twenty minutes of all other time.

    The phone is put down a quarter of an hour before sleep, and taken up at waking.
    """
    begins = [first, *(wake for _, wake in sleeps)]
    ends = [*(asleep - PUT_DOWN_BEFORE for asleep, _ in sleeps), last]
    uses = [use for begin, end in zip(begins, ends, strict=True) if begin < end for use in awake(begin, end)]
    return {SCREEN: used(uses, os, who), GPS: beats(first, last, who=who), POWER: []}


def value(values: pl.DataFrame, feature_id: str, day: date, who: str = "p1") -> float | None:
    """One value of a family's long form."""
    found = _cell(values, feature_id, day, who)["value"]
    return float(found) if isinstance(found, float) else None


def reason(values: pl.DataFrame, feature_id: str, day: date, who: str = "p1") -> str | None:
    """Why one value is missing."""
    found = _cell(values, feature_id, day, who)["missing_reason"]
    return found if isinstance(found, str) else None


def stated(family: Family, given: Observations) -> pl.DataFrame:
    """A family's values."""
    return family.compute(given)


def _cell(values: pl.DataFrame, feature_id: str, day: date, who: str) -> dict[str, object]:
    is_it = (pl.col("feature_id") == feature_id) & (pl.col("local_day") == day) & (pl.col("participant_id") == who)
    return values.filter(is_it).row(0, named=True)
