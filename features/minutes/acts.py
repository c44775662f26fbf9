"""Acts of a person, as counts per minute: what only somebody awake with the phone in hand can have done.

An act is an unlocking, plugging in or out, an outgoing or answered call, a text sent, an answer given, or an end of a
span for which the phone was locked or charged. A screen that comes on is none (a message lights it), nor is a call
missed or a text received.
"""

from __future__ import annotations

import polars as pl

from features.declaration import Observations
from features.minutes.states import plugging_events
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL, TEXT
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, LOCK_INTERVAL, POWER, SCREEN
from pipeline.vocabulary.streams.self_report import ANSWER

INSTANTS = ["participant_id", "at_utc"]


def act_counts(observations: Observations) -> pl.DataFrame:
    """Acts per participant and UTC minute: `participant_id, minute_at_utc, event_count`, sorted."""
    minute = pl.col("at_utc").dt.truncate("1m").alias("minute_at_utc")
    acts = pl.concat(_acts(observations))
    counted = acts.group_by("participant_id", minute).agg(pl.len().alias("event_count"))
    return counted.sort("participant_id", "minute_at_utc")


def _acts(observations: Observations) -> list[pl.DataFrame]:
    """The instants of every kind of act; rows alike are one act."""
    event, direction = pl.col("event").cast(pl.String), pl.col("direction").cast(pl.String)
    answered = (direction == "incoming") & (pl.col("duration_s") > 0)
    kinds = [
        observations.of(SCREEN).filter(event == "unlocked"),
        plugging_events(observations.of(POWER)),
        observations.of(CALL).filter((direction == "outgoing") | answered),
        observations.of(TEXT).filter(direction == "sent"),
        observations.of(ANSWER),
        *_both_ends(observations, LOCK_INTERVAL),
        *_both_ends(observations, CHARGE_INTERVAL),
    ]
    return [kind.select(INSTANTS).unique() for kind in kinds]


def _both_ends(observations: Observations, stream: Stream) -> list[pl.DataFrame]:
    spans = observations.of(stream)
    return [spans, spans.select("participant_id", pl.col("end_at_utc").alias("at_utc"))]
