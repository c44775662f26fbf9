"""Each calculation on a short series against the number its definition gives by hand."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, pvariance

import polars as pl
import pytest

from features.windows import NAMES, calculate

SAW = [3.0, 5.0, 4.0, 6.0, 8.0, 7.0, 2.0, 4.0, 6.0, 5.0, 7.0, 9.0, 8.0, 3.0, 5.0, 7.0, 6.0, 8.0, 10.0, 9.0, 4.0, 6.0]


def _one(values: list[float]) -> dict[str, float | None]:
    series = pl.DataFrame({"number": [7] * len(values), "position": range(len(values)), "value": values})
    return calculate(series).row(0, named=True)


@pytest.mark.parametrize("lag", [1, 7])
def test_autocorrelation(lag: int) -> None:
    mean, count = fmean(SAW), len(SAW)
    pairs = [(SAW[step] - mean) * (SAW[step + lag] - mean) for step in range(count - lag)]

    assert _one(SAW)[f"autocorrelation_lag{lag}"] == pytest.approx(fmean(pairs) / pvariance(SAW))


def test_variance_and_change() -> None:
    answers = _one(SAW)

    assert answers["variance"] == pytest.approx(pvariance(SAW))
    assert answers["mean_abs_change"] == pytest.approx(fmean(abs(after - before) for before, after in pairwise(SAW)))


def test_trend_and_its_standard_error() -> None:
    count, mean = len(SAW), fmean(SAW)
    middle = (count - 1) / 2
    spread = sum((step - middle) ** 2 for step in range(count))
    slope = sum((step - middle) * (SAW[step] - mean) for step in range(count)) / spread
    left = sum((SAW[step] - mean - slope * (step - middle)) ** 2 for step in range(count))

    assert _one(SAW)["trend"] == pytest.approx(slope)
    assert _one(SAW)["trend_error"] == pytest.approx(math.sqrt(left / (count - 2) / spread))


def test_approximate_entropy() -> None:
    """Of runs of two and of three, how many others lie within a fifth of the standard deviation (Pincus 1991)."""
    near = 0.2 * math.sqrt(pvariance(SAW))

    def phi(length: int) -> float:
        runs = [SAW[step : step + length] for step in range(len(SAW) - length + 1)]
        shares = [
            fmean(max(abs(a - b) for a, b in zip(one, other, strict=True)) <= near for other in runs) for one in runs
        ]
        return fmean(math.log(share) for share in shares)

    assert _one(SAW)["approximate_entropy"] == pytest.approx(phi(2) - phi(3))


def test_nonlinearity() -> None:
    products = [SAW[step] * SAW[step + 1] * SAW[step + 2] for step in range(len(SAW) - 2)]

    assert _one(SAW)["c3_lag1"] == pytest.approx(fmean(products))


def test_longest_run_above_the_mean() -> None:
    """The mean is 6; the longest run above it is 7, 9, 8."""
    assert _one(SAW)["longest_strike_above_mean"] == 3.0


@pytest.mark.parametrize("cycles", [3, 4])
def test_spectrum(cycles: int) -> None:
    turns = [2 * math.pi * cycles * step / len(SAW) for step in range(len(SAW))]
    real = sum(value * math.cos(turn) for value, turn in zip(SAW, turns, strict=True))
    imaginary = sum(value * math.sin(turn) for value, turn in zip(SAW, turns, strict=True))

    assert _one(SAW)[f"spectrum_{cycles}"] == pytest.approx(math.hypot(real, imaginary))


def test_a_series_that_never_changes_has_no_autocorrelation() -> None:
    answers = _one([5.0] * 20)

    assert answers["autocorrelation_lag1"] is None
    assert (answers["variance"], answers["trend"]) == (0.0, 0.0)


def test_series_do_not_touch_each_other_and_may_come_in_any_order() -> None:
    count = len(SAW)
    both = pl.DataFrame(
        {
            "number": [2] * count + [1] * count,
            "position": [*range(count), *range(count)],
            "value": [*SAW, *(-value for value in SAW)],
        }
    )
    shuffled = both.sample(fraction=1.0, shuffle=True, seed=1)

    assert calculate(shuffled).equals(calculate(both))
    assert calculate(both)["number"].to_list() == [1, 2]
    assert calculate(both).row(1)[1:] == tuple(_one(SAW).values())[1:]


def test_no_series_give_no_row_of_the_same_columns() -> None:
    nothing = calculate(pl.DataFrame(schema={"number": pl.Int64, "position": pl.Int64, "value": pl.Float64}))

    assert nothing.columns == ["number", *NAMES.values()]
    assert nothing.is_empty()
