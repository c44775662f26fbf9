"""The hidden Markov model of one stretch of minutes: forward-backward and Viterbi, compiled.

Between minutes, the phone is put down and taken up at fixed rates; falling asleep and waking follow the habit of the
hour, the probability `h` of being asleep at that clock time, so that with a constant `h` and no evidence the share of
time asleep comes out near `h` (a little below, because most wakings begin with the phone).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.minutes.compiled import compiled

Floats = NDArray[np.float64]
Codes = NDArray[np.int16]
States = NDArray[np.int8]
Minutes = NDArray[np.int64]

AT_HAND, LYING, ASLEEP = 0, 1, 2
"""The hidden states: awake with the phone at hand, awake with it lying elsewhere, asleep."""
BIN_MIN = 15
BIN_COUNT = 24 * 60 // BIN_MIN
MINUTES_A_DAY = 24 * 60

PUT_DOWN = 0.08
"""Per minute: use comes in bursts of some twelve minutes."""
TAKEN_UP = 0.025
"""Per minute: an awake person returns to the phone after some twenty-five."""
DOZE_RATE = 1.0 / 20.0
"""Per minute, at an hour at which the person always sleeps: half an hour from putting the phone down to sleep."""
WAKES_TO_PHONE = 0.7
"""Share of wakings after which the phone is taken up at once."""
LYING_SHARE = PUT_DOWN / (PUT_DOWN + TAKEN_UP)


@compiled
def transitions(habit: Floats) -> Floats:  # pragma: no cover -- compiled
    """Transition matrices by habit: shape (quarters, from, to)."""
    matrix = np.zeros((len(habit), 3, 3))
    doze, wake = DOZE_RATE * habit, DOZE_RATE * LYING_SHARE * (1.0 - habit)
    matrix[:, AT_HAND, LYING] = PUT_DOWN
    matrix[:, AT_HAND, AT_HAND] = 1.0 - PUT_DOWN
    matrix[:, LYING, AT_HAND] = TAKEN_UP
    matrix[:, LYING, ASLEEP] = doze
    matrix[:, LYING, LYING] = 1.0 - TAKEN_UP - doze
    matrix[:, ASLEEP, AT_HAND] = wake * WAKES_TO_PHONE
    matrix[:, ASLEEP, LYING] = wake * (1.0 - WAKES_TO_PHONE)
    matrix[:, ASLEEP, ASLEEP] = 1.0 - wake
    return matrix


@compiled
def starting(habit: float) -> Floats:  # pragma: no cover -- compiled
    """The probability of each state before any evidence, by the habit of the first minute."""
    return np.array([(1.0 - habit) * (1.0 - LYING_SHARE), (1.0 - habit) * LYING_SHARE, habit])


@compiled
def forward_pass(
    codes: Codes, bins: Minutes, likelihood: Floats, matrix: Floats, start: Floats
) -> Floats:  # pragma: no cover -- compiled
    """The probability of each state in each minute, given the minutes up to it."""
    forward = np.empty((len(codes), 3))
    for minute in range(len(codes)):
        total = 0.0
        for state in range(3):
            reached = start[state]
            if minute > 0:
                reached = 0.0
                for before in range(3):
                    reached += forward[minute - 1, before] * matrix[bins[minute], before, state]
            forward[minute, state] = reached * likelihood[codes[minute], state]
            total += forward[minute, state]
        for state in range(3):
            forward[minute, state] /= total
    return forward


@compiled
def asleep_posterior(
    codes: Codes, bins: Minutes, likelihood: Floats, matrix: Floats, start: Floats
) -> Floats:  # pragma: no cover -- compiled
    """The probability of being asleep in each minute, given all of the stretch (forward-backward, scaled).

    `codes`: packed evidence by minute; `bins`: quarter of an hour of the day by minute; `likelihood`: by code and
    state; `matrix`: transitions by quarter; `start`: the states before the first minute.
    """
    forward = forward_pass(codes, bins, likelihood, matrix, start)
    posterior = np.empty(len(codes))
    posterior[-1] = forward[-1, 2]
    backward, following = np.ones(3), np.ones(3)
    for minute in range(len(codes) - 2, -1, -1):
        total, weight = 0.0, 0.0
        for state in range(3):
            following[state] = 0.0
            for after in range(3):
                seen = likelihood[codes[minute + 1], after] * backward[after]
                following[state] += matrix[bins[minute + 1], state, after] * seen
            total += following[state]
        for state in range(3):
            backward[state] = following[state] / total
            weight += backward[state] * forward[minute, state]
        posterior[minute] = backward[2] * forward[minute, 2] / weight
    return posterior


@compiled
def likeliest_path(
    codes: Codes, bins: Minutes, log_likelihood: Floats, log_matrix: Floats, log_start: Floats
) -> States:  # pragma: no cover -- compiled
    """The likeliest sequence of states (Viterbi); arguments as for the posterior, in logarithms."""
    count = len(codes)
    came_from = np.zeros((count, 3), dtype=np.int8)
    score, scores = np.empty(3), np.empty(3)
    for state in range(3):
        score[state] = log_start[state] + log_likelihood[codes[0], state]
    for minute in range(1, count):
        step = log_matrix[bins[minute]]
        for state in range(3):
            best, best_before = -np.inf, 0
            for before in range(3):
                reached = score[before] + step[before, state]
                if reached > best:
                    best, best_before = reached, before
            scores[state] = best + log_likelihood[codes[minute], state]
            came_from[minute, state] = best_before
        score[:] = scores
    path = np.empty(count, dtype=np.int8)
    path[count - 1] = np.argmax(score)
    for minute in range(count - 1, 0, -1):
        path[minute - 1] = came_from[minute, path[minute]]
    return path
