"""What a stream is: one kind of observation with one schema, whatever platform it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dataframely as dy
import polars as pl

INSTANT = pl.Datetime("us", "UTC")
EARLIEST_AT_UTC = datetime(2008, 1, 1, tzinfo=UTC)
"""No smartphone platform exported anything before 2008: an earlier instant is a clock that was never set."""


class Observation(dy.Schema):
    """Columns that every observation has."""

    participant_id = dy.String(min_length=1)
    device_id = dy.String(nullable=True)
    source = dy.String(min_length=1)
    at_utc = dy.Datetime(time_unit="us", time_zone="UTC")

    @dy.rule()
    def at_utc_before_any_smartphone(cls) -> pl.Expr:  # noqa: N805 -- dataframely rules are class methods
        """A clock that was never set writes 1970."""
        return pl.col("at_utc") >= EARLIEST_AT_UTC


class Interval(Observation):
    """An observation that lasts: `at_utc` is its start."""

    end_at_utc = dy.Datetime(time_unit="us", time_zone="UTC")

    @dy.rule()
    def end_before_start(cls) -> pl.Expr:  # noqa: N805
        """An interval that ends before it begins is a clock that jumped."""
        return pl.col("end_at_utc") >= pl.col("at_utc")


@dataclass(frozen=True)
class Stream:
    """One stream: its name (a folder of the lake), schema, natural key and what may be kept of a refused row.

    Rows equal in `natural_key` are one observation delivered twice. `pseudonymise` names columns whose values are
    replaced by a keyed digest per participant before anything is stored. `may_hold_content` says that the bytes of
    a refused row are never kept, because they could hold what somebody wrote.
    """

    name: str
    schema: type[Observation]
    natural_key: tuple[str, ...]
    sentence: str
    pseudonymise: tuple[str, ...] = ()
    may_hold_content: bool = False
    is_raw: bool = field(default=True)

    @property
    def own_columns(self) -> list[str]:
        """The columns a reader fills: all but participant, device and source, which intake adds."""
        added = {"participant_id", "device_id", "source"}
        return [name for name in self.schema.column_names() if name not in added]

    def empty(self) -> pl.DataFrame:
        """A frame with this stream's columns and no row."""
        return pl.DataFrame(self.schema.create_empty())


def whole_row(schema: type[dy.Schema], without: Sequence[str] = ("source", "device_id")) -> tuple[str, ...]:
    """A natural key of every observed column: for streams where equal instants with different values are real.

    Which phone a row is from is the registry's knowledge, and may be learnt after the row was first delivered.
    """
    return tuple(name for name in schema.column_names() if name not in without)
