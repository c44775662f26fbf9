from __future__ import annotations

import numpy as np
import pytest

from alerts.baselines.pooled import pooled_spread
from alerts.baselines.usual import History


def _history(scaled: np.ndarray, *, is_clock: bool = False) -> History:
    """People of one feature, with weekends."""
    rest = np.tile((np.arange(scaled.shape[1]) % 7 >= 5).astype(np.int8), (scaled.shape[0], 1))
    return History(scaled[:, :, None], rest, np.array([is_clock]), np.array([9.0]))


def test_the_spread_within_people_is_not_that_between_them() -> None:
    """Two people at 0 and 100, each with a standard deviation near 1 and a weekend of their own."""
    draw = np.random.default_rng(1)
    scaled = draw.standard_normal((2, 400)) + np.array([[0.0], [100.0]])
    scaled[:, np.arange(400) % 7 >= 5] += 5.0

    assert pooled_spread(_history(scaled))[0] == pytest.approx(1.0, abs=0.06)


def test_clock_times_around_midnight_have_a_small_spread() -> None:
    """0.5 h either side of midnight."""
    assert pooled_spread(_history(np.array([[23.5, 0.5] * 40]), is_clock=True))[0] == pytest.approx(0.5, abs=0.02)


def test_people_with_few_days_do_not_count() -> None:
    """Below 28 valid days there is no spread, and no number is made up."""
    scaled = np.full((1, 60), np.nan)
    scaled[0, :27] = np.arange(27)

    assert np.isnan(pooled_spread(_history(scaled))[0])
