"""Days on which people said that unlikeness is expected: no part of anybody's usual."""

from __future__ import annotations

import dataclasses

import numpy as np

from alerts.deviations.grid import Grid
from pipeline.registry.roster import Roster


def without_exceptional_days(grid: Grid, roster: Roster) -> Grid:
    """The grid with every exceptional day kept out of baselines; the days themselves are still judged."""
    is_barred = np.zeros(grid.value.shape, dtype=np.bool_)
    place = {participant_id: index for index, participant_id in enumerate(grid.participants)}
    for marked in roster.exceptional_days:
        first, last = max(0, grid.index_of(marked.first_day)), grid.index_of(marked.last_day)
        if marked.participant_id in place and last >= first:
            is_barred[place[marked.participant_id], first : last + 1] = True
    return dataclasses.replace(grid, is_barred=is_barred)
