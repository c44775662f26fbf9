"""Spans of time as two sorted arrays of seconds since 1970, and the set algebra that the rest is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats


@dataclass(frozen=True)
class Spans:
    """Sorted half-open spans [start, end) that do not overlap, in seconds since 1970 (UTC)."""

    start_s: Floats
    end_s: Floats

    def __len__(self) -> int:
        return len(self.start_s)

    def contains(self, at_s: Floats) -> Bools:
        """Whether each instant lies inside one of the spans."""
        if not len(self):
            return np.zeros(at_s.shape, dtype=np.bool_)
        index = np.searchsorted(self.start_s, at_s, side="right") - 1
        return np.asarray((index >= 0) & (at_s < self.end_s[np.maximum(index, 0)]))

    def lasting(self, least_s: float) -> Spans:
        """Those that last at least so long."""
        keep = self.end_s - self.start_s >= least_s
        return Spans(self.start_s[keep], self.end_s[keep])

    def gaps(self, start_s: float, end_s: float) -> Spans:
        """What lies between them, from one instant to another."""
        starts = np.append(start_s, self.end_s)
        ends = np.append(self.start_s, end_s)
        keep = ends > starts
        return Spans(starts[keep], ends[keep])

    @property
    def total_s(self) -> float:
        """How long they last together."""
        return float(np.sum(self.end_s - self.start_s))


EMPTY = Spans(np.zeros(0), np.zeros(0))


def union(start_s: Floats, end_s: Floats) -> Spans:
    """Any spans, in any order, overlapping or not, as spans that do not overlap."""
    keep = end_s > start_s
    order = np.argsort(start_s[keep], kind="stable")
    starts, ends = start_s[keep][order], end_s[keep][order]
    if not len(starts):
        return EMPTY
    reach = np.maximum.accumulate(ends)
    first = np.append(True, starts[1:] > reach[:-1])
    last = np.append(first[1:], True)
    return Spans(starts[first], reach[last])


def joined(*parts: Spans) -> Spans:
    """The union of several sets of spans."""
    return union(np.concatenate([part.start_s for part in parts]), np.concatenate([part.end_s for part in parts]))


def intersection(one: Spans, other: Spans) -> Spans:
    """What lies in both."""
    edges = np.concatenate([one.start_s, other.start_s, one.end_s, other.end_s])
    steps = np.repeat([1, -1], [len(one) + len(other)] * 2)
    # An end sorts before a start at the same instant, so that touching spans have nothing in common.
    order = np.lexsort((steps, edges))
    inside = np.cumsum(steps[order]) == 2  # noqa: PLR2004 -- two sets
    starts, ends = edges[order][:-1][inside[:-1]], edges[order][1:][inside[:-1]]
    return union(starts, ends)
