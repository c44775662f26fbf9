"""What must not change a rhythm: the order of rows, doubles, company, what came after, and what was read before."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue.rhythm import RHYTHM
from tests.features.rhythm.making import MONDAY, SUNDAY, hours_of, watched

few = settings(max_examples=5, deadline=None)
LATER = SUNDAY + timedelta(days=2)
seeds = st.integers(0, 10_000)


def _rows(seed: int, participant_id: str, first: date = MONDAY) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return hours_of(
        lambda _: float(rng.uniform(0.0, 0.4)) if rng.random() < 0.9 else None, first, LATER, "UTC", participant_id
    )


def _both(seed: int) -> pl.DataFrame:
    return pl.concat([_rows(seed, "p"), _rows(seed + 1, "q")])


@few
@given(seeds)
def test_order_and_doubles_change_no_byte(seed: int) -> None:
    rows = _both(seed)
    shuffled = pl.concat([rows, rows.head(60)]).sample(fraction=1.0, shuffle=True, seed=seed)

    assert RHYTHM.compute(watched(shuffled, LATER)).equals(RHYTHM.compute(watched(rows, LATER)))


@few
@given(seeds)
def test_a_participant_is_the_same_alone_and_in_company(seed: int) -> None:
    mine = pl.col("participant_id") == "p"
    alone = RHYTHM.compute(watched(_rows(seed, "p"), LATER)).filter(mine)

    assert RHYTHM.compute(watched(_both(seed), LATER)).filter(mine).equals(alone)


@few
@given(seeds)
def test_what_comes_after_a_day_does_not_change_it(seed: int) -> None:
    rows = _both(seed)
    given_until = watched(rows, SUNDAY)
    until = given_until.edges["ends_at_utc"].max()
    before = RHYTHM.compute(watched(rows.filter(pl.col("at_utc") < until), SUNDAY))

    assert RHYTHM.compute(watched(rows, LATER)).filter(pl.col("local_day") <= SUNDAY).equals(before)


@few
@given(seeds)
def test_days_before_the_reach_do_not_change_a_day(seed: int) -> None:
    """The last day stated alone, with its reach, is the last day stated among all."""
    rows = pl.concat([_rows(seed, "p", MONDAY - timedelta(days=5)), _rows(seed + 1, "q", MONDAY)])
    last = pl.col("local_day") == LATER
    alone = watched(rows, LATER, first=LATER)
    from_utc = alone.edges["starts_at_utc"].min()
    read = watched(rows.filter(pl.col("at_utc") >= from_utc), LATER, first=LATER)

    assert RHYTHM.compute(watched(rows, LATER)).filter(last).equals(RHYTHM.compute(read))
