"""No value hangs on anything further back than its feature declares."""

from __future__ import annotations

import random
from datetime import timedelta

import polars as pl
import pytest

from features.catalogue.mobility import MOBILITY
from tests.features.mobility.making import MONDAY, Fix, fixes_of, home_work_home, stay, watched

LAST = MONDAY + timedelta(days=70)


def restless() -> list[Fix]:
    """Seventy-one days, each with a place of its own and some hours unseen."""
    rng = random.Random(3)  # noqa: S311 -- a walk, not a secret
    trace = []
    for step in range(71):
        day = MONDAY + timedelta(days=step)
        where = home_work_home(day, rng.choice([2000.0, 2500.0, 3000.0]) + 90.0 * rng.random())
        hole = rng.uniform(6, 20)
        trace += [fix for fix in where if not hole < (fix[0] - where[0][0]) / timedelta(hours=1) < hole + 3]
        trace += stay(day, 4 + 0.05, 4.2, 20.0 * rng.random())
    return trace


@pytest.mark.parametrize("reach_days", sorted({feature.reach_days for feature in MOBILITY.features}))
def test_what_lies_before_the_reach_may_be_absent(reach_days: int) -> None:
    seen = watched(fixes_of(restless()), MONDAY, LAST)
    last = seen.wanted.filter(pl.col("local_day") == LAST)
    near = seen.edges.filter(pl.col("local_day") >= LAST - timedelta(days=reach_days))
    ids = [feature.feature_id for feature in MOBILITY.features if feature.reach_days <= reach_days]
    mine = pl.col("feature_id").is_in(ids)
    whole = MOBILITY.compute(type(seen)(**{**vars(seen), "wanted": last})).filter(mine)
    short = MOBILITY.compute(type(seen)(**{**vars(seen), "wanted": last, "edges": near})).filter(mine)

    assert short.equals(whole)
