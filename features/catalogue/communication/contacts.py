"""Calls and texts of each local day: how many, how long, with how many others, when."""

from __future__ import annotations

import polars as pl

from features.catalogue.communication.evidence import KEY
from features.declaration import Observations
from features.minutes.exact import divided
from pipeline.vocabulary.local_day import to_local, with_local_day
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL, TEXT

NIGHT_ENDS_H = 5
MICROSECONDS_PER_H = 3_600_000_000
OUTGOING, INCOMING, MISSED = "outgoing", "incoming", "missed"
WAYS = {"sent": OUTGOING, "received": INCOMING}
"""Texts are sent and received; calls already carry our words."""


def count_calls(observations: Observations) -> pl.DataFrame:
    """One row for each day with a call, columns named as the call features."""
    calls = _exchanges(observations, CALL, divided(pl.col("duration_s"), 60.0))
    return calls.group_by(KEY).agg(
        _times(OUTGOING).alias("outgoing_call_count"),
        _times(INCOMING).alias("incoming_call_count"),
        _times(MISSED).alias("missed_call_count"),
        _total(OUTGOING).alias("outgoing_call_duration_min"),
        _total(INCOMING).alias("incoming_call_duration_min"),
        _mean(OUTGOING).alias("outgoing_call_mean_duration_min"),
        _mean(INCOMING).alias("incoming_call_mean_duration_min"),
        *_company_and_clock("call"),
    )


def count_texts(observations: Observations) -> pl.DataFrame:
    """One row for each day with a text, columns named as the text features."""
    texts = _exchanges(observations, TEXT, pl.col("length_count").cast(pl.Float64))
    return texts.group_by(KEY).agg(
        _times(OUTGOING).alias("outgoing_text_count"),
        _times(INCOMING).alias("incoming_text_count"),
        _total(OUTGOING).alias("outgoing_text_length_count"),
        _total(INCOMING).alias("incoming_text_length_count"),
        _mean(OUTGOING).alias("outgoing_text_mean_length_count"),
        _mean(INCOMING).alias("incoming_text_mean_length_count"),
        *_company_and_clock("text"),
    )


def reciprocity(observations: Observations) -> pl.DataFrame:
    """The share of a day's contacts with traffic both ways, by calls and texts alike."""
    nothing = pl.lit(None, dtype=pl.Float64)
    both = pl.concat([_exchanges(observations, stream, nothing) for stream in (CALL, TEXT)])
    is_out = pl.col("way") == OUTGOING
    contacts = both.drop_nulls("contact_token").group_by(*KEY, "contact_token")
    ways = contacts.agg(is_out.any().alias("out"), (~is_out).any().alias("in"))
    # Whole numbers are divided once, so that the share does not depend on the order of contacts.
    share = (pl.col("out") & pl.col("in")).sum() / pl.len()
    return ways.group_by(KEY).agg(share.alias("contact_reciprocity_ratio"))


def _exchanges(observations: Observations, stream: Stream, amount: pl.Expr) -> pl.DataFrame:
    """Each call or text once, with its local day and clock, way and amount, sorted."""
    once = observations.of(stream).unique(stream.natural_key, maintain_order=True)
    zones = observations.edges.select(*KEY, "zone")
    placed = with_local_day(once, observations.edges).join(zones, on=KEY)
    zones_seen = sorted(placed["zone"].drop_nulls().unique().to_list())
    clocked = placed.with_columns(to_local(zones_seen).alias("local_at"))
    ways = pl.col("direction").cast(pl.String).replace(WAYS).alias("way")
    since_midnight = pl.col("local_at") - pl.col("local_day").cast(pl.Datetime("us"))
    clock_h = divided(since_midnight.dt.total_microseconds(), MICROSECONDS_PER_H).alias("clock_h")
    chosen = clocked.select(*KEY, "at_utc", "contact_token", ways, amount.alias("amount"), clock_h)
    return chosen.sort(*KEY, "at_utc", "way", "contact_token", "amount")


def _times(way: str) -> pl.Expr:
    return (pl.col("way") == way).sum()


def _total(way: str) -> pl.Expr:
    """The sum of known amounts; zero of no exchange, null where there were some and none says how much."""
    amounts = pl.col("amount").filter(pl.col("way") == way)
    # Sorted, so that rounding does not depend on the order of arrival.
    return pl.when((amounts.len() == 0) | (amounts.count() > 0)).then(amounts.sort().sum())


def _mean(way: str) -> pl.Expr:
    amounts = pl.col("amount").filter(pl.col("way") == way)
    return pl.when(amounts.count() > 0).then(amounts.sort().sum() / amounts.count())


def _company_and_clock(kind: str) -> list[pl.Expr]:
    """With how many others, how evenly, how much of it begun by the participant, and when."""
    known = pl.col("contact_token").drop_nulls()
    shares = known.unique_counts().sort() / known.len()
    exchanged = _times(OUTGOING) + _times(INCOMING)
    is_night = (pl.col("clock_h") % 24) < NIGHT_ENDS_H
    return [
        pl.when(known.len() > 0).then(known.n_unique()).alias(f"{kind}_contact_count"),
        pl.when(known.len() > 0).then(-(shares * shares.log()).sum() + 0.0).alias(f"{kind}_contact_entropy_nats"),
        pl.when(exchanged > 0).then(_times(OUTGOING) / exchanged).alias(f"outgoing_{kind}_ratio"),
        pl.col("clock_h").min().alias(f"first_{kind}_h"),
        pl.col("clock_h").max().alias(f"last_{kind}_h"),
        (is_night.sum() / pl.len()).alias(f"night_{kind}_ratio"),
    ]
