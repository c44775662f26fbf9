"""The compiled baseline against its own source, run by the interpreter."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from alerts.baselines import usual
from alerts.baselines.usual import History, usual_on
from pipeline.site import Detection

KERNELS = [name for name, value in vars(usual).items() if hasattr(value, "py_func")]


def _history() -> History:
    """Three participants (work days, rest days, unknown days) and three features, one of them a clock time."""
    draw = np.random.default_rng(6)
    scaled = draw.normal(10.0, 2.0, (3, 130, 3))
    scaled[draw.random(scaled.shape) < 0.2] = np.nan
    scaled[0, :, 1] = np.nan
    scaled[0, 3, 1] = 7.0
    scaled[:, 40, 2] = 90.0
    rest = np.stack([np.zeros(130), np.arange(130) % 7 >= 5, np.full(130, -1)]).astype(np.int8)
    return History(scaled, rest, np.array([True, False, False]), np.array([1.0, 2.0, 0.5]))


@pytest.mark.parametrize("night", [10, 40, 129])
def test_machine_code_gives_what_its_source_says(night: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every field of every baseline."""
    history, was_open = _history(), np.random.default_rng(7).random((3, 120)) < 0.1
    compiled = usual_on(night, history, was_open, Detection())

    for name in KERNELS:
        monkeypatch.setattr(usual, name, getattr(usual, name).py_func)
    interpreted = usual_on(night, history, was_open, Detection())

    for field in dataclasses.fields(compiled):
        expected, actual = getattr(interpreted, field.name), getattr(compiled, field.name)
        np.testing.assert_allclose(actual, expected, rtol=0.0, atol=1e-12, err_msg=field.name)
