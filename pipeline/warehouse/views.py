"""The published parts as one database in memory: each table's history, its latest rows, and what derives from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.errors import TransientError
from pipeline.warehouse.engine import attach_part, connection
from pipeline.warehouse.key import FactsKey
from pipeline.warehouse.manifest import PARTS, SPILL, Manifest, Part, current
from pipeline.warehouse.tables import ALL_TABLES, CATALOGUE, DAILY, Table, column_list, literal, quoted

ATTEMPTS = 5
"""How often a reader starts over when the parts it was about to open were merged away meanwhile."""
FAMILY_VIEWS = ("coverage", "window")
"""Families whose rows stand under their own name, `feature.<family>`, as long as the table they come from."""


@contextmanager
def published(facts: Path, key: FactsKey | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the published state as it is now and stays on it, with all views in place."""
    with connection(facts / SPILL, key) as con:
        manifest = _attach_current(con, facts, key)
        create_views(con, manifest)
        yield con


def attach_all(con: duckdb.DuckDBPyConnection, facts: Path, manifest: Manifest, key: FactsKey | None) -> None:
    """Attach the parts of a state for reading, each under the name `alias_of` gives it."""
    for part in manifest.parts:
        attach_part(con, facts / PARTS / part.name, alias_of(part), key)


def alias_of(part: Part) -> str:
    """The name under which a part is attached."""
    return "part_" + part.name.partition(".")[0]


def create_views(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Create every table's history and latest view, and the derived views and macros."""
    for schema in sorted({table.schema for table in ALL_TABLES}):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    for table in ALL_TABLES:
        create_history(con, table, manifest.parts)
        history = f"{table.schema}.{quoted(f'{table.name}_history')}"
        con.execute(f"CREATE VIEW {table.schema}.{quoted(table.name)} AS {latest_of(history, table)}")
    _create_as_of(con)
    for family in FAMILY_VIEWS:
        con.execute(f"CREATE VIEW feature.{family} AS {_of_family(family)}")
    for family, features in _families(con).items():
        con.execute(f"CREATE VIEW feature.{quoted(f'wide_{family}')} AS {_wide(features)}")
    _create_publishes(con, manifest)


def create_history(con: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[Part]) -> None:
    """Create `<name>_history`: all rows of a table, of the parts that have any."""
    declared = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in table.all_columns.items())
    pieces = [f"SELECT {declared} WHERE false"]
    holding = (part for part in parts if table.full_name in part.rows)
    pieces += [f"SELECT * FROM {alias_of(part)}.{table.full_name}" for part in holding]  # noqa: S608 -- declared names
    con.execute(f"CREATE VIEW {table.schema}.{quoted(f'{table.name}_history')} AS {' UNION ALL BY NAME '.join(pieces)}")


def latest_of(rows: str, table: Table) -> str:
    """A query for the latest row of each key, out of a relation of rows.

    No two publishes have the same instant, so the latest row is one row.
    """
    newest = f"row_number() OVER (PARTITION BY {column_list(table.key)} ORDER BY computed_at_utc DESC) = 1"
    return f"SELECT * FROM {rows} QUALIFY {newest}"  # noqa: S608 -- built of declared names only


def _attach_current(con: duckdb.DuckDBPyConnection, facts: Path, key: FactsKey | None) -> Manifest:
    for _ in range(ATTEMPTS):
        manifest = current(facts)
        try:
            attach_all(con, facts, manifest, key)
        except FileNotFoundError:
            _detach_all(con)
            continue
        return manifest
    raise TransientError(f"parts that {facts} names are gone after {ATTEMPTS} tries; read again, or restore a backup")


def _detach_all(con: duckdb.DuckDBPyConnection) -> None:
    attached = con.execute("SELECT database_name FROM duckdb_databases() WHERE database_name LIKE 'part_%'").fetchall()
    for (name,) in attached:
        con.execute(f"DETACH {quoted(name)}")


def _create_as_of(con: duckdb.DuckDBPyConnection) -> None:
    known = "(SELECT * FROM feature.daily_history WHERE computed_at_utc <= CAST(instant AS TIMESTAMPTZ))"
    con.execute(f"CREATE MACRO feature.as_of(instant) AS TABLE {latest_of(known, DAILY)}")


def _of_family(family: str) -> str:
    ids = f"SELECT feature_id FROM {CATALOGUE.full_name} WHERE family = {literal(family)}"  # noqa: S608 -- declared names
    return f"SELECT * FROM {DAILY.full_name} WHERE feature_id IN ({ids})"  # noqa: S608 -- declared names


def _families(con: duckdb.DuckDBPyConnection) -> Mapping[str, list[str]]:
    query = f"SELECT family, list(feature_id ORDER BY feature_id) FROM {CATALOGUE.full_name} GROUP BY ALL ORDER BY ALL"  # noqa: S608
    return dict(con.execute(query).fetchall())


def _wide(features: Sequence[str]) -> str:
    """One row a participant-day, one column a feature: easy to read, without reasons and coverage."""
    columns = ", ".join(f"max(value) FILTER (feature_id = {literal(one)}) AS {quoted(one)}" for one in features)
    ids = ", ".join(literal(one) for one in features)
    source = f"FROM {DAILY.full_name} WHERE feature_id IN ({ids})"
    return f"SELECT participant_id, local_day, {columns} {source} GROUP BY participant_id, local_day"


def _create_publishes(con: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """The parts themselves, so that a row's origin can be followed to the file it lies in."""
    empty = "SELECT CAST(NULL AS VARCHAR) AS part, CAST(NULL AS VARCHAR) AS run_id, "
    empty += "CAST(NULL AS TIMESTAMPTZ) AS published_at_utc, CAST(NULL AS BIGINT) AS row_count WHERE false"
    pieces = [empty, *(_part_row(part) for part in manifest.parts)]
    con.execute(f"CREATE VIEW lineage.part AS {' UNION ALL '.join(pieces)}")


def _part_row(part: Part) -> str:
    values = f"{literal(part.name)}, {literal(part.run_id)}, {literal(part.published_at_utc)}::TIMESTAMPTZ"
    return f"SELECT {values}, {sum(part.rows.values())}"
