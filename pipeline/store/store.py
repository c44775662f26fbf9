"""The relational store: open it by its address, bring its schema up to date, read one moment, write one unit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pipeline.audit.event import Actor
from pipeline.clock import Clock
from pipeline.errors import TransientError
from pipeline.store.engine import is_transient, make_engine, reader_of, writer_of
from pipeline.store.unit_of_work import UnitOfWork

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_203_001
"""Any number that nothing else locks: PostgreSQL lets one process at a time change the schema."""


def open_store(url: str) -> Store:
    """The store at an address: `sqlite:///path` or `postgresql://…`. Nothing is read or changed yet."""
    return Store(make_engine(url))


class Store:
    """The relational store. One object a process; sessions and units are short."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reader = reader_of(engine)
        self._writer = writer_of(engine)

    def migrate(self) -> None:
        """Bring the schema up to the newest revision, in one transaction; safe to run twice, or by two at once."""
        with _transient_errors(), self._writer.begin() as connection:
            _lock_schema(connection)
            command.upgrade(_alembic(connection), "head")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment of the store and refuses to write."""
        with _transient_errors(), Session(self._reader) as session:
            yield session
            session.rollback()

    @contextmanager
    def write(self, actor: Actor, clock: Clock, config_digest: str | None = None) -> Iterator[UnitOfWork]:
        """A unit of work by one actor: committed with its audit events at the end, or rolled back whole."""
        with _transient_errors(), Session(self._writer, expire_on_commit=False) as session:
            # Connecting begins the transaction: on SQLite the write lock is taken here, not at the first write.
            session.connection()
            unit = UnitOfWork(session, actor, clock, config_digest)
            yield unit
            unit.finish()
            session.commit()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock_schema(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


@contextmanager
def _transient_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not is_transient(error):
            raise
        raise TransientError("the relational store was busy or out of reach: the same step may work again") from error
