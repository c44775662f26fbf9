"""The habit of the hour."""

from __future__ import annotations

import numpy as np
import pytest

from features.catalogue.sleep.habit import HABIT_DAYS, LEAST, MOST, common_habit, personal_habit
from features.catalogue.sleep.model import BIN_COUNT, BIN_MIN

DAYS = 40
NIGHT = slice(0, 7 * 4)
NOON = 12 * 4


def seen(asleep_share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minutes asleep and alive of one participant who is seen all the time."""
    alive = np.full((1, DAYS, BIN_COUNT), float(BIN_MIN))
    return alive * asleep_share, alive


def regular() -> np.ndarray:
    share = np.zeros(BIN_COUNT)
    share[NIGHT] = 1.0
    return share


def test_before_the_first_day_the_habit_is_the_common_one() -> None:
    first = personal_habit(*seen(regular()))[0, 0]

    assert first == pytest.approx(np.clip(common_habit(), LEAST, MOST), abs=0.01)


def test_a_regular_sleeper_has_a_firm_but_never_certain_night() -> None:
    habit = personal_habit(*seen(regular()))[0, -1]

    assert 0.8 < habit[3 * 4] <= MOST
    assert habit[NOON] >= LEAST
    assert habit[NOON] < 0.1


def test_the_habit_of_a_day_rests_on_the_28_days_before_it() -> None:
    asleep, alive = seen(regular())
    changed = asleep.copy()
    changed[0, 30:] = 0.0
    changed[0, : 30 - HABIT_DAYS] = 0.0

    assert np.array_equal(personal_habit(asleep, alive)[0, 30], personal_habit(changed, alive)[0, 30])


def test_unseen_days_pull_the_habit_back_to_the_common_one() -> None:
    asleep, alive = seen(regular())

    assert personal_habit(asleep * 0, alive * 0)[0, -1] == pytest.approx(common_habit(), abs=0.02)


def test_neighbouring_quarters_are_smoothed_around_midnight() -> None:
    share = np.zeros(BIN_COUNT)
    share[-1] = 1.0

    habit = personal_habit(*seen(share))[0, -1]

    assert habit[0] > habit[10]


def test_participants_do_not_share_habits() -> None:
    asleep, alive = seen(regular())
    both = np.concatenate([asleep, np.roll(asleep, 48, axis=2)]), np.concatenate([alive, alive])

    habit = personal_habit(*both)

    assert habit[0] == pytest.approx(personal_habit(asleep, alive)[0])
    assert habit[1, -1, NOON] > habit[0, -1, NOON]
