"""Loading what families read: only the streams, people and spans of time that a piece of the agenda needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from features.agenda import Agenda, reach_days
from features.cohort import Cohort
from features.declaration import Family, Observations
from features.minutes.evidence import evidence
from pipeline.lake.scan import partition_files, read_stream
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams import all_streams

PIECE_BYTES = 24 * 2**20
"""Compressed lake bytes that one piece may read: unpacked and worked on, they stay far below two gigabytes."""
Span = tuple[datetime, datetime]


def pieces(lake: Path, families: tuple[Family, ...], agenda: Agenda) -> Iterator[Agenda]:
    """Cut an agenda by participants, in their order, then by days, until each piece is small enough to load.

    Days are not cut below the longest reach: what a day needs of the days before it would be read again and again.
    """
    wanted = agenda.all_wanted
    people = sorted(wanted["participant_id"].unique())
    first, last = wanted["local_day"].min(), wanted["local_day"].max()
    if not people or not isinstance(first, date) or not isinstance(last, date):
        return
    longest_reach = timedelta(days=max(reach_days(family) for family in families))
    if _bytes(lake, families, agenda) <= PIECE_BYTES or (len(people) == 1 and last - first <= longest_reach):
        yield agenda.of(people, first, last)
    elif len(people) > 1:
        middle = len(people) // 2
        for half in (people[:middle], people[middle:]):
            yield from pieces(lake, families, agenda.of(half, first, last))
    else:
        middle_day = first + (last - first) // 2
        for start, end in ((first, middle_day), (middle_day + timedelta(days=1), last)):
            yield from pieces(lake, families, agenda.of(people, start, end))


def observations(lake: Path, families: tuple[Family, ...], cohort: Cohort, piece: Agenda) -> Observations:
    """Everything that some families read for a piece, with the evidence per minute if one of them reads it."""
    wanted = piece.all_wanted
    people = sorted(wanted["participant_id"].unique())
    mine = pl.col("participant_id").is_in(people)
    spans = _spans(families, piece)
    loaded = Observations(
        streams={stream.name: read_stream(lake, stream, people, *span) for stream, span in spans.items()},
        edges=piece.edges,
        zones=cohort.zones.filter(mine),
        handsets=cohort.handsets.filter(mine),
        wanted=wanted,
    )
    readers = [family for family in families if family.reads_minutes and piece.wanted[family.name].height]
    if not readers:
        return loaded
    first = min(_days(family, piece)[0] for family in readers)
    seen = replace(loaded, edges=piece.edges.filter(pl.col("local_day") >= first))
    return replace(loaded, minutes=evidence(seen))


def for_family(family: Family, loaded: Observations, piece: Agenda) -> Observations:
    """What one family may see of what was loaded for several: its own streams and days, and nothing besides.

    A family that saw more could come to depend on it, and on which others happen to be stated in the same night.
    """
    first, last = _days(family, piece)
    edges = piece.edges.filter(pl.col("local_day").is_between(first, last))
    names = [stream.name for stream in inputs_of(family)]
    return replace(
        loaded,
        streams={name: loaded.streams[name] for name in names if name in loaded.streams},
        edges=edges,
        wanted=piece.wanted[family.name],
        minutes=_minutes_inside(loaded.minutes, edges) if family.reads_minutes else None,
    )


def _minutes_inside(minutes: pl.DataFrame | None, edges: pl.DataFrame) -> pl.DataFrame | None:
    """The minutes between each participant's first and last day edge, in their order."""
    if minutes is None:
        return None
    bounds = edges.group_by("participant_id").agg(pl.col("starts_at_utc").min(), pl.col("ends_at_utc").max())
    minute, starts, ends = (pl.col(name) for name in ("minute_at_utc", "starts_at_utc", "ends_at_utc"))
    placed = minutes.join(bounds, on="participant_id", maintain_order="left")
    return placed.filter((minute >= starts) & (minute < ends)).drop("starts_at_utc", "ends_at_utc")


def inputs_of(family: Family) -> tuple[Stream, ...]:
    """The streams that a family needs: its own, or all of them where it reads minutes, since any row is a heartbeat."""
    return tuple(all_streams().values()) if family.reads_minutes else family.inputs


def _days(family: Family, piece: Agenda) -> tuple[date, date]:
    wanted = piece.wanted[family.name]["local_day"]
    first, last = wanted.min(), wanted.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return date.max, date.min
    return first - timedelta(days=reach_days(family)), last


def _spans(families: tuple[Family, ...], piece: Agenda) -> Mapping[Stream, Span]:
    """From when to when each stream is read: for the family that needs most of it."""
    spans: dict[Stream, Span] = {}
    for family in families:
        first, last = _days(family, piece)
        edges = piece.edges.filter(pl.col("local_day").is_between(first, last))
        from_utc, to_utc = edges["starts_at_utc"].min(), edges["ends_at_utc"].max()
        if not isinstance(from_utc, datetime) or not isinstance(to_utc, datetime):
            continue
        for stream in inputs_of(family):
            held = spans.get(stream, (from_utc, to_utc))
            spans[stream] = min(held[0], from_utc), max(held[1], to_utc)
    return spans


def _bytes(lake: Path, families: tuple[Family, ...], piece: Agenda) -> int:
    """An upper bound of what a piece reads: whole partitions, whoever else they hold."""
    people = sorted(piece.all_wanted["participant_id"].unique())
    files = (
        path
        for stream, (from_utc, to_utc) in _spans(families, piece).items()
        for path in partition_files(lake, stream.name, people, from_utc.date(), to_utc.date())
    )
    return sum(path.stat().st_size for path in files)
