"""Division that gives the same bits whatever else is in the frame."""

from __future__ import annotations

import polars as pl


def divided(value: pl.Expr, by: float) -> pl.Expr:
    """A column divided by a constant, each row by itself.

    Polars divides a column of several rows by a literal as a product with the reciprocal, and a column of one row by
    true division: the last bit of a day's value would depend on how many days are reckoned with it. A divisor that
    is a column of its own keeps to true division.
    """
    return value / (value * 0.0 + by)
