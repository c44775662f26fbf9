"""The compiled model against a plain reading of its definition: every path of a short stretch, counted out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from features.catalogue.sleep.emission import CHANNELS, Channel, log_likelihoods
from features.catalogue.sleep.model import asleep_posterior, likeliest_path, starting, transitions

STATES = (0, 1, 2)
CODE_COUNT = math.prod(channel.code_count for channel in CHANNELS)


def plain_paths(codes: list[int], quarters: list[int], habit: list[float]) -> dict[tuple[int, ...], float]:
    """The joint probability of the evidence with every possible path."""
    table = log_likelihoods()
    found = {}
    for path in itertools.product(STATES, repeat=len(codes)):
        probability = first_probability(habit[quarters[0]])[path[0]]
        for minute, state in enumerate(path):
            if minute:
                probability *= step_probability(path[minute - 1], state, habit[quarters[minute]])
            probability *= math.exp(table[codes[minute], state])
        found[path] = probability
    return found


def first_probability(habit: float) -> tuple[float, float, float]:
    """Awake time is shared between phone at hand and phone lying as 0.025 to 0.08."""
    at_hand = 0.025 / (0.025 + 0.08)
    return (1 - habit) * at_hand, (1 - habit) * (1 - at_hand), habit


def step_probability(before: int, after: int, habit: float) -> float:
    """The rates of the definition, written out."""
    doze = habit / 20
    wake = (1 - habit) / 20 * 0.08 / (0.025 + 0.08)
    return {
        (0, 0): 1 - 0.08,
        (0, 1): 0.08,
        (1, 0): 0.025,
        (1, 1): 1 - 0.025 - doze,
        (1, 2): doze,
        (2, 0): 0.7 * wake,
        (2, 1): 0.3 * wake,
        (2, 2): 1 - wake,
    }.get((before, after), 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_posterior_and_path_agree_with_counting_out_every_path(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, CODE_COUNT, 8)
    quarters = np.sort(rng.integers(0, 96, 8))
    habit = rng.uniform(0.05, 0.9, 96)
    paths = plain_paths(codes.tolist(), quarters.tolist(), habit.tolist())
    total = sum(paths.values())
    asleep = [sum(p for path, p in paths.items() if path[minute] == 2) / total for minute in range(8)]
    table = log_likelihoods()
    matrix, start = transitions(habit), starting(habit[quarters[0]])

    posterior = asleep_posterior(codes.astype(np.int16), quarters, np.exp(table), matrix, start)
    with np.errstate(divide="ignore"):
        path = likeliest_path(codes.astype(np.int16), quarters, table, np.log(matrix), np.log(start))

    assert posterior == pytest.approx(asleep, rel=1e-9)
    assert paths[tuple(path.tolist())] == pytest.approx(max(paths.values()), rel=1e-9)


def test_every_row_of_the_transitions_is_a_probability() -> None:
    assert transitions(np.linspace(0.01, 0.99, 50)).sum(axis=2) == pytest.approx(np.ones((50, 3)))


@pytest.mark.parametrize("habit", [0.1, 0.4, 0.8])
def test_without_evidence_the_share_asleep_is_near_the_habit(habit: float) -> None:
    share = starting(habit) @ np.linalg.matrix_power(transitions(np.array([habit]))[0], 500)

    assert share[2] == pytest.approx(habit, abs=0.05)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_the_outcomes_of_a_channel_are_all_there_is(channel: Channel) -> None:
    totals = np.array([odds for _, odds in channel.outcomes]).sum(axis=0)

    assert totals == pytest.approx([1.0, 1.0, 1.0])


def test_what_is_not_known_says_nothing() -> None:
    assert log_likelihoods()[0].tolist() == [0.0, 0.0, 0.0]
