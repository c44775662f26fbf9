"""Evidence laid on one row of minutes per participant, all participants end to end, as the kernels want it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.catalogue.sleep.emission import is_sign, packed_code

Flags = NDArray[np.bool_]
Minutes = NDArray[np.int64]
Kind = TypeVar("Kind", bound=np.generic)

STRETCH_MIN = 60 * 60
"""Minutes that are looked at to tell one day: the day and a half before its night, so that any hour may begin it."""
US_A_MINUTE = 60_000_000


@dataclass(frozen=True)
class Grid:
    """Minutes of all participants: packed evidence, signs of a person, and whether the app was alive.

    A minute `m` (since 1970) of the participant in row `p` of `people` lies at `at[p] + m`.
    """

    people: pl.DataFrame
    at: Minutes
    codes: NDArray[np.int16]
    signs: Flags
    alive: Flags


def laid_out(minutes: pl.DataFrame, edges: pl.DataFrame) -> Grid:
    """The evidence of every participant of the day edges, with one unknown stretch before the first edge."""
    people = (
        edges.group_by("participant_id")
        .agg(minute_of("starts_at_utc").min().alias("first"), minute_of("ends_at_utc").max().alias("last"))
        .sort("participant_id")
        .with_columns(pl.col("first") - STRETCH_MIN)
        .with_row_index("row")
    )
    lengths = (people["last"] - people["first"]).to_numpy()
    at = np.concatenate(([0], np.cumsum(lengths)[:-1])) - people["first"].to_numpy()
    told = minutes.join(people.select("participant_id", "row"), on="participant_id").select(
        "row",
        minute_of("minute_at_utc").alias("minute"),
        packed_code().alias("code"),
        is_sign().alias("sign"),
        "is_heartbeat",
    )
    place = at[told["row"].to_numpy()] + told["minute"].to_numpy()
    total = int(lengths.sum())
    return Grid(
        people=people.select("participant_id", "row"),
        at=at,
        codes=_scattered(place, told["code"].to_numpy().astype(np.int16), total),
        signs=_scattered(place, told["sign"].to_numpy(), total),
        alive=_scattered(place, told["is_heartbeat"].to_numpy(), total),
    )


def minute_of(instant: str) -> pl.Expr:
    """The whole minutes since 1970 of an instant."""
    return pl.col(instant).dt.epoch("us") // US_A_MINUTE


def _scattered(place: Minutes, values: NDArray[Kind], total: int) -> NDArray[Kind]:
    row = np.zeros(total, dtype=values.dtype)
    row[place] = values
    return row
