"""Engines for the two databases: writers wait for a while, readers see one moment, errors hide values.

Connections opened for reading refuse to write; connections opened for writing remember that they did.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, DontWrapMixin
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline.errors import ConfigurationError, Fault, InvariantError

WAIT_MS = 30_000
"""How long a writer waits for another before it gives up and may be retried."""

HAS_WRITTEN = "evenkeel_has_written"
IS_READER = "evenkeel_is_reader"
SQLITE_BEGIN = "evenkeel_sqlite_begin"

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "busy_timeout": str(WAIT_MS),
    "foreign_keys": "ON",
    "synchronous": "FULL",
    # A destroyed key must not stay readable in a freed page.
    "secure_delete": "ON",
}
WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|COPY|TRUNCATE|WITH\b.*\b(?:INSERT|UPDATE|DELETE))\b",
    re.IGNORECASE | re.DOTALL,
)
TRANSIENT_STATES = ("08", "40", "53", "55P03", "57P")
"""PostgreSQL: connection lost, conflict between transactions, out of resources, lock not available, shut down."""


class ReadOnlyError(InvariantError, DontWrapMixin):
    """A session that was opened for reading was asked to write."""


def make_engine(address: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; any other address is a fault of the configuration."""
    url = _parsed(address)
    backend = url.get_backend_name()
    if backend == "sqlite" and url.database and url.database != ":memory:":
        engine = _sqlite_engine(url)
    elif backend == "postgresql" and url.drivername in {"postgresql", "postgresql+psycopg"}:
        engine = _postgresql_engine(url)
    else:
        raise ConfigurationError([_address_fault(f"found the kind {url.drivername!r}")])
    event.listen(engine, "before_cursor_execute", _refuse_writes_of_readers)
    event.listen(engine, "after_cursor_execute", _remember_writes)
    return engine


def reader_of(engine: Engine) -> Engine:
    """The same engine for reading: one moment throughout a session, and no writing."""
    options = {IS_READER: True}
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True, **options)
    return engine.execution_options(**options)


def writer_of(engine: Engine) -> Engine:
    """The same engine for writing: on SQLite a transaction takes the write lock when it begins."""
    return engine.execution_options(**{SQLITE_BEGIN: "BEGIN IMMEDIATE"})


def has_written(connection: Connection) -> bool:
    """Whether anything was inserted, updated or deleted since the transaction began."""
    return bool(connection.info.get(HAS_WRITTEN))


def is_transient(error: DBAPIError) -> bool:
    """Whether the same statement may work on the next try: a lock that was not free, a connection that was lost."""
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return (cause.sqlite_errorcode & 0xFF) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    if isinstance(cause, psycopg.OperationalError):
        return cause.sqlstate is None or cause.sqlstate.startswith(TRANSIENT_STATES)
    return False


def _parsed(address: str) -> URL:
    try:
        return make_url(address)
    except ArgumentError as error:
        # The address may hold a password: it is not repeated.
        raise ConfigurationError([_address_fault("found an address that cannot be read")]) from error


def _address_fault(found: str) -> Fault:
    mend = "Give sqlite:///FILE or postgresql://HOST/DATABASE"
    return Fault(where="address of the relational store", found=found, mend=mend)


def _sqlite_engine(url: URL) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(url: URL) -> Engine:
    options = f"-c lock_timeout={WAIT_MS} -c timezone=UTC"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": "evenkeel"},
    )
    event.listen(engine, "begin", _forget_writes)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Python would open transactions by itself, and too late; `_begin_sqlite` opens them instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma, value in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {pragma}={value}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    _forget_writes(connection)
    connection.exec_driver_sql(connection.get_execution_options().get(SQLITE_BEGIN, "BEGIN"))


def _forget_writes(connection: Connection) -> None:
    connection.info[HAS_WRITTEN] = False


def _is_write(statement: str, context: ExecutionContext | None) -> bool:
    if isinstance(context, DefaultExecutionContext) and context.compiled is not None and not context.is_text:
        return context.isinsert or context.isupdate or context.isdelete
    return WRITES.match(statement) is not None


def _refuse_writes_of_readers(  # the signature is SQLAlchemy's
    connection: Connection,
    cursor: DBAPICursor,  # noqa: ARG001
    statement: str,
    parameters: object,  # noqa: ARG001
    context: ExecutionContext | None,
    executemany: bool,  # noqa: ARG001, FBT001
) -> None:
    if connection.get_execution_options().get(IS_READER) and _is_write(statement, context):
        raise ReadOnlyError("found a write in a session opened for reading: open it with Store.write")


def _remember_writes(  # the signature is SQLAlchemy's
    connection: Connection,
    cursor: DBAPICursor,  # noqa: ARG001
    statement: str,
    parameters: object,  # noqa: ARG001
    context: ExecutionContext | None,
    executemany: bool,  # noqa: ARG001, FBT001
) -> None:
    if _is_write(statement, context):
        connection.info[HAS_WRITTEN] = True
