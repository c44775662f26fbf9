"""Calls, texts and conversations written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from features.catalogue.communication import COMMUNICATION
from features.declaration import Observations
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL, CONVERSATION_INTERVAL, TEXT
from pipeline.vocabulary.streams.location import WIFI_PLACE
from tests.features.making import observed, stated

MONDAY = date(2024, 5, 6)
TUESDAY = MONDAY + timedelta(days=1)


def at(hours: float, day: date = MONDAY) -> datetime:
    """So many hours after a date's midnight, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours)


def calls(rows: Iterable[tuple[float, str, float | None, str | None]], participant_id: str = "p") -> pl.DataFrame:
    """Calls: hours after Monday's midnight, direction, seconds, other party."""
    names = ("at_utc", "direction", "duration_s", "contact_token")
    return _stream(CALL, names, [(at(hours), *rest) for hours, *rest in rows], participant_id)


def texts(rows: Iterable[tuple[float, str, int | None, str | None]], participant_id: str = "p") -> pl.DataFrame:
    """Texts: hours after Monday's midnight, direction, length, other party."""
    names = ("at_utc", "direction", "length_count", "contact_token")
    return _stream(TEXT, names, [(at(hours), *rest) for hours, *rest in rows], participant_id, kind="sms")


def talks(rows: Iterable[tuple[float, float]], participant_id: str = "p") -> pl.DataFrame:
    """Conversations: from and to in hours after Monday's midnight."""
    spans = [(at(start), at(end)) for start, end in rows]
    return _stream(CONVERSATION_INTERVAL, ("at_utc", "end_at_utc"), spans, participant_id)


def alive(hours: Iterable[float], participant_id: str = "p") -> pl.DataFrame:
    """Life signs at some hours after Monday's midnight."""
    rows = [(at(hour), "a", True) for hour in hours]
    return _stream(WIFI_PLACE, ("at_utc", "place_token", "is_inside"), rows, participant_id)


def watched(*frames: tuple[str, pl.DataFrame], days: int = 3, zone: str = "UTC", os: str = "android") -> Observations:
    """Observations of p and q from Monday on; frames of one stream are put together."""
    streams: dict[str, pl.DataFrame] = {}
    for name, frame in frames:
        streams[name] = pl.concat([streams[name], frame]) if name in streams else frame
    seen = observed(streams, MONDAY, MONDAY + timedelta(days=days - 1), {"p": zone, "q": zone})
    return type(seen)(**{**vars(seen), "handsets": seen.handsets.with_columns(pl.lit(os).alias("os"))})


def day_of(observations: Observations, day: date = MONDAY, participant_id: str = "p") -> dict[str, float | str | None]:
    """What communication states of one day."""
    return stated(COMMUNICATION.compute(observations), participant_id, day)


def _stream(
    stream: Stream, names: tuple[str, ...], rows: Sequence[tuple[object, ...]], participant_id: str, **fixed: str
) -> pl.DataFrame:
    full = stream.empty()
    known = pl.DataFrame(rows, schema={name: full.schema[name] for name in names}, orient="row")
    constant = {"participant_id": participant_id, "source": "hand", **fixed}
    rest = [
        pl.lit(constant.get(name), dtype=pl.String).cast(kind).alias(name)
        for name, kind in full.schema.items()
        if name not in names
    ]
    return known.with_columns(rest).select(full.columns).sort("at_utc")
