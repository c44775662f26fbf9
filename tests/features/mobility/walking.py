"""Random walks between a few places, with jitter, gaps, poor fixes and leaps, for Hypothesis to shrink."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.features.mobility.making import MONDAY, Fix, at

DAY_COUNT = 4
SPOTS = ((0.0, 0.0), (3000.0, 400.0), (-700.0, 2500.0), (130.0, -90.0))
"""Home, two others, and a neighbour so near that only the radius tells it apart."""


class Walk(list[Fix]):
    """A trace that does not print itself whole."""

    def __repr__(self) -> str:
        return f"<a walk of {len(self)} fixes>"


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """Fixes of four days: legs at a spot or on the way, sampled every 5 to 20 minutes, with silences between."""
    rng = random.Random(draw(st.integers(0, 10_000)))  # noqa: S311 -- a walk, not a secret
    sample_min = draw(st.sampled_from([5, 11, 20]))
    jitter_m = draw(st.sampled_from([0.0, 15.0, 60.0]))
    legs = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 14)), min_size=1, max_size=16))
    trace = Walk()
    now, end = at(MONDAY, 4 + draw(st.integers(0, 6))), at(MONDAY + timedelta(days=DAY_COUNT), 4)
    while now < end:
        for spot, hours in legs:
            leg_end = now + timedelta(hours=hours)
            while now < min(leg_end, end):
                trace += _seen(now, spot, jitter_m, rng)
                now += timedelta(minutes=sample_min, seconds=rng.randrange(50))
    return trace


def _seen(now: datetime, spot: int, jitter_m: float, rng: random.Random) -> list[Fix]:
    """One fix at a spot; the fifth spot is silence."""
    if spot == len(SPOTS):
        return []
    east, north = SPOTS[spot]
    leap_m = 200_000.0 if rng.random() < 0.01 else 0.0
    accuracy_m = rng.choice([10.0, 20.0, 40.0, 45.0, 90.0, 500.0])
    where = (east + rng.gauss(0, jitter_m) + leap_m, north + rng.gauss(0, jitter_m))
    return [(now, *where, accuracy_m)]
