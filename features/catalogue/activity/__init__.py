"""Activity: per-minute movement and steps from raw acceleration, and activity that the phone inferred."""

from __future__ import annotations

import polars as pl

from features.catalogue.activity.declared import FROM_ACCELERATION, FROM_INFERENCE
from features.catalogue.activity.inferred import inferred_days
from features.catalogue.activity.moved import moved_days
from features.declaration import Family, Observations
from pipeline.vocabulary.streams.movement import ACCELEROMETER
from pipeline.vocabulary.streams.movement import ACTIVITY as INFERRED


def compute(observations: Observations) -> pl.DataFrame:
    """State the activity of the wanted days; days without acceleration or inference are left out."""
    parts = [
        moved_days(observations.of(ACCELEROMETER), observations.edges),
        inferred_days(observations.of(INFERRED), observations.edges),
    ]
    wanted = pl.concat(parts).join(observations.wanted, on=["participant_id", "local_day"], how="semi")
    return wanted.sort("participant_id", "local_day", "feature_id")


ACTIVITY = Family(
    name="activity",
    sentence="How much and how the body moved.",
    features=(*FROM_ACCELERATION, *FROM_INFERENCE),
    inputs=(ACCELEROMETER, INFERRED),
    compute=compute,
)
