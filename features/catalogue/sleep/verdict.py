"""Whether the evidence around a civil date can tell how its main sleep was, compiled.

A night that nobody could see is undetermined, never eight hours and never none: the app silent for more than three
hours beside the sleep, or elsewhere with half as much sleep to be expected in it; edges that could lie anywhere within
four hours; or a phone that nobody touched for sixteen. No sleep at all is said only of a time in which somebody was
seen again and again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.catalogue.sleep.episodes import ASLEEP_MIN, OFFSET, OFFSET_HIGH, OFFSET_LOW, ONSET, ONSET_HIGH, ONSET_LOW
from features.catalogue.sleep.episodes import SUREST as SUREST_OF_EPISODE
from features.minutes.compiled import compiled

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SLEPT, SLEEPLESS, UNDETERMINED, UNSEEN = 0, 1, 2, 3
LONGEST_HOLE_MIN = 180
MOST_UNSEEN_SHARE = 0.5
"""Sleep to be expected in a silence of the app elsewhere, against the sleep that was seen."""
AROUND_MIN = 30
"""How near to the sleep a silence of the app must come to matter to its edges."""
WIDEST_EDGE_MIN = 240.0
LONGEST_UNTOUCHED_MIN = 960
LONGEST_UNSEEN_MIN = 240
"""Awake all the time is believed when the person was seen at least this often."""
LEAST_AWAKE_MIN = 18 * 60
"""And for at least so long: two nights with nothing but an untouched day between are no sleepless one."""
LEAST_SURE = 0.8
SHORTEST_SLEEP_MIN = 20.0


@compiled
def main_episode(episodes: Floats, since: int, until: int) -> int:  # pragma: no cover -- compiled
    """The row of the longest episode that ends within the civil date, -1 where there is none."""
    main, longest = -1, SHORTEST_SLEEP_MIN
    for row in range(len(episodes)):
        is_within = since <= episodes[row, OFFSET] < until
        if is_within and episodes[row, ASLEEP_MIN] >= longest:
            main, longest = row, episodes[row, ASLEEP_MIN] + 1e-9
    return main


@compiled
def nap_minutes(episodes: Floats, main: int, since: int, until: int) -> float:  # pragma: no cover -- compiled
    """Minutes asleep in the other episodes that end within the civil date."""
    total = 0.0
    for row in range(len(episodes)):
        is_within = since <= episodes[row, OFFSET] < until
        if row != main and is_within and episodes[row, ASLEEP_MIN] >= SHORTEST_SLEEP_MIN:
            total += episodes[row, ASLEEP_MIN]
    return total


@compiled
def untouched(signs: Flags, onset: int, offset: int) -> tuple[int, int]:  # pragma: no cover -- compiled
    """The minutes between the last sign of the person before sleep and the first after it."""
    begins, ends = onset, offset
    while begins > 0 and not signs[begins - 1]:
        begins -= 1
    while ends < len(signs) and not signs[ends]:
        ends += 1
    return begins, ends


@compiled
def verdict_on_sleep(
    episode: Floats, bed_min: int, posterior: Floats, alive: Flags, noon: int, until: int
) -> int:  # pragma: no cover -- compiled
    """SLEPT, or UNDETERMINED where the evidence around the episode, or a silence that may hold more sleep, forbids."""
    onset, offset = int(episode[ONSET]), int(episode[OFFSET])
    beside = longest_run(alive, max(onset - AROUND_MIN, 0), min(offset + AROUND_MIN, len(alive)))
    unseen_min = most_sleep_in_a_hole(posterior, alive, noon, until)
    widest = max(episode[ONSET_HIGH] - episode[ONSET_LOW], episode[OFFSET_HIGH] - episode[OFFSET_LOW])
    is_hidden = beside > LONGEST_HOLE_MIN or unseen_min > MOST_UNSEEN_SHARE * episode[ASLEEP_MIN]
    is_vague = widest > WIDEST_EDGE_MIN or bed_min > LONGEST_UNTOUCHED_MIN or episode[SUREST_OF_EPISODE] < LEAST_SURE
    return UNDETERMINED if is_hidden or is_vague else SLEPT


@compiled
def most_sleep_in_a_hole(posterior: Floats, alive: Flags, begins: int, ends: int) -> float:  # pragma: no cover
    """The most minutes of sleep to be expected within one long silence of the app."""
    most, run, expected = 0.0, 0, 0.0
    for minute in range(begins, ends):
        run, expected = (0, 0.0) if alive[minute] else (run + 1, expected + posterior[minute])
        if run > LONGEST_HOLE_MIN:
            most = max(most, expected)
    return most


@compiled
def verdict_on_waking(
    episodes: Floats, signs: Flags, alive: Flags, noon: int, until: int
) -> int:  # pragma: no cover -- compiled
    """SLEEPLESS where somebody was seen again and again, UNSEEN without any heartbeat, UNDETERMINED otherwise."""
    if not np.any(alive[noon:until]):
        return UNSEEN
    since, to = noon, until
    for row in range(len(episodes)):
        # The sleep before and the sleep after are no part of the time that must have been seen awake.
        if episodes[row, ONSET] <= noon < episodes[row, OFFSET]:
            since = int(episodes[row, OFFSET])
        if episodes[row, ONSET] < until <= episodes[row, OFFSET]:
            to = int(episodes[row, ONSET])
    is_hidden = longest_run(alive, noon, until) > LONGEST_HOLE_MIN
    is_short = to - since < LEAST_AWAKE_MIN
    is_unseen = is_short or longest_run(signs[since:to], 0, to - since) >= LONGEST_UNSEEN_MIN
    return UNDETERMINED if is_hidden or is_unseen else SLEEPLESS


@compiled
def longest_run(flags: Flags, begins: int, ends: int) -> int:  # pragma: no cover -- compiled
    """The longest run of minutes without the flag that touches [begins, ends), counted whole."""
    while begins > 0 and not flags[begins - 1]:
        begins -= 1
    while ends < len(flags) and not flags[ends]:
        ends += 1
    longest, run = 0, 0
    for minute in range(begins, ends):
        run = 0 if flags[minute] else run + 1
        longest = max(longest, run)
    return longest
