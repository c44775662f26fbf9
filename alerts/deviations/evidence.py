"""Persistence: one cumulative sum per direction and feature, which forgets nothing until it reaches zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerts.baselines.arrays import Bools, Floats, Integers

CAP_SCORE = 12.0
"""No single feature speaks louder, however long it runs."""
HOLD_DAYS = 4
DECAY_RATIO = 0.8
"""A missing day changes nothing; after four in a row a run fades by a fifth a day."""
NEGLIGIBLE_SCORE = 0.01
"""A run that has faded below this is over: it would otherwise keep its old onset for ever."""
NO_DAY = -1
"""Stands for no date where days are counted from 1970-01-01."""


@dataclass(frozen=True)
class Runs:
    """The running sums after a night (participants x directions x features).

    `onset_day` is the day after the last zero, counted from 1970-01-01, -1 without a run. What the cap and the
    fading took since the onset is kept apart, so that a sum and its days can be reconciled.
    `missing_run` (participants x features) counts the days in a row without a score.
    """

    cusum: Floats
    onset_day: Integers
    lost_to_cap: Floats
    lost_to_decay: Floats
    missing_run: Integers


def accumulate(runs: Runs, pull: Floats, is_scored: Bools, day: int, reference: float) -> Runs:
    """The running sums after one more day; `pull` counts only where `is_scored` (participants x features)."""
    missing_run = np.where(is_scored, 0, runs.missing_run + 1).astype(np.int32)
    scored = is_scored[:, None, :]
    risen = np.maximum(0.0, runs.cusum + np.where(scored, pull - reference, 0.0))
    faint = np.where(DECAY_RATIO * runs.cusum < NEGLIGIBLE_SCORE, 0.0, DECAY_RATIO * runs.cusum)
    kept = np.where((missing_run > HOLD_DAYS)[:, None, :], faint, runs.cusum)
    cusum = np.where(scored, np.minimum(CAP_SCORE, risen), kept)
    is_running, was_running = cusum > 0.0, runs.cusum > 0.0
    cut = np.where(scored, risen - np.minimum(CAP_SCORE, risen), 0.0)
    faded = np.where(scored, 0.0, runs.cusum - kept)
    return Runs(
        cusum=cusum,
        onset_day=np.where(is_running, np.where(was_running, runs.onset_day, day), NO_DAY).astype(np.int32),
        lost_to_cap=np.where(is_running, runs.lost_to_cap + cut, 0.0),
        lost_to_decay=np.where(is_running, runs.lost_to_decay + faded, 0.0),
        missing_run=missing_run,
    )


def cleared(runs: Runs, is_disposed: Bools) -> Runs:
    """The running sums with those of disposed directions (participants x directions) back at zero."""
    gone = is_disposed[:, :, None]
    return Runs(
        cusum=np.where(gone, 0.0, runs.cusum),
        onset_day=np.where(gone, NO_DAY, runs.onset_day).astype(np.int32),
        lost_to_cap=np.where(gone, 0.0, runs.lost_to_cap),
        lost_to_decay=np.where(gone, 0.0, runs.lost_to_decay),
        missing_run=runs.missing_run,
    )
