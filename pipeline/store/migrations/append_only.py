"""Triggers that make a table append-only: the database itself refuses to update, delete or replace a row."""

from __future__ import annotations

from alembic import op

REFUSAL = "rows of this table are only ever added"


def install() -> None:
    """Create what the triggers of PostgreSQL call; once, in the first revision."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}: %', TG_TABLE_NAME; END $$"
        )


def make_append_only(table: str, key: str) -> None:
    """Refuse every change to the rows of a table whose primary key is one column."""
    if op.get_bind().dialect.name == "postgresql":
        _guard_in_postgresql(table)
    else:
        _guard_in_sqlite(table, key)


def _guard_in_postgresql(table: str) -> None:
    refuse = "EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}")
    op.execute(f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")


def _guard_in_sqlite(table: str, key: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}: {table}'); END"
    op.execute(f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}")
    # INSERT OR REPLACE deletes a row without asking the trigger above.
    is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 -- names of our own tables
    op.execute(f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {is_there} {refuse}")
