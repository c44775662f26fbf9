"""Alembic's environment: runs the revisions on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from pipeline.store.base import Base

ALEMBIC_NAME = "env_py"
"""The name under which Alembic loads this file; imported under any other name it does nothing."""


def run() -> None:
    """Run the pending revisions inside the transaction that is already open."""
    # The metadata is given for its naming convention: constraints must be found again by name.
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=False)
    context.run_migrations()


if __name__ == ALEMBIC_NAME:
    run()
