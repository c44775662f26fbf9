"""The habit of the hour: how likely a participant is asleep at each clock time, from the trailing 28 days.

The habit is learnt from days judged without it, and is drawn towards the weak common expectation of a night, so that
it never becomes its own evidence and never outweighs what the phone saw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.catalogue.sleep.model import BIN_COUNT, BIN_MIN

Floats = NDArray[np.float64]

HABIT_DAYS = 28
COMMON_MIDDLE_H = 3.5
COMMON_MEAN = 0.33
COMMON_SWING = 0.22
"""Eight hours in twenty-four, more likely by night: weak, for a night worker's sleep must show from the first day."""
COMMON_WEIGHT_MIN = 7.0 * BIN_MIN
"""The common expectation counts as much as a week of days."""
LEAST, MOST = 0.04, 0.90
"""No hour is certain: with nine tenths, half a dozen touches an hour apart still show a sleepless night."""
SMOOTHED_BINS = 3


def common_habit() -> Floats:
    """The expectation for a person of whom nothing is known, by quarter of an hour of the local day."""
    clock_h = (np.arange(BIN_COUNT) + 0.5) * BIN_MIN / 60.0
    return np.asarray(COMMON_MEAN + COMMON_SWING * np.cos(2.0 * np.pi * (clock_h - COMMON_MIDDLE_H) / 24.0))


def personal_habit(asleep_min: Floats, alive_min: Floats) -> Floats:
    """The habit before each day, of shape (participants, days, quarters), from minutes asleep and alive by quarter.

    Day `d` uses days `d - 28` to `d - 1` of the same participant and nothing later.
    """
    asleep, alive = _smoothed(_trailing(asleep_min)), _smoothed(_trailing(alive_min))
    learnt = (asleep + COMMON_WEIGHT_MIN * common_habit()) / (alive + COMMON_WEIGHT_MIN)
    return np.clip(learnt, LEAST, MOST)


def _trailing(by_day: Floats) -> Floats:
    """The sum over the 28 days before each day."""
    total = np.concatenate([np.zeros_like(by_day[:, :1]), np.cumsum(by_day, axis=1)], axis=1)
    day = np.arange(by_day.shape[1])
    return np.asarray(total[:, day] - total[:, np.maximum(day - HABIT_DAYS, 0)])


def _smoothed(by_quarter: Floats) -> Floats:
    """The mean over neighbouring quarters, around the clock."""
    shifts = range(-SMOOTHED_BINS, SMOOTHED_BINS + 1)
    return np.asarray(np.mean([np.roll(by_quarter, shift, axis=-1) for shift in shifts], axis=0))
