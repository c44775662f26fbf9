"""Trailing windows: how the key daily features went over the last four weeks, of each wanted day and no other."""

from __future__ import annotations

import polars as pl
from scipy import special

from features.catalogue.window.declared import BASES, CALCULATIONS, FEATURES, LEAST_DAYS, WINDOW_DAYS, window_feature
from features.declaration import VALUES, Family, Feature, MissingReason, Observations
from features.statement import HIGH, LOW, stated

BATCH_DAYS = 2_000
"""Wanted days worked on at once: some fifty megabytes of windows."""
SHARE_OF_DAY = 1.0 / WINDOW_DAYS
FEWEST_FOR_FOURTH = 25
"""A component of k cycles in n values has a period of n / k: with 25 values or more, four cycles are nearer a week."""
UPPER_80 = 0.9
DAY = ["participant_id", "local_day"]
SERIES = [*DAY, "base_id"]


def compute(observations: Observations) -> pl.DataFrame:
    """State the windows that end with each wanted day, from the daily values of the families that came before."""
    said = pl.DataFrame(schema=VALUES) if observations.daily is None else observations.daily
    daily = said.filter(pl.col("feature_id").is_in([base.feature_id for base in BASES])).select(
        "participant_id",
        pl.col("local_day").alias("on_day"),
        pl.col("feature_id").alias("base_id"),
        "value",
        "missing_reason",
    )
    wanted = observations.wanted.select(DAY).unique().sort(DAY)
    parts = [_stated(batch, daily) for batch in wanted.iter_slices(BATCH_DAYS)]
    return pl.concat([pl.DataFrame(schema=VALUES), *parts]).sort(*DAY, "feature_id")


def _stated(wanted: pl.DataFrame, daily: pl.DataFrame) -> pl.DataFrame:
    """Long form (`VALUES`) of a batch of wanted days."""
    values = _in_windows(wanted, daily)
    counted = _counted(wanted, values)
    enough = counted.filter(pl.col("value_count") >= LEAST_DAYS).select(SERIES).with_row_index("number")
    numbered = values.join(enough, on=SERIES).filter(pl.col("value").is_not_null())
    series = numbered.select(
        pl.col("number").cast(pl.Int64), pl.col("on_day").to_physical().cast(pl.Int64).alias("position"), "value"
    ).sort("number", "position")
    answers = enough.with_columns(pl.col("number").cast(pl.Int64)).join(_calculated(series), on="number")
    whole = _with_interval(counted.join(answers, on=SERIES, how="left"))
    return pl.concat([_of_base(whole, base) for base in BASES])


def _in_windows(wanted: pl.DataFrame, daily: pl.DataFrame) -> pl.DataFrame:
    """The daily rows in the window of each wanted day; a row without a value is a day that was, and is kept."""
    first = pl.col("local_day").dt.offset_by(f"-{WINDOW_DAYS - 1}d")
    reached = wanted.with_columns(pl.date_ranges(first, "local_day").alias("on_day")).explode("on_day")
    return reached.join(daily, on=["participant_id", "on_day"])


def _counted(wanted: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Every wanted day and base: how many values and how many days its window has, and why the day itself has none."""
    bases = pl.DataFrame({"base_id": [base.feature_id for base in BASES]})
    counts = values.group_by(SERIES).agg(
        pl.col("value").count().alias("value_count"),
        pl.len().alias("day_count"),
        pl.col("missing_reason").filter(pl.col("on_day") == pl.col("local_day")).first().alias("own_reason"),
    )
    grid = wanted.join(bases, how="cross").join(counts, on=SERIES, how="left").sort(SERIES)
    known = grid.with_columns(pl.col("value_count", "day_count").fill_null(0))
    reason = (
        pl.when(pl.col("value_count") == 0)
        .then(pl.coalesce("own_reason", pl.lit(MissingReason.NO_DATA.value)))
        .when(pl.col("day_count") < LEAST_DAYS)
        .then(pl.lit(MissingReason.SHORT_HISTORY.value))
        .when(pl.col("value_count") < LEAST_DAYS)
        .then(pl.lit(MissingReason.LOW_COVERAGE.value))
    )
    share = (pl.col("value_count") * SHARE_OF_DAY).alias("coverage_ratio")
    return known.with_columns(reason.alias("missing_reason"), share)


def _calculated(series: pl.DataFrame) -> pl.DataFrame:
    from features.windows import calculate  # noqa: PLC0415 -- tsfresh takes seconds to import, the catalogue must not

    return calculate(series)


def _with_interval(windows: pl.DataFrame) -> pl.DataFrame:
    """Add the weekly amplitude, and half the width of the trend's interval by Student's distribution."""
    cycles = pl.when(pl.col("value_count") < FEWEST_FOR_FOURTH).then("spectrum_3").otherwise("spectrum_4")
    freedom = (windows["value_count"].cast(pl.Float64) - 2.0).clip(lower_bound=1.0).to_numpy()
    half = pl.Series("half", special.stdtrit(freedom, UPPER_80)) * windows["trend_error"]
    return windows.with_columns(
        (cycles * 2.0 / pl.col("value_count")).alias("weekly_amplitude"),
        (pl.col("trend") - half).alias("trend" + LOW),
        (pl.col("trend") + half).alias("trend" + HIGH),
    )


def _of_base(windows: pl.DataFrame, base: Feature) -> pl.DataFrame:
    """Long form of the calculations on one daily feature."""
    own = windows.filter(pl.col("base_id") == base.feature_id)
    features = {calculation.name: window_feature(base, calculation) for calculation in CALCULATIONS}
    columns = [
        pl.col(name + ending).alias(feature.feature_id + ending)
        for name, feature in features.items()
        for ending in ("", LOW, HIGH)
        if name + ending in own.columns
    ]
    return stated(own.select(*DAY, "coverage_ratio", "missing_reason", *columns), list(features.values()))


WINDOW = Family(
    name="window",
    sentence="How the key daily features went over the trailing four weeks: level, trend, inertia, irregularity.",
    features=FEATURES,
    inputs=(),
    compute=compute,
    after=("activity", "communication", "mobility", "phone_use", "sleep"),
)
