"""What must not change an activity day: the order of rows, doubles, company, and how much of the past was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue.activity import ACTIVITY
from features.declaration import Observations
from tests.features.activity.making import MONDAY, burst, inferred, instants, walk
from tests.features.making import observed

START = datetime(2024, 5, 6, 4, 3, tzinfo=UTC)
NAMES = ("still", "walking", "vehicle", "unknown", "running")
few = settings(max_examples=8, deadline=None)


def _streams(seed: int, participant_id: str) -> dict[str, pl.DataFrame]:
    rng = np.random.default_rng(seed)
    at_s = instants(12)
    starts = np.cumsum(rng.integers(120, 1200, 70)).tolist()
    restless = [walk(at_s, 1.6) if rng.random() < 0.3 else 1 + 0.03 * rng.standard_normal(len(at_s)) for _ in starts]
    bursts = [
        burst(one, START + timedelta(seconds=int(second)), participant_id)
        for one, second in zip(restless, starts, strict=True)
    ]
    said = [(START + timedelta(seconds=int(second)), NAMES[rng.integers(len(NAMES))]) for second in starts]
    return {"accelerometer": pl.concat(bursts), "activity": inferred(said, participant_id)}


def _both(seed: int) -> dict[str, pl.DataFrame]:
    p, q = _streams(seed, "p"), _streams(seed + 1, "q")
    return {name: pl.concat([p[name], q[name]]) for name in p}


def _two_days(streams: dict[str, pl.DataFrame]) -> Observations:
    return observed(streams, MONDAY, MONDAY + timedelta(days=1))


@few
@given(st.integers(0, 10_000))
def test_order_and_doubles_change_no_byte(seed: int) -> None:
    streams = _both(seed)
    shuffled = {
        name: pl.concat([frame, frame.head(40)]).sample(fraction=1.0, shuffle=True, seed=seed)
        for name, frame in streams.items()
    }

    assert ACTIVITY.compute(_two_days(shuffled)).equals(ACTIVITY.compute(_two_days(streams)))


@few
@given(st.integers(0, 10_000))
def test_a_participant_is_the_same_alone_and_in_company(seed: int) -> None:
    both = ACTIVITY.compute(_two_days(_both(seed))).filter(pl.col("participant_id") == "p")

    assert both.equals(ACTIVITY.compute(_two_days(_streams(seed, "p"))))


@few
@given(st.integers(0, 10_000))
def test_a_day_is_the_same_whatever_was_read_after_it(seed: int) -> None:
    streams = _both(seed)
    first = observed(streams, MONDAY, MONDAY)
    until = first.edges["ends_at_utc"].max()
    cut = {name: frame.filter(pl.col("at_utc") < until) for name, frame in streams.items()}
    whole = ACTIVITY.compute(_two_days(streams)).filter(pl.col("local_day") == MONDAY)

    assert whole.equals(ACTIVITY.compute(observed(cut, MONDAY, MONDAY)))


@few
@given(st.integers(0, 10_000))
def test_seven_days_later_everything_is_the_same(seed: int) -> None:
    week = timedelta(days=7)
    streams = _both(seed)
    later = {name: frame.with_columns(pl.col("at_utc") + week) for name, frame in streams.items()}
    moved = ACTIVITY.compute(observed(later, MONDAY + week, MONDAY + week + timedelta(days=1)))

    assert moved.with_columns(pl.col("local_day") - week).equals(ACTIVITY.compute(_two_days(streams)))
