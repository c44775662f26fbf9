"""Replacing what could name somebody by a digest keyed per participant: equal within one person, unlinkable beyond."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence

import polars as pl

TOKEN_HEX_DIGITS = 24
"""96 bits: no two contacts of a person meet by chance."""

KeyOf = Callable[[str], bytes]
"""A participant's key for digests."""


def pseudonymise(rows: pl.DataFrame, columns: Sequence[str], key_of: KeyOf) -> pl.DataFrame:
    """The rows with some text columns replaced by keyed digests; an empty text becomes null."""
    for column in columns:
        rows = _pseudonymise_column(rows, column, key_of)
    return rows


def token(key: bytes, text: str) -> str:
    """The digest of one text under one participant's key."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:TOKEN_HEX_DIGITS]


def _pseudonymise_column(rows: pl.DataFrame, column: str, key_of: KeyOf) -> pl.DataFrame:
    """Digests are computed once for each different text of each participant, never row by row."""
    texts = rows.with_columns(pl.col(column).cast(pl.String))
    known = texts.select("participant_id", column).filter(pl.col(column) != "").unique().sort("participant_id", column)
    keys = {participant: key_of(participant) for participant in known["participant_id"].unique().sort()}
    tokens = [token(keys[participant], text) for participant, text in known.iter_rows()]
    table = known.with_columns(pl.Series("token", tokens, dtype=pl.String))
    joined = texts.join(table, on=["participant_id", column], how="left", maintain_order="left")
    return joined.with_columns(pl.col("token").alias(column)).drop("token")
