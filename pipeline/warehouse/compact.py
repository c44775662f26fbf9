"""Merging parts so that a reader opens few of them: every version of every row is kept, and no key changes hands.

As in a log-structured merge tree, eight parts of one level become one of the next: each row is rewritten a few times
in years, and the number of parts grows with the logarithm of the number of nights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.warehouse.engine import connection, new_part
from pipeline.warehouse.key import FactsKey
from pipeline.warehouse.manifest import PARTS, SPILL, Manifest, Part, settle
from pipeline.warehouse.tables import ALL_TABLES, Table, column_list, literal, quoted
from pipeline.warehouse.views import attach_all, create_history

FAN_IN = 8
MERGED = "merged"


def due(manifest: Manifest) -> tuple[Part, ...]:
    """The youngest parts of one level, when there are enough to merge."""
    for level in sorted({part.level for part in manifest.parts}):
        of_level = tuple(part for part in manifest.parts if part.level == level)
        if len(of_level) >= FAN_IN:
            return of_level
    return ()


def merge(
    facts: Path,
    key: FactsKey | None,
    manifest: Manifest,
    parts: Sequence[Part],
    without: Sequence[str] = (),
) -> Manifest:
    """The state in which some parts are one; `without` names participants whose rows are left out for good."""
    name = f"{manifest.sequence + 1:08d}.duckdb"
    final = facts / PARTS / name
    temporary = final.with_name(f".{name}.part")
    temporary.unlink(missing_ok=True)
    rows = _write(facts, key, tuple(parts), temporary, without)
    settle(temporary, final)
    youngest = parts[-1]
    merged = replace(
        youngest,
        name=name,
        is_encrypted=key is not None,
        rows=rows,
        size_bytes=final.stat().st_size,
        level=max(part.level for part in parts) + 1,
    )
    return replace(
        manifest,
        sequence=manifest.sequence + 1,
        parts=_with_merged(manifest.parts, parts, merged),
        retired=() if without else tuple(part.name for part in parts),
    )


def _with_merged(all_parts: Sequence[Part], parts: Sequence[Part], merged: Part) -> tuple[Part, ...]:
    """The merged part where the first of its parts stood."""
    placed = [merged if part == parts[0] else part for part in all_parts]
    return tuple(part for part in placed if part not in parts)


def _write(
    facts: Path, key: FactsKey | None, parts: tuple[Part, ...], target: Path, without: Sequence[str]
) -> dict[str, int]:
    """Write the rows of all parts, table by table, into a new one; returns how many there are of each."""
    present = Counter[str]()
    for part in parts:
        present.update(part.rows)
    with connection(facts / SPILL, key) as con:
        attach_all(con, facts, Manifest(parts=parts), key)
        with new_part(con, target, MERGED, key):
            for table in (one for one in ALL_TABLES if one.full_name in present):
                con.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(table.schema)}")
                con.execute(f"CREATE SCHEMA IF NOT EXISTS {MERGED}.{quoted(table.schema)}")
                create_history(con, table, parts)
                con.execute(f"CREATE TABLE {MERGED}.{table.full_name} AS {_all_rows(table, without)}")
                counted = con.execute(f"SELECT count(*) FROM {MERGED}.{table.full_name}").fetchall()  # noqa: S608
                present[table.full_name] = int(counted[0][0])
    return dict(sorted(present.items()))


def _all_rows(table: Table, without: Sequence[str]) -> str:
    kept = ""
    if without and "participant_id" in table.columns:
        kept = f"WHERE participant_id NOT IN ({', '.join(literal(one) for one in without)})"
    order = column_list((*table.sorted_by, "computed_at_utc"))
    return f"SELECT * FROM {table.schema}.{quoted(f'{table.name}_history')} {kept} ORDER BY {order}"  # noqa: S608
