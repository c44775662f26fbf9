"""How a feature's natural units become a scale on which ordinary days spread evenly, and the way back."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from scipy import special

from alerts.baselines.arrays import Floats

DAY_H = 24.0
SMALLEST_SHARE = 0.02
"""A whole day at home has no logit: shares are read as at least 2 % and at most 98 %."""


class Transform(StrEnum):
    """The scales in use. `CLOCK` keeps hours; the baseline takes their circular mean and wraps what is left."""

    IDENTITY = "identity"
    SQRT = "sqrt"
    LOG1P = "log1p"
    LOG1P_MILLI = "log1p_milli"
    LOGIT = "logit"
    LOGIT_OF_DAY = "logit_of_day"
    CLOCK = "clock"


def forward(natural: Floats, transform: Transform) -> Floats:
    """From natural units to the scale of a transform; missing stays missing, and no sensible value is refused."""
    match transform:
        case Transform.SQRT:
            return np.sqrt(np.maximum(natural, 0.0))
        case Transform.LOG1P:
            return np.log1p(np.maximum(natural, 0.0))
        case Transform.LOG1P_MILLI:
            return np.log1p(1000.0 * np.maximum(natural, 0.0))
        case Transform.LOGIT:
            return _logit(natural)
        case Transform.LOGIT_OF_DAY:
            return _logit(natural / DAY_H)
        case Transform.IDENTITY | Transform.CLOCK:
            return natural.copy()


def back(scaled: Floats, transform: Transform) -> Floats:
    """From the scale of a transform to natural units; what lies beyond the scale's end comes back as that end."""
    match transform:
        case Transform.SQRT:
            return np.square(np.maximum(scaled, 0.0))
        case Transform.LOG1P:
            return np.expm1(np.maximum(scaled, 0.0))
        case Transform.LOG1P_MILLI:
            return np.expm1(np.maximum(scaled, 0.0)) / 1000.0
        case Transform.LOGIT:
            return np.asarray(special.expit(scaled), dtype=np.float64)
        case Transform.LOGIT_OF_DAY:
            return DAY_H * np.asarray(special.expit(scaled), dtype=np.float64)
        case Transform.IDENTITY | Transform.CLOCK:
            return scaled.copy()


def wrapped_h(hours: Floats) -> Floats:
    """Differences of clock times, brought into [-12, 12) hours."""
    return (hours + DAY_H / 2) % DAY_H - DAY_H / 2


def _logit(share: Floats) -> Floats:
    """The logit of a share, with the ends cut off."""
    return np.asarray(special.logit(np.clip(share, SMALLEST_SHARE, 1.0 - SMALLEST_SHARE)), dtype=np.float64)
