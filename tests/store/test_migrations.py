"""The schema that the migrations build is the schema that the code declares, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from pipeline.errors import ConfigurationError
from pipeline.store.base import Base
from pipeline.store.store import MIGRATIONS, Store, open_store
from tests.plugins.databases import import_every_table


def test_migrated_schema_is_the_declared_one(store: Store) -> None:
    import_every_table()
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrated_constraints_have_the_declared_names(empty_store: Store, store: Store) -> None:
    import_every_table()
    with empty_store.engine.begin() as connection:
        Base.metadata.create_all(connection)
    assert constraint_names(empty_store.engine) == constraint_names(store.engine)


def constraint_names(engine: Engine) -> dict[str, set[str | None]]:
    """The names of each table's keys, checks and unique columns."""
    found = inspect(engine)
    return {
        table: {
            found.get_pk_constraint(table)["name"],
            *(key["name"] for key in found.get_foreign_keys(table)),
            *(check["name"] for check in found.get_check_constraints(table)),
            *(unique["name"] for unique in found.get_unique_constraints(table)),
            *(index["name"] for index in found.get_indexes(table)),
        }
        for table in found.get_table_names()
        if table in Base.metadata.tables
    }


def test_migrating_builds_from_nothing_and_may_be_repeated(empty_store: Store) -> None:
    empty_store.migrate()
    empty_store.migrate()
    with empty_store.read() as session:
        assert tuple(session.execute(text("SELECT seq, hash FROM audit_head")).one()) == (0, "0" * 64)


def test_revisions_are_one_line_without_a_branch() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert (len(script.get_heads()), len(script.get_bases())) == (1, 1)


@pytest.mark.parametrize("address", ["mysql://somewhere/db", "no address", "sqlite://", "postgresql+psycopg2://x/y"])
def test_other_addresses_are_a_fault_of_the_configuration(address: str) -> None:
    with pytest.raises(ConfigurationError, match="sqlite:///FILE or postgresql"):
        open_store(address)
