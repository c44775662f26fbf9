"""The grade of the data behind a judgement, A to D: how complete, on how long a baseline, how settled the device."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from alerts.baselines.arrays import Bools, Codes, Floats, Integers

_LIMITS = ((0.8, 35, 28.0), (0.65, 28, 14.0), (0.5, 14, 7.0))
"""For A, B and C: least coverage of the last week, baseline days and days since a change of device. Chosen by
design: half a week of data on two weeks of baseline is the least on which a person is asked to act."""


class Grade(IntEnum):
    """How far the data carry; D cannot reach a queue."""

    A = 0
    B = 1
    C = 2
    D = 3


def grades(coverage_ratio: Floats, baseline_days: Integers, device_age_days: Floats) -> Codes:
    """The grade of each participant; `device_age_days` is NaN where no change of device is known."""
    age = np.where(np.isnan(device_age_days), np.inf, device_age_days)
    holds = [
        (coverage_ratio >= coverage) & (baseline_days >= days) & (age >= device_days)
        for coverage, days, device_days in _LIMITS
    ]
    return np.select(holds, [Grade.A, Grade.B, Grade.C], default=Grade.D).astype(np.int8)


def recent_coverage(covered: Floats, is_chosen: Bools) -> Floats:
    """Mean coverage of the features in use over the recent days.

    `covered` (participants x recent days x features) is the coverage of each value, 0 where it is missing;
    `is_chosen` is participants x features. 0 where no feature is in use.
    """
    observed = np.where(is_chosen, covered.sum(axis=1), 0.0).sum(axis=1)
    planned = covered.shape[1] * is_chosen.sum(axis=1)
    return np.asarray(observed / np.maximum(planned, 1), dtype=np.float64)
