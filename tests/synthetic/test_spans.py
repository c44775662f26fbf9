"""The algebra of spans, against sets of whole seconds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.synthetic.spans import Spans, intersection, joined, union

PAIRS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=8)


def made(pairs: list[tuple[int, int]]) -> Spans:
    starts = np.array([start for start, _ in pairs], dtype=np.float64)
    return union(starts, starts + np.array([length for _, length in pairs], dtype=np.float64))


def inside(spans: Spans) -> set[int]:
    """Seconds [n, n + 1) that lie in the spans."""
    return {n for start, end in zip(spans.start_s, spans.end_s, strict=True) for n in range(int(start), int(end))}


def meant(pairs: list[tuple[int, int]]) -> set[int]:
    return {n for start, length in pairs for n in range(start, start + length)}


@settings(max_examples=50, deadline=None)
@given(PAIRS, PAIRS)
def test_union_and_intersection_are_those_of_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    assert meant(one) == inside(made(one))
    assert meant(one) | meant(other) == inside(joined(made(one), made(other)))
    assert meant(one) & meant(other) == inside(intersection(made(one), made(other)))


@settings(max_examples=50, deadline=None)
@given(PAIRS)
def test_gaps_are_everything_else(pairs: list[tuple[int, int]]) -> None:
    assert set(range(100)) - meant(pairs) == inside(made(pairs).gaps(0.0, 100.0))


@settings(max_examples=50, deadline=None)
@given(PAIRS)
def test_an_instant_is_contained_where_its_second_is(pairs: list[tuple[int, int]]) -> None:
    contained = made(pairs).contains(np.arange(0.5, 100.0))
    assert meant(pairs) == set(np.flatnonzero(contained).tolist())


def test_spans_that_last_long_enough_are_kept() -> None:
    kept = made([(0, 5), (10, 9)]).lasting(9.0)
    assert [(10.0, 19.0)] == list(zip(kept.start_s, kept.end_s, strict=True))
