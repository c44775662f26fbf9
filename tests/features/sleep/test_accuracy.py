"""How near the truth: random lives with known sleep, with and without a moving phone."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.catalogue.sleep import SLEEP
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.handset import SCREEN
from pipeline.vocabulary.streams.location import GPS
from pipeline.vocabulary.streams.movement import ACTIVITY
from tests.plugins.phones import Row, Span, beats, observations, stated, used

FIRST = datetime(2024, 3, 3, 12, tzinfo=UTC)
NIGHTS = 20
PEOPLE = ("p1", "p2")


def sleeps_of(rng: np.random.Generator) -> list[Span]:
    """A person's nights: about 7.4 hours around their own usual middle, an hour more or less."""
    middle_h, length_h = rng.normal(15.5, 1.0), rng.normal(7.4, 0.6)
    middles = middle_h + rng.normal(0.0, 0.8, NIGHTS)
    lengths = np.clip(length_h + rng.normal(0.0, 1.0, NIGHTS), 2.0, 11.0)
    at = [FIRST + timedelta(days=night, hours=hour) for night, hour in enumerate(middles)]
    return [
        (middle - timedelta(hours=h / 2), middle + timedelta(hours=h / 2))
        for middle, h in zip(at, lengths, strict=True)
    ]


def uses_of(sleeps: list[Span], rng: np.random.Generator) -> Iterator[Span]:
    """Bursts of use between sleeps: the first some minutes after waking, the last some minutes before sleep."""
    edges = [(FIRST, sleeps[0][0]), *((a[1], b[0]) for a, b in itertools.pairwise(sleeps))]
    for woke, sleeps_at in edges:
        now, last = woke + timedelta(minutes=rng.exponential(6)), sleeps_at - timedelta(minutes=rng.exponential(12))
        while now < last:
            until = min(now + timedelta(minutes=0.3 + rng.exponential(4)), last)
            yield now, until
            now = until + timedelta(minutes=rng.exponential(6) if rng.random() < 0.6 else rng.exponential(35))


def carried(sleeps: list[Span], rng: np.random.Generator) -> list[Row]:
    """Activity inferred every three minutes: now and then walking by day, still by night."""
    times = [FIRST + timedelta(minutes=3 * step) for step in range(NIGHTS * 480)]
    asleep = [any(begins <= time < ends for begins, ends in sleeps) for time in times]
    moves = rng.random(len(times)) < 0.12
    return [
        {"at_utc": time, "activity": "walking" if move and not sleep else "still"}
        for time, move, sleep in zip(times, moves, asleep, strict=True)
    ]


@pytest.fixture(scope="module", params=[False, True], ids=["screen only", "screen and movement"])
def errors_min(request: pytest.FixtureRequest) -> pl.DataFrame:
    """Errors of onset and offset in minutes, one row a determined night of two people."""
    streams: dict[Stream, list[Row]] = {SCREEN: [], GPS: [], ACTIVITY: []}
    truth = []
    for who in PEOPLE:
        rng = np.random.default_rng(int(who[1:]))
        sleeps = sleeps_of(rng)
        streams[SCREEN] += used(uses_of(sleeps, rng), who=who)
        streams[GPS] += beats(FIRST, FIRST + timedelta(days=NIGHTS), who=who)
        streams[ACTIVITY] += [{**row, "participant_id": who} for row in carried(sleeps, rng)] if request.param else []
        truth += [(who, ends.date(), begins.timestamp(), ends.timestamp()) for begins, ends in sleeps]
    last = date(2024, 3, 3) + timedelta(days=NIGHTS - 1)
    values = stated(SLEEP, observations(streams, date(2024, 3, 4), last, people=PEOPLE))
    wide = values.pivot("feature_id", index=["participant_id", "local_day"], values="value")
    told = pl.DataFrame(truth, schema=["participant_id", "local_day", "onset_s", "offset_s"], orient="row")
    return wide.join(told, on=["participant_id", "local_day"]).select(
        onset=(pl.col("sleep_onset_at_utc_s") - pl.col("onset_s")) / 60,
        offset=(pl.col("sleep_offset_at_utc_s") - pl.col("offset_s")) / 60,
    )


def test_most_nights_are_told(errors_min: pl.DataFrame) -> None:
    assert errors_min["onset"].null_count() < 0.1 * errors_min.height


@pytest.mark.parametrize("edge", ["onset", "offset"])
def test_half_of_the_edges_lie_within_a_quarter_of_an_hour(errors_min: pl.DataFrame, edge: str) -> None:
    near = errors_min[edge].drop_nulls().abs() <= 15.0

    assert near.sum() >= 0.5 * len(near)
