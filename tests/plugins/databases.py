"""Databases for tests: a SQLite file, and a private PostgreSQL server on loopback that ends with the session."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest

from pipeline.store.store import Store, open_store

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
SUPERUSER = "evenkeel"
# A database for tests may lose everything: nothing waits for the disk.
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=40")


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL server, and how to make an address in it."""

    port: int

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Create a database as a copy of another, and give its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, whoever still uses it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A server of this session's own (one for each worker); skipped without the programs, a failure in CI."""
    programs = _programs()
    if programs is None:
        reason = f"no PostgreSQL server program in {DEBIAN_PROGRAMS} or on the path"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # The path of a socket may have 107 characters at most, so pytest's own folder is too deep.
    with tempfile.TemporaryDirectory(prefix="evenkeel-pg-") as folder, _running(programs, Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> str:
    """The name of a database with the newest schema, copied for each test."""
    store = open_store(postgresql_server.create("migrated"))
    store.migrate()
    store.close()
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    store = open_store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: each test runs on both."""
    return str(request.param)


@pytest.fixture
def empty_store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table, on each database in turn."""
    if database == "sqlite":
        with closing(open_store(f"sqlite:///{tmp_path}/empty.sqlite")) as store:
            yield store
        return
    with _copied(request.getfixturevalue("postgresql_server"), "template0") as store:
        yield store


@pytest.fixture
def store(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with the newest schema and nothing in it, on each database in turn."""
    if database == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.sqlite")
        with closing(open_store(f"sqlite:///{path}")) as store:
            yield store
        return
    yield request.getfixturevalue("postgresql_store")


@pytest.fixture
def postgresql_store(postgresql_server: Server, postgresql_template: str) -> Iterator[Store]:
    """A store with the newest schema on PostgreSQL only, for tests of what SQLite does not have."""
    with _copied(postgresql_server, postgresql_template) as store:
        yield store


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with the newest schema on SQLite only, for tests in which the database is not the point."""
    path = shutil.copy(sqlite_template, tmp_path / "store.sqlite")
    with closing(open_store(f"sqlite:///{path}")) as store:
        yield store


def import_every_table() -> None:
    """Import each module named `tables` below the packages that may declare some."""
    for name in ("pipeline", "features", "alerts"):
        if find_spec(name) is None:
            continue
        package = importlib.import_module(name)
        for info in pkgutil.walk_packages(package.__path__, f"{name}."):
            if info.name.rpartition(".")[2] == "tables":
                importlib.import_module(info.name)


_numbers = count()


@contextmanager
def _copied(server: Server, template: str) -> Iterator[Store]:
    name = f"test_{next(_numbers)}"
    with closing(open_store(server.create(name, template))) as store:
        yield store
    server.drop(name)


def _programs() -> Path | None:
    """The folder of the newest server programs on this machine."""
    debian = sorted(DEBIAN_PROGRAMS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path)] if on_path else debian
    return found[-1].parent if found else None


@contextmanager
def _running(programs: Path, folder: Path) -> Iterator[Server]:
    """Run a server whose files, socket and log lie in one folder."""
    if os.geteuid() == 0:
        # The server refuses to run as root; Debian's package brings this account.
        shutil.chown(folder, "postgres")
    port, data = _free_port(), folder / "data"
    _run(folder, programs / "initdb", "--pgdata", data, "--username", SUPERUSER, "--auth=trust", "--no-sync")
    settings = " ".join(f"-c {setting}" for setting in HASTE)
    listen = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder}"
    _run(
        folder, programs / "pg_ctl", "--pgdata", data, "-w", "-l", folder / "log", "-o", f"{listen} {settings}", "start"
    )
    try:
        yield Server(port)
    finally:
        _run(folder, programs / "pg_ctl", "--pgdata", data, "-w", "-m", "immediate", "stop")


def _run(folder: Path, *command: str | Path) -> None:
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with (folder / "commands.log").open("a") as log:
        # A pipe would be held open by the server for as long as it runs.
        subprocess.run([*as_owner, *map(str, command)], check=True, cwd="/", stdout=log, stderr=log)  # noqa: S603 -- our own words


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
