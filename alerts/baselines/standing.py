"""How far a participant's baseline has come: learning, provisional or established."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from alerts.baselines.arrays import Bools, Codes, Integers
from pipeline.site import Detection

LEARNING_DAYS = 14
ESTABLISHED_DAYS = 28
ESTABLISHED_SPAN_DAYS = 35
ESTABLISHED_REST_DAYS = 8
"""Valid days before a direction is judged at all, and before a baseline counts as established: 28 days over at
least five weeks, at least 8 of them rest days (not asked of people whose rest days are unknown)."""

UNKNOWN_CLASS = -1


class Standing(IntEnum):
    """How much a participant's baseline may be relied on."""

    LEARNING = 0
    PROVISIONAL = 1
    ESTABLISHED = 2

    @property
    def wording(self) -> str:
        """The wording for a clinician."""
        return {
            Standing.LEARNING: "still learning what is usual",
            Standing.PROVISIONAL: "provisional baseline",
            Standing.ESTABLISHED: "established baseline",
        }[self]


@dataclass(frozen=True)
class Standings:
    """Per participant, seen from one night: the standing, its valid days, and how many days ago the last one was.

    `ended_days_ago` is -1 where there is none. It grows while an alert stays open, because such days are no one's
    usual: a large value is a stale baseline.
    """

    standing: Codes
    day_count: Integers
    ended_days_ago: Integers


def standings_on(night: int, is_valid: Bools, rest: Codes, was_open: Bools, detection: Detection) -> Standings:
    """The standing of each participant on day index `night`.

    `is_valid` and `rest` are participants x days; `was_open` is participants x the days searched, as in `usual_on`.
    """
    first, stop = max(0, night - detection.baseline_search_days), max(0, night - detection.guard_days + 1)
    open_from = first - (night - was_open.shape[1])
    usable = is_valid[:, first:stop] & ~was_open[:, open_from : open_from + stop - first]
    rank = np.cumsum(usable[:, ::-1], axis=1)[:, ::-1]
    used = usable & (rank <= detection.baseline_days)
    days = used.sum(axis=1).astype(np.int32)
    ended = np.where(days > 0, night - (stop - 1 - _leading_gap(used[:, ::-1])), -1).astype(np.int32)
    return Standings(_standing(used, rest[:, first:stop], days), days, ended)


def _standing(used: Bools, rest: Codes, days: Integers) -> Codes:
    """The standing that a window of used days allows."""
    length = used.shape[1]
    span = np.where(days > 0, length - _leading_gap(used) - _leading_gap(used[:, ::-1]), 0)
    rest_days = (used & (rest == 1)).sum(axis=1)
    is_known = ~(rest == UNKNOWN_CLASS).all(axis=1)
    is_whole_week = (rest_days >= ESTABLISHED_REST_DAYS) | ~is_known
    is_established = (days >= ESTABLISHED_DAYS) & (span >= ESTABLISHED_SPAN_DAYS) & is_whole_week
    standing = np.where(is_established, Standing.ESTABLISHED, Standing.PROVISIONAL)
    return np.where(days < LEARNING_DAYS, Standing.LEARNING, standing).astype(np.int8)


def _leading_gap(used: Bools) -> Integers:
    """How many days lie before the first used one."""
    if used.shape[1] == 0:
        return np.zeros(used.shape[0], dtype=np.int32)
    return np.asarray(used.argmax(axis=1), dtype=np.int32)
