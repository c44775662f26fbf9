"""Division that does not depend on the frame."""

from __future__ import annotations

import polars as pl
import pytest

from features.minutes.exact import divided


@pytest.mark.parametrize("by", [7.0, 60.0, 3600.0, 3.6e9])
def test_a_row_alone_and_a_row_among_others_are_divided_alike(by: float) -> None:
    many = pl.DataFrame({"value": [float(value * value + 1) for value in range(500)]})

    together = many.select(divided(pl.col("value"), by))["value"].to_list()
    alone = [many[row : row + 1].select(divided(pl.col("value"), by)).item() for row in range(500)]

    assert together == alone == [value / by for value in many["value"]]


def test_nothing_divided_is_nothing() -> None:
    nothing = pl.DataFrame({"value": [None]}, schema={"value": pl.Float64})

    assert nothing.select(divided(pl.col("value"), 3.0)).item() is None
