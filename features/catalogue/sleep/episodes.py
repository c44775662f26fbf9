"""Sleep episodes of one stretch of minutes, and what the main one of a civil date was like, compiled.

An episode is a run of asleep minutes of the likeliest path, or several with short wakings between. Its edges are then
moved to where the posterior of being asleep crosses one half, which is the median of when sleep began or ended; the
80 % interval lies between the crossings of a tenth and nine tenths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.minutes.compiled import compiled

Floats = NDArray[np.float64]
States = NDArray[np.int8]
Flags = NDArray[np.bool_]
Minutes = NDArray[np.int64]

ASLEEP_STATE = 2
LONGEST_WAKING_MIN = 120
"""A longer time awake parts two episodes."""
LONGEST_WAKING_SHARE = 0.4
"""So does a time awake longer than this share of the shorter sleep beside it: an evening doze is not the night."""
MOST_EPISODES = 256

(
    ONSET,
    ONSET_LOW,
    ONSET_HIGH,
    OFFSET,
    OFFSET_LOW,
    OFFSET_HIGH,
    ASLEEP_MIN,
    AWAKENINGS,
    LONGEST_BLOCK,
    SUREST,
    FIELD_COUNT,
) = range(11)
"""Columns of a table of episodes; minutes count from the start of the stretch, ends not included."""


@compiled
def episodes_of(path: States, posterior: Floats) -> Floats:  # pragma: no cover -- compiled
    """The episodes of a stretch in order of time: one row each, columns as named in this module."""
    blocks = _blocks(path)
    first = _first_blocks(blocks)
    episodes = np.zeros((len(first) - 1, 10))
    for number in range(len(first) - 1):
        own = blocks[first[number] : first[number + 1]]
        floor = blocks[first[number] - 1, 1] if first[number] > 0 else 0
        ceiling = blocks[first[number + 1], 0] if first[number + 1] < len(blocks) else len(path)
        episodes[number] = _measured(own, posterior, floor, ceiling)
    return episodes


@compiled
def _blocks(path: States) -> Minutes:  # pragma: no cover -- compiled
    """Runs of asleep minutes: first minute, and the minute after the last."""
    blocks = np.empty((len(path) // 2 + 1, 2), dtype=np.int64)
    count = 0
    for minute in range(len(path)):
        if path[minute] != 2:  # noqa: PLR2004 -- the asleep state; a global would be frozen into the machine code
            continue
        if minute == 0 or path[minute - 1] != 2:  # noqa: PLR2004
            blocks[count, 0] = minute
            count += 1
        blocks[count - 1, 1] = minute + 1
    return blocks[:count]


@compiled
def _first_blocks(blocks: Minutes) -> Minutes:  # pragma: no cover -- compiled
    """Which block begins each episode (and the number of blocks, last): neighbours join until none is near enough."""
    first = np.arange(len(blocks) + 1)
    asleep = np.empty(len(blocks), dtype=np.int64)
    for block in range(len(blocks)):
        asleep[block] = blocks[block, 1] - blocks[block, 0]
    count, is_changing = len(blocks), True
    while is_changing:
        is_changing = False
        for number in range(count - 1):
            waking = blocks[first[number + 1], 0] - blocks[first[number + 1] - 1, 1]
            limit = min(float(LONGEST_WAKING_MIN), LONGEST_WAKING_SHARE * min(asleep[number], asleep[number + 1]))
            if waking <= limit:
                asleep[number] += asleep[number + 1]
                for later in range(number + 1, count - 1):
                    asleep[later] = asleep[later + 1]
                    first[later] = first[later + 1]
                count, is_changing = count - 1, True
                first[count] = len(blocks)
                break
    return first[: count + 1]


@compiled
def _measured(blocks: Minutes, posterior: Floats, floor: int, ceiling: int) -> Floats:  # pragma: no cover -- compiled
    """One episode's edges with their intervals, and what lies between them."""
    row = np.zeros(10)
    last = len(blocks) - 1
    row[0], row[1], row[2] = _onset(blocks[0, 0], blocks[0, 1], posterior, floor)
    row[3], row[4], row[5] = _offset(blocks[last, 0], blocks[last, 1], posterior, ceiling)
    row[3] = max(row[3], row[0] + 1)
    awake, longest, begins = 0.0, 0.0, row[0]
    for block in range(last):
        awake += blocks[block + 1, 0] - blocks[block, 1]
        longest = max(longest, blocks[block, 1] - begins)
        begins = blocks[block + 1, 0]
    row[6] = max(row[3] - row[0] - awake, 0.0)
    row[7] = last
    row[8] = max(longest, row[3] - begins)
    for block in range(len(blocks)):
        row[9] = max(row[9], np.max(posterior[blocks[block, 0] : blocks[block, 1]]))
    return row


@compiled
def _onset(
    first: int, end: int, posterior: Floats, floor: int
) -> tuple[float, float, float]:  # pragma: no cover -- compiled
    """When a block began: the median and the tenth and ninetieth percentile of its posterior."""
    core = first
    while core < end - 1 and posterior[core] < 0.9:  # noqa: PLR2004 -- nine tenths
        core += 1
    median = core
    while median > floor and posterior[median - 1] >= 0.5:  # noqa: PLR2004 -- one half
        median -= 1
    while median < core and posterior[median] < 0.5:  # noqa: PLR2004
        median += 1
    low = median
    while low > floor and posterior[low - 1] >= 0.1:  # noqa: PLR2004 -- one tenth
        low -= 1
    return float(median), float(low), float(core)


@compiled
def _offset(
    first: int, end: int, posterior: Floats, ceiling: int
) -> tuple[float, float, float]:  # pragma: no cover -- compiled
    """When a block ended: the median and the tenth and ninetieth percentile of its posterior."""
    core = end
    while core > first + 1 and posterior[core - 1] < 0.9:  # noqa: PLR2004 -- nine tenths
        core -= 1
    median = core
    while median < ceiling and posterior[median] >= 0.5:  # noqa: PLR2004 -- one half
        median += 1
    high = median
    while high < ceiling and posterior[high] >= 0.1:  # noqa: PLR2004 -- one tenth
        high += 1
    return float(median), float(core), float(high)
