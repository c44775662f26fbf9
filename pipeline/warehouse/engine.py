"""The door to DuckDB: bounded memory, no network, and encryption that is proved at every attach."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.errors import ConfigurationError, Fault
from pipeline.warehouse.key import VARIABLE, FactsKey
from pipeline.warehouse.tables import literal, quoted

MEMORY_LIMIT = "1GB"
THREADS = 2
BLOCK_SIZE_BYTES = 16384
"""The smallest block DuckDB knows: a night of a small site is a file of 0.2 MB, not of 0.5 MB."""


@contextmanager
def connection(spill: Path, key: FactsKey | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory that parts are attached to; what does not fit spills, encrypted, into `spill`."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": str(spill),
        "temp_file_encryption": key is not None,
    }
    opened = duckdb.connect(config=settings)
    try:
        _load_cipher(opened, key)
        opened.execute("SET TimeZone = 'UTC'")
        yield opened
    finally:
        opened.close()


def attach_part(con: duckdb.DuckDBPyConnection, path: Path, alias: str, key: FactsKey | None) -> None:
    """Attach a published part for reading.

    Raises FileNotFoundError when it is gone, ConfigurationError when it does not open with this key.
    """
    if not path.exists():
        raise FileNotFoundError(path)
    _attach(con, path, alias, ["READ_ONLY"], key)


@contextmanager
def new_part(con: duckdb.DuckDBPyConnection, path: Path, alias: str, key: FactsKey | None) -> Iterator[None]:
    """Attach a part that does not exist yet for writing, and close it complete, without a log beside it."""
    _attach(con, path, alias, [f"BLOCK_SIZE {BLOCK_SIZE_BYTES}", "STORAGE_VERSION 'v1.5.0'"], key)
    try:
        yield
        con.execute(f"CHECKPOINT {quoted(alias)}")
    finally:
        con.execute(f"DETACH {quoted(alias)}")


def lock_down(con: duckdb.DuckDBPyConnection) -> None:
    """Let whatever SQL comes next see what is attached and nothing else, and change no setting."""
    con.execute("SET python_enable_replacements = false")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def _attach(con: duckdb.DuckDBPyConnection, path: Path, alias: str, options: list[str], key: FactsKey | None) -> None:
    """Attach a file and prove that it is encrypted when, and only when, there is a key."""
    given = [f"ENCRYPTION_KEY {literal(key)}"] if key else []
    try:
        con.execute(f"ATTACH {literal(str(path))} AS {quoted(alias)} ({', '.join([*options, *given])})")
    except duckdb.Error as error:
        # DuckDB's own message could quote the statement, and with it the key: it is not passed on.
        raise _refused(path, key, type(error).__name__) from None
    proof = con.execute("SELECT encrypted, cipher FROM duckdb_databases() WHERE database_name = ?", [alias]).fetchall()
    expected = [(True, "GCM")] if key else [(False, None)]
    if proof != expected:
        raise _refused(path, key, f"encrypted, cipher = {proof}")


def _refused(path: Path, key: FactsKey | None, found: str) -> ConfigurationError:
    state = "with the key given" if key else "without a key"
    return ConfigurationError(
        [
            Fault(
                str(path),
                f"the published facts do not open {state} ({found})",
                f"Set {VARIABLE} or {VARIABLE}_FILE to the key they were published with; writing encrypted also needs "
                "the package duckdb-extension-httpfs of DuckDB's own version",
            )
        ]
    )


def _load_cipher(con: duckdb.DuckDBPyConnection, key: FactsKey | None) -> None:
    """Load OpenSSL's AES from the installed package: DuckDB's built-in one may only read."""
    found = importlib.util.find_spec("duckdb_extension_httpfs") if key else None
    for folder in (found.submodule_search_locations or ()) if found else ():
        extension = Path(folder) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if extension.exists():
            con.execute(f"LOAD {literal(str(extension))}")
