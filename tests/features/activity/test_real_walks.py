"""Steps of real walks against those counted by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from features.catalogue.activity.steps import observed_seconds
from pipeline.vocabulary.streams.movement import GRAVITY_MPS2

pytestmark = pytest.mark.real
INSTANT_NS, TRUE_STEPS = 0, 5
PLACES = ("armband", "backpocket", "bag", "frontpocket", "hand", "neckpouch")


@pytest.mark.parametrize("place", PLACES)
def test_a_walk_is_counted_within_seven_per_cent(real_data: Path, place: str) -> None:
    (path,) = (real_data / "steps").glob(f"user1_{place}_*.csv.gz")
    walk = pl.read_csv(path, has_header=False)
    names = walk.columns
    rows = walk.select(
        pl.lit("p").alias("participant_id"),
        pl.from_epoch(1_500_000_000_000_000 + pl.col(names[INSTANT_NS]) // 1000, time_unit="us")
        .dt.replace_time_zone("UTC")
        .alias("at_utc"),
        *(
            (pl.col(names[1 + axis]) / GRAVITY_MPS2).cast(pl.Float32).alias(f"{name}_g")
            for axis, name in enumerate("xyz")
        ),
    )
    ratio = observed_seconds(rows)["cadence_hz"].sum() / walk[names[TRUE_STEPS]].max()

    assert abs(ratio - 1.0) <= 0.07


def test_the_bout_of_sixteen_steps_is_counted_within_two(real_data: Path) -> None:
    bout = pl.read_csv(real_data / "beiwe" / "oak" / "test_data_bout.csv")
    rows = bout.select(
        pl.lit("p").alias("participant_id"),
        pl.from_epoch("timestamp", time_unit="ms").cast(pl.Datetime("us", "UTC")).alias("at_utc"),
        *(pl.col(name).cast(pl.Float32).alias(f"{name}_g") for name in "xyz"),
    )
    is_near = abs(observed_seconds(rows)["cadence_hz"].sum() - 16.0) <= 2.0

    assert is_near
