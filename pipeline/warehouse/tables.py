"""The tables of the feature store: what identifies a row, and which columns say whether it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STAMPS = {"computed_at_utc": "TIMESTAMPTZ", "run_id": "VARCHAR"}
"""Columns that every published row gets: the instant from which it is known, and the run that said it."""


@dataclass(frozen=True)
class Table:
    """One published table: `columns` maps names to DuckDB types; a row is named by `key`.

    Rows are only ever added. The view of a table's name shows the latest row of each key, `<name>_history` all rows.
    `is_open` tables may carry further columns, which whoever publishes them names. Parts are sorted by `order`.
    """

    schema: str
    name: str
    sentence: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    is_open: bool = False
    order: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The name that people query, `schema.name`."""
        return f"{self.schema}.{self.name}"

    @property
    def all_columns(self) -> dict[str, str]:
        """The declared columns and the stamps."""
        return {**self.columns, **STAMPS}

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """How the rows of a part lie, so that a filter skips most of it."""
        return self.order or self.key


DAILY = Table(
    schema="feature",
    name="daily",
    sentence="One row for every enrolled participant-day and feature; null with a reason where unknown.",
    key=("participant_id", "local_day", "feature_id"),
    columns={
        "participant_id": "VARCHAR",
        "local_day": "DATE",
        "feature_id": "VARCHAR",
        "feature_version": "INTEGER",
        "value": "DOUBLE",
        "value_low": "DOUBLE",
        "value_high": "DOUBLE",
        "coverage_ratio": "DOUBLE",
        "missing_reason": "VARCHAR",
    },
    order=("local_day", "participant_id", "feature_id"),
)
CATALOGUE = Table(
    schema="feature",
    name="catalogue",
    sentence="What every feature is: the data dictionary.",
    key=("feature_id",),
    columns={
        "family": "VARCHAR",
        "feature_id": "VARCHAR",
        "feature_version": "INTEGER",
        "label": "VARCHAR",
        "unit": "VARCHAR",
        "definition": "VARCHAR",
        "citation": "VARCHAR",
        "minimum": "DOUBLE",
        "maximum": "DOUBLE",
        "reach_days": "INTEGER",
        "minimum_coverage_ratio": "DOUBLE",
    },
)
BASELINE = Table(
    schema="feature",
    name="baseline",
    sentence="What was usual for a participant, by feature and day.",
    key=("participant_id", "local_day", "feature_id"),
    columns={"participant_id": "VARCHAR", "local_day": "DATE", "feature_id": "VARCHAR"},
    is_open=True,
)
FLAG = Table(
    schema="alerts",
    name="flag",
    sentence="A snapshot of the flags, for research; the relational store is their truth.",
    key=("flag_id",),
    columns={"flag_id": "VARCHAR", "participant_id": "VARCHAR", "local_day": "DATE"},
    is_open=True,
)
RUN = Table(
    schema="lineage",
    name="run",
    sentence="Which task of which run made what, when, with which code and configuration.",
    key=("run_id", "task_id"),
    columns={
        "task_id": "VARCHAR",
        "step": "VARCHAR",
        "started_at_utc": "TIMESTAMPTZ",
        "finished_at_utc": "TIMESTAMPTZ",
        "code_version": "VARCHAR",
        "config_digest": "VARCHAR",
        "row_count": "BIGINT",
        "participant_count": "BIGINT",
        "set_aside_count": "BIGINT",
    },
)
STATED = Table(
    schema="lineage",
    name="stated",
    sentence="Up to which day a family's features have been stated for a participant, and by which declarations.",
    key=("participant_id", "family"),
    columns={
        "participant_id": "VARCHAR",
        "family": "VARCHAR",
        "declared_digest": "VARCHAR",
        "first_day": "DATE",
        "last_day": "DATE",
    },
)
SET_ASIDE = Table(
    schema="lineage",
    name="set_aside",
    sentence="Participants whose facts a family could not state in a run, with the code of the error.",
    key=("run_id", "participant_id", "family"),
    columns={"participant_id": "VARCHAR", "family": "VARCHAR", "error_code": "VARCHAR"},
)
QUARANTINE_COUNT = Table(
    schema="quarantine",
    name="count",
    sentence="How many rows a run refused, by source, stream and rule, as far as they are still kept.",
    key=("intake_run_id", "source", "stream", "rule"),
    columns={
        "intake_run_id": "VARCHAR",
        "source": "VARCHAR",
        "stream": "VARCHAR",
        "rule": "VARCHAR",
        "refused_count": "BIGINT",
    },
)

ALL_TABLES = (DAILY, CATALOGUE, BASELINE, FLAG, RUN, STATED, SET_ASIDE, QUARANTINE_COUNT)
BY_NAME = {table.full_name: table for table in ALL_TABLES}


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal, where DuckDB takes no parameter."""
    return "'" + text.replace("'", "''") + "'"


def column_list(columns: Mapping[str, str] | tuple[str, ...]) -> str:
    """Column names for a SELECT."""
    return ", ".join(quoted(name) for name in columns)
