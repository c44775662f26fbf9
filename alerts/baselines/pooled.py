"""The spread that a site's own people show within themselves, pooled, to replace the starter values."""

from __future__ import annotations

import numpy as np

from alerts.baselines.arrays import Floats
from alerts.baselines.transform import wrapped_h
from alerts.baselines.usual import History

FEWEST_DAYS_EACH = 28
"""A person with fewer valid days says little about day-to-day spread."""


def pooled_spread(history: History) -> Floats:
    """Pooled within-person standard deviation per feature, on the transformed scale; NaN where no one has 28 days.

    Work and rest days are centred apart, so that a weekend habit does not count as spread. Meant for people and
    days that behaved as usual: the caller leaves out annotated episodes and travel.
    """
    residual = _centred(history)
    days = np.isfinite(residual).sum(axis=1)
    squares = np.nansum(np.square(residual), axis=1)
    classes = np.where((history.rest < 0).all(axis=1), 1, 2)
    freedom = np.where(days >= FEWEST_DAYS_EACH, days - classes[:, None], 0)
    total = freedom.sum(axis=0)
    counted = np.where(freedom > 0, squares, 0.0).sum(axis=0)
    variance = np.full(total.shape, np.nan)
    np.divide(counted, total, out=variance, where=total > 0)
    return np.sqrt(variance)


def _centred(history: History) -> Floats:
    """Each day counted from its participant's mean of the same class, clock times from their circular mean."""
    turned = _unwrapped(history)
    out = np.full_like(turned, np.nan)
    for code in (-1, 0, 1):
        is_class = (history.rest == code)[:, :, None] & np.isfinite(turned)
        count = is_class.sum(axis=1, keepdims=True)
        total = np.where(is_class, turned, 0.0).sum(axis=1, keepdims=True)
        mean = total / np.maximum(count, 1)
        out = np.where(is_class, turned - mean, out)
    return out


def _unwrapped(history: History) -> Floats:
    """Clock columns as differences from each participant's circular mean; the others as they are."""
    angle = history.scaled * (2.0 * np.pi / 24.0)
    sine = np.nansum(np.sin(angle), axis=1, keepdims=True)
    cosine = np.nansum(np.cos(angle), axis=1, keepdims=True)
    origin = np.arctan2(sine, cosine) * (24.0 / (2.0 * np.pi))
    return np.where(history.is_clock, wrapped_h(history.scaled - origin), history.scaled)
