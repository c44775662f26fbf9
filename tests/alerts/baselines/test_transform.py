from __future__ import annotations

import numpy as np
import pytest

from alerts.baselines.transform import Transform, back, forward, wrapped_h


@pytest.mark.parametrize("transform", list(Transform))
def test_a_transform_and_its_way_back_cancel(transform: Transform) -> None:
    """Within its range every transform can be undone."""
    natural = np.array([0.1, 0.3, 0.9]) * (24.0 if transform is Transform.LOGIT_OF_DAY else 1.0)

    np.testing.assert_allclose(back(forward(natural, transform), transform), natural, rtol=1e-12)


@pytest.mark.parametrize("transform", list(Transform))
def test_missing_stays_missing(transform: Transform) -> None:
    """No transform makes a number of nothing."""
    assert np.isnan(forward(np.array([np.nan]), transform)).all()


@pytest.mark.parametrize("transform", list(Transform))
def test_the_argument_is_left_alone(transform: Transform) -> None:
    """A new array is returned."""
    natural = np.array([0.5])
    forward(natural, transform)[:] = 99.0

    assert natural.tolist() == [0.5]


def test_a_whole_day_at_home_has_a_value() -> None:
    """Shares are cut at 98 %."""
    day, almost = forward(np.array([24.0, 23.9]), Transform.LOGIT_OF_DAY)

    assert day == almost == pytest.approx(np.log(0.98 / 0.02))


def test_below_the_end_of_a_scale_is_its_end() -> None:
    """A lower band that leaves the scale comes back as zero, not as a negative count."""
    assert back(np.array([-2.0]), Transform.SQRT).tolist() == [0.0]
    assert back(np.array([-2.0]), Transform.LOG1P).tolist() == [0.0]


def test_clock_differences_go_the_shorter_way_round() -> None:
    """23 hours later is one hour earlier; half a day counts as earlier."""
    assert wrapped_h(np.array([23.0, -23.0, 12.0, 1.0])).tolist() == [-1.0, 1.0, -12.0, 1.0]
