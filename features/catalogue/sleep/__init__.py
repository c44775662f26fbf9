"""Sleep as the phone saw it, at any clock hour, each episode given whole to the civil date of waking."""

from __future__ import annotations

import polars as pl

from features.catalogue.sleep.days import sleep_days
from features.catalogue.sleep.declared import FROM_EPISODES, FROM_SCREEN
from features.catalogue.sleep.night_use import night_use
from features.declaration import VALUES, Family, Observations
from features.minutes.life import life_of
from pipeline.vocabulary.streams.contact import CALL, CONVERSATION_INTERVAL, TEXT
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, DARK_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from pipeline.vocabulary.streams.location import GPS, WIFI_PLACE
from pipeline.vocabulary.streams.movement import ACCELEROMETER, ACTIVITY
from pipeline.vocabulary.streams.self_report import ANSWER


def compute(observations: Observations) -> pl.DataFrame:
    """State the sleep of every wanted day, in long form."""
    if observations.wanted.is_empty():
        return pl.DataFrame(schema=VALUES)
    life = life_of(observations)
    parts = [sleep_days(observations, life), night_use(observations, life)]
    return pl.concat(parts).sort("participant_id", "local_day", "feature_id")


SLEEP = Family(
    name="sleep",
    sentence="When and how long the person slept, as far as the phone can tell.",
    features=(*FROM_EPISODES, *FROM_SCREEN),
    inputs=(
        SCREEN,
        POWER,
        LOCK_INTERVAL,
        CHARGE_INTERVAL,
        DARK_INTERVAL,
        CONVERSATION_INTERVAL,
        CALL,
        TEXT,
        ANSWER,
        ACCELEROMETER,
        ACTIVITY,
        GPS,
        WIFI_PLACE,
    ),
    compute=compute,
    reads_minutes=True,
)
