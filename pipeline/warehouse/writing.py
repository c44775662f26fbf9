"""Writing a new immutable part: of the rows offered only those that say something new, stamped with one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from pipeline.errors import InvariantError
from pipeline.warehouse.engine import connection, new_part
from pipeline.warehouse.key import FactsKey
from pipeline.warehouse.manifest import PARTS, SPILL, Manifest, Part, settle
from pipeline.warehouse.tables import BY_NAME, STAMPS, Table, column_list, literal, quoted
from pipeline.warehouse.views import attach_all, create_history, latest_of

NEW = "new_part"
OFFERED = "offered"
Offer = pl.DataFrame | Sequence[Path]
"""Rows offered for a table: a frame, or Parquet files, which are read piece by piece however large they are."""


@dataclass(frozen=True)
class Publishing:
    """Where, under which key, by which run and at which instant a part is published."""

    facts: Path
    key: FactsKey | None
    run_id: str
    at_utc: datetime


def instant_after(manifest: Manifest, now_utc: datetime) -> datetime:
    """The instant of the next publish: now, and in any case later than the last, so that latest is never two rows."""
    moment = timedelta(microseconds=1)
    return now_utc if manifest.latest_at is None else max(now_utc, manifest.latest_at + moment)


def write_part(publishing: Publishing, manifest: Manifest, offers: Mapping[str, Offer]) -> Manifest:
    """The state that follows when what is new in the offers is added; the same state when nothing is."""
    name = f"{manifest.sequence + 1:08d}.duckdb"
    final = publishing.facts / PARTS / name
    temporary = final.with_name(f".{name}.part")
    temporary.unlink(missing_ok=True)
    with connection(publishing.facts / SPILL, publishing.key) as con:
        attach_all(con, publishing.facts, manifest, publishing.key)
        with new_part(con, temporary, NEW, publishing.key):
            written = {table: _write_new(con, publishing, manifest, BY_NAME[table], offers[table]) for table in offers}
    rows = {table: count for table, count in written.items() if count}
    if not rows:
        temporary.unlink()
        return manifest
    settle(temporary, final)
    part = Part(
        name=name,
        run_id=publishing.run_id,
        published_at_utc=publishing.at_utc.isoformat(),
        is_encrypted=publishing.key is not None,
        rows=rows,
        size_bytes=final.stat().st_size,
    )
    return replace(
        manifest,
        sequence=manifest.sequence + 1,
        latest_at_utc=part.published_at_utc,
        parts=(*manifest.parts, part),
        retired=(),
    )


def _write_new(
    con: duckdb.DuckDBPyConnection, publishing: Publishing, manifest: Manifest, table: Table, offer: Offer
) -> int:
    """Write the rows of one table that differ from the latest known; returns how many."""
    columns = _offer_rows(con, publishing, table, offer)
    _refuse_twice_named(con, table)
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(table.schema)}")
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {NEW}.{quoted(table.schema)}")
    create_history(con, table, manifest.parts)
    known = _known(con, table, columns)
    stamps = [f"{literal(publishing.at_utc.isoformat())}::TIMESTAMPTZ AS computed_at_utc"]
    stamps += [] if "run_id" in columns else [f"{literal(publishing.run_id)} AS run_id"]
    # EXCEPT takes two nulls for equal, so a fact that is still missing for the same reason is not new.
    con.execute(
        f"CREATE TABLE {NEW}.{table.full_name} AS SELECT *, {', '.join(stamps)} FROM "  # noqa: S608 -- declared names
        f"(SELECT {column_list(columns)} FROM {OFFERED} EXCEPT {known}) ORDER BY {column_list(table.sorted_by)}"
    )
    return _count(con, f"SELECT count(*) FROM {NEW}.{table.full_name}")  # noqa: S608 -- declared names


def _offer_rows(con: duckdb.DuckDBPyConnection, publishing: Publishing, table: Table, offer: Offer) -> tuple[str, ...]:
    """Put the offered rows, in the declared types, under one name; returns their columns."""
    relation = con.from_arrow(offer.to_arrow()) if isinstance(offer, pl.DataFrame) else _scan(con, offer)
    found = [name for name in relation.columns if name not in STAMPS]
    missing = [name for name in table.columns if name not in found]
    extra = [name for name in found if name not in table.columns]
    if missing or (extra and not table.is_open):
        raise InvariantError(f"rows offered for {table.full_name} lack the columns {missing} and have {extra} besides")
    cast = [f"CAST({quoted(name)} AS {kind}) AS {quoted(name)}" for name, kind in table.columns.items()]
    cast += [quoted(name) for name in extra]
    cast += [f"{literal(publishing.run_id)} AS run_id"] if "run_id" in table.key else []
    relation.project(", ".join(cast)).create_view(OFFERED, replace=True)
    return (*table.columns, *extra, *(["run_id"] if "run_id" in table.key else []))


def _scan(con: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> duckdb.DuckDBPyRelation:
    return con.read_parquet([str(path) for path in files], union_by_name=True)


def _known(con: duckdb.DuckDBPyConnection, table: Table, columns: tuple[str, ...]) -> str:
    """A query for the latest known rows that the offered ones could repeat, in the same columns.

    Facts are looked up for the offered days only: parts are sorted by day, so the cost follows the night and not the
    history.
    """
    history = f"{table.schema}.{quoted(f'{table.name}_history')}"
    present = set(con.sql(f"FROM {history}").columns)
    days = _offered_days(con) if "local_day" in table.key else ""
    held = latest_of(f"(SELECT * FROM {history} {days})", table)  # noqa: S608 -- declared names
    shown = ", ".join(quoted(name) if name in present else f"NULL AS {quoted(name)}" for name in columns)
    return f"SELECT {shown} FROM ({held})"  # noqa: S608 -- declared names


def _offered_days(con: duckdb.DuckDBPyConnection) -> str:
    first, last = con.execute(f"SELECT min(local_day), max(local_day) FROM {OFFERED}").fetchall()[0]  # noqa: S608
    return f"WHERE local_day BETWEEN DATE '{first}' AND DATE '{last}'" if first else "WHERE false"


def _refuse_twice_named(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Two offered rows with one key would leave it open which is true."""
    keys = column_list(table.key)
    twice = f"SELECT count(*) FROM (SELECT {keys} FROM {OFFERED} GROUP BY ALL HAVING count(*) > 1)"  # noqa: S608
    count = _count(con, twice)
    if count:
        raise InvariantError(f"{count} keys of {table.full_name} ({', '.join(table.key)}) are offered more than once")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])
