"""The bridge to tsfresh: a fixed, named list of calculations on short series; nothing else knows tsfresh or pandas."""

from __future__ import annotations

import pandas as pd
import polars as pl
from tsfresh import extract_features

VALUE = "value"
PARAMETERS: dict[str, list[dict[str, object]] | None] = {
    "autocorrelation": [{"lag": 1}, {"lag": 7}],
    "variance": None,
    "mean_abs_change": None,
    "linear_trend": [{"attr": "slope"}, {"attr": "stderr"}],
    "approximate_entropy": [{"m": 2, "r": 0.2}],
    "c3": [{"lag": 1}],
    "longest_strike_above_mean": None,
    "fft_coefficient": [{"coeff": 3, "attr": "abs"}, {"coeff": 4, "attr": "abs"}],
}
"""The calculators, as tsfresh wants them named, with the arguments of each."""
NAMES = {
    "autocorrelation__lag_1": "autocorrelation_lag1",
    "autocorrelation__lag_7": "autocorrelation_lag7",
    "variance": "variance",
    "mean_abs_change": "mean_abs_change",
    'linear_trend__attr_"slope"': "trend",
    'linear_trend__attr_"stderr"': "trend_error",
    "approximate_entropy__m_2__r_0.2": "approximate_entropy",
    "c3__lag_1": "c3_lag1",
    "longest_strike_above_mean": "longest_strike_above_mean",
    'fft_coefficient__attr_"abs"__coeff_3': "spectrum_3",
    'fft_coefficient__attr_"abs"__coeff_4': "spectrum_4",
}
"""What tsfresh calls each result, and what we do."""


def calculate(series: pl.DataFrame) -> pl.DataFrame:
    """All calculations on many series at once: one row a series, sorted by `number`, one column a calculation.

    `series` has `number` (which series), `position` (its order) and `value`, none of them null. A calculation that a
    series has no answer to is null.
    """
    if series.is_empty():
        return pl.DataFrame(schema={"number": pl.Int64, **dict.fromkeys(NAMES.values(), pl.Float64)})
    columns = {name: series[name].to_numpy() for name in ("number", "position", VALUE)}
    found = extract_features(
        pd.DataFrame(columns),
        column_id="number",
        column_sort="position",
        column_value=VALUE,
        kind_to_fc_parameters={VALUE: PARAMETERS},
        # One process: parallel work is by shards, and a process that uses polars must not fork.
        n_jobs=0,
        disable_progressbar=True,
    )
    answers = {ours: found[f"{VALUE}__{theirs}"].to_numpy(dtype="float64") for theirs, ours in NAMES.items()}
    numbers = found.index.to_numpy(dtype="int64")
    return pl.DataFrame({"number": numbers, **answers}).with_columns(pl.exclude("number").fill_nan(None)).sort("number")
