"""Corroboration: features are averaged within a domain, and the few strongest domains are added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerts.baselines.arrays import Bools, Floats, Indices
from alerts.baselines.standing import LEARNING_DAYS
from alerts.baselines.usual import Usual
from alerts.deviations.evidence import Runs
from alerts.deviations.layout import Layout, weakest_weight

USABLE_WITHIN_DAYS = 7
"""A feature not scored for a week is no longer part of its domain's average."""
WEAK_DOMAIN_RATIO = 0.5
"""A domain whose best feature is of class C counts half."""


@dataclass(frozen=True)
class Weighing:
    """The score of one night and what it is made of.

    `score` is participants x directions; `domain` is what each domain is worth (participants x directions x
    domains) and `is_counted` whether it is among the strongest; `contribution` is what each feature adds to the
    score (participants x directions x features), and sums to it. `is_chosen` (participants x features) are the
    features in use, one per marker.
    """

    score: Floats
    domain: Floats
    is_counted: Bools
    contribution: Floats
    is_chosen: Bools


def weigh(runs: Runs, usual: Usual, layout: Layout, top_domain_count: int) -> Weighing:
    """Add the strongest domains up, per participant and direction."""
    is_chosen = _chosen(usual, runs, layout)
    weight = layout.weight * is_chosen[:, None, :]
    total = np.add.reduceat(weight, layout.starts, axis=2)
    best = np.maximum.reduceat(weight, layout.starts, axis=2)
    factor = best * np.where(best <= weakest_weight(), WEAK_DOMAIN_RATIO, 1.0)
    scale = np.divide(factor, total, out=np.zeros_like(total), where=total > 0.0)
    worth = weight * runs.cusum * np.repeat(scale, _sizes(layout), axis=2)
    domain = np.add.reduceat(worth, layout.starts, axis=2)
    is_counted = _strongest(domain, top_domain_count)
    contribution = np.where(np.repeat(is_counted, _sizes(layout), axis=2), worth, 0.0)
    return Weighing(np.where(is_counted, domain, 0.0).sum(axis=2), domain, is_counted, contribution, is_chosen)


def _chosen(usual: Usual, runs: Runs, layout: Layout) -> Bools:
    """The first usable feature of each marker: a baseline of 14 days, and scored within the last week."""
    usable = (usual.day_count >= LEARNING_DAYS) & (runs.missing_run < USABLE_WITHIN_DAYS)
    chosen = usable.copy()
    for place, column in enumerate(layout.columns):
        chosen[:, place] &= ~usable[:, list(column.rivals)].any(axis=1)
    return chosen


def _strongest(domain: Floats, count: int) -> Bools:
    """The `count` largest domains above zero; the earlier of two equal ones."""
    order = np.argsort(-domain, axis=2, kind="stable")
    rank = np.argsort(order, axis=2, kind="stable")
    return np.asarray((rank < count) & (domain > 0.0))


def _sizes(layout: Layout) -> Indices:
    """How many columns each domain has."""
    return np.diff(layout.starts, append=len(layout.columns))
