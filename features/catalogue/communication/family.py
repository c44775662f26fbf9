"""The communication family: declared figures of each local day in long form, null with a reason where unknown."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from features.catalogue.communication.contacts import count_calls, count_texts, reciprocity
from features.catalogue.communication.conversations import count_conversations
from features.catalogue.communication.declared import (
    CALL_FEATURES,
    CONVERSATIONS,
    FEATURES,
    RECIPROCITY,
    TEXT_FEATURES,
    ZERO_OF_NOTHING,
)
from features.catalogue.communication.evidence import KEY, why_unknown, with_life_signs
from features.declaration import VALUES, Family, Feature, MissingReason, Observations
from pipeline.vocabulary.streams.contact import CALL, CONVERSATION_INTERVAL, TEXT
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, DARK_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS, WIFI_PLACE
from pipeline.vocabulary.streams.movement import ACTIVITY

LIFE_SIGNS = (ACTIVITY, CHARGE_INTERVAL, DARK_INTERVAL, GPS, LOCK_INTERVAL, POWER, SCREEN, WIFI_PLACE)
"""Streams read only to know that the phone was alive; raw acceleration is too large to be read for that."""
INPUTS = (CALL, TEXT, CONVERSATION_INTERVAL, *LIFE_SIGNS)


def compute(observations: Observations) -> pl.DataFrame:
    """State every wanted day that has edges (`VALUES`), sorted by participant, day and feature."""
    days = with_life_signs(observations, INPUTS)
    calls = why_unknown(observations, days, CALL, is_android_only=True)
    texts = why_unknown(observations, days, TEXT, is_android_only=True)
    heard = why_unknown(observations, days, CONVERSATION_INTERVAL, is_android_only=False)
    stated = [
        _state(count_calls(observations), days, calls, CALL_FEATURES),
        _state(count_texts(observations), days, texts, TEXT_FEATURES),
        _state(reciprocity(observations), days, _either(calls, texts), [RECIPROCITY]),
        _state(count_conversations(observations), days, heard, CONVERSATIONS),
    ]
    rows = pl.concat(stated).join(observations.wanted, on=KEY, how="semi")
    return rows.sort("participant_id", "local_day", "feature_id")


def _either(calls: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Why neither stream can be spoken of; null where one of them can."""
    both = calls.join(texts, on=KEY, suffix="_text")
    is_known = pl.col("unknown_reason").is_null() | pl.col("unknown_reason_text").is_null()
    return both.select(*KEY, pl.when(~is_known).then("unknown_reason").alias("unknown_reason"))


def _state(
    counted: pl.DataFrame, days: pl.DataFrame, unknown: pl.DataFrame, features: Sequence[Feature]
) -> pl.DataFrame:
    """The rows of some features for every day. A stream that shows something is known, whatever the registry says."""
    counted = counted.with_columns(pl.lit(value=True).alias("has_rows"))
    wide = days.join(unknown, on=KEY).join(counted, on=KEY, how="left")
    return pl.concat([wide.select(_columns(feature)) for feature in features])


def _columns(feature: Feature) -> list[pl.Expr]:
    has_rows = pl.col("has_rows").is_not_null()
    known = has_rows | pl.col("unknown_reason").is_null()
    counted = pl.col(feature.feature_id).cast(pl.Float64)
    value = counted if feature not in ZERO_OF_NOTHING else pl.when(has_rows).then(counted).otherwise(0.0)
    stated = pl.when(known).then(value)
    reason = pl.coalesce(
        pl.when(~known).then("unknown_reason"),
        pl.when(stated.is_null()).then(pl.lit(MissingReason.UNDETERMINED.value)),
    )
    filled = {
        "feature_id": pl.lit(feature.feature_id),
        "value": stated,
        "value_low": pl.lit(None, dtype=pl.Float64),
        "value_high": pl.lit(None, dtype=pl.Float64),
        "missing_reason": reason,
    }
    return [filled.get(name, pl.col(name)).cast(kind).alias(name) for name, kind in VALUES.items()]


COMMUNICATION = Family(
    name="communication",
    sentence="Calls, texts and conversations of a day, as counts and lengths; who it was with is never known.",
    features=FEATURES,
    inputs=INPUTS,
    compute=compute,
)
