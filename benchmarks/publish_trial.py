"""The trial behind ADR 3: DuckLake beside Evenkeel's parts under a pointer, both encrypted, publishing the same nights.

Run `python benchmarks/publish_trial.py [nights] [rows a night]`. Needs the extension packages of the development group.
Each line is one criterion. DuckLake only appends; the parts also leave out what is already known.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from pipeline.clock import FixedClock
from pipeline.site import Folders, Site
from pipeline.warehouse import publish, read

KEY = "a key of thirty-two letters only"
PLANTED = "secret-person"
NIGHT = datetime(2024, 3, 2, 5, 0, tzinfo=UTC)
PEOPLE_COUNT = 50
EDGE_NIGHTS = 10
"""Nights at each end whose median times are compared."""
PARTS_READER = """
import sys
from pathlib import Path
from pipeline.site import Folders, Site
from pipeline.warehouse import read
site = Site(Folders(Path(sys.argv[1])), "trial", "none", "UTC")
print(read.query(site, "SELECT count(*) FROM feature.daily").item())
"""
LAKE_OTHER = """
import os, sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1]).parent))
from publish_trial import attached_lake
con = attached_lake(Path(sys.argv[2]), sys.argv[3])
if sys.argv[4] == "die":
    con.execute("BEGIN; INSERT INTO lake.daily SELECT * FROM lake.daily LIMIT 100")
    os._exit(9)
print(con.execute("SELECT count(*) FROM lake.daily").fetchall()[0][0])
"""


def main(nights: int, rows: int) -> None:
    """Print the figures of the parts, then of DuckLake with each catalog that needs no server."""
    os.environ["EVENKEEL_FACTS_KEY"] = KEY
    print(f"{nights} nights of {rows} rows, duckdb {duckdb.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        _try_parts(Path(folder), nights, rows)
    for catalog in ("sqlite", "duckdb"):
        with tempfile.TemporaryDirectory() as folder:
            _try_ducklake(Path(folder), catalog, nights, rows)


def attached_lake(folder: Path, catalog: str) -> duckdb.DuckDBPyConnection:
    """A connection to the trial's DuckLake, encrypted as far as its catalog allows."""
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    for name in ("httpfs", "sqlite_scanner", "ducklake"):
        con.execute(f"LOAD '{_extension(name)}'")
    where = f"sqlite:{folder}/catalog.sqlite" if catalog == "sqlite" else f"{folder}/catalog.duckdb"
    # SQLite's attach knows no key: "Unsupported parameter for SQLite Attach: encryption_key".
    key = "" if catalog == "sqlite" else f", META_ENCRYPTION_KEY '{KEY}'"
    con.execute(f"ATTACH 'ducklake:{where}' AS lake (DATA_PATH '{folder}/data/', ENCRYPTED{key})")
    return con


def _try_parts(folder: Path, nights: int, rows: int) -> None:
    site, clock = Site(Folders(folder), "trial", "none", "UTC"), FixedClock(NIGHT)

    def publish_night(night: pl.DataFrame) -> None:
        clock.advance(timedelta(days=1))
        publish.append(site, clock, "feature.daily", night, "run")

    _time_nights("parts", publish_night, nights, rows)
    started = time.perf_counter()
    known = read.as_of(site, NIGHT + timedelta(days=nights // 2)).height
    print(f"parts: as of the middle night: {known} rows in {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    read.query(site, "SELECT feature_id, avg(value) FROM feature.daily GROUP BY ALL")
    print(f"parts: mean of every feature over the latest of all rows: {time.perf_counter() - started:.2f} s")
    print(f"parts: another process reads: {_in_another_process(PARTS_READER, str(folder))}")
    _search_for_readings("parts", folder)


def _try_ducklake(folder: Path, catalog: str, nights: int, rows: int) -> None:
    name = f"ducklake, catalog in {catalog}"
    arguments = (__file__, str(folder), catalog)
    with closing(attached_lake(folder, catalog)) as con:
        con.register("night", _night(0, rows).to_arrow())
        con.execute("CREATE TABLE lake.daily AS FROM night")

        def publish_night(night: pl.DataFrame) -> None:
            con.register("night", night.to_arrow())
            con.execute("INSERT INTO lake.daily FROM night")

        _time_nights(name, publish_night, nights, rows)
        # A handful of changed rows: DuckLake puts so few into the catalog itself.
        publish_night(_night(nights, 5))
        print(f"{name}: another process reads: {_in_another_process(LAKE_OTHER, *arguments, 'read')}")
    _in_another_process(LAKE_OTHER, *arguments, "die")
    after = _in_another_process(LAKE_OTHER, *arguments, "read")
    print(f"{name}: rows after a killed publish: {after}, expected {(nights + 1) * rows + 5}")
    _search_for_readings(name, folder)


def _time_nights(name: str, publish_night: Callable[[pl.DataFrame], None], nights: int, rows: int) -> None:
    """Publish night after night; a cost that followed the history would grow from the first to the last."""
    times = []
    for number in range(nights):
        night = _night(number, rows)
        started = time.perf_counter()
        publish_night(night)
        times.append(time.perf_counter() - started)
    first, last = statistics.median(times[:EDGE_NIGHTS]), statistics.median(times[-EDGE_NIGHTS:])
    print(f"{name}: a publish takes {first:.3f} s at first, {last:.3f} s at last (medians), {max(times):.2f} s at most")


def _night(number: int, rows: int) -> pl.DataFrame:
    """One day of a small cohort, drawn with a seed."""
    drawn = np.random.default_rng(number)
    index = np.arange(rows)
    return pl.DataFrame(
        {
            "participant_id": [f"{PLANTED}-{one % PEOPLE_COUNT}" for one in index],
            "local_day": [date(2024, 1, 1) + timedelta(days=number)] * rows,
            "feature_id": [f"feature_{one // PEOPLE_COUNT}" for one in index],
            "feature_version": pl.Series([1] * rows, dtype=pl.Int32),
            "value": drawn.random(rows),
            "value_low": pl.Series([None] * rows, dtype=pl.Float64),
            "value_high": pl.Series([None] * rows, dtype=pl.Float64),
            "coverage_ratio": drawn.random(rows),
            "missing_reason": pl.Series([None] * rows, dtype=pl.String),
        }
    )


def _search_for_readings(name: str, folder: Path) -> None:
    """Look for a participant's id in the clear in every file that was published."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = [path.name for path in files if PLANTED.encode() in path.read_bytes()]
    size_mb = sum(path.stat().st_size for path in files) / 2**20
    print(f"{name}: files with a participant in the clear: {found or 'none'}, of {len(files)}, {size_mb:.1f} MB")


def _in_another_process(program: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[-1][:160] if lines else f"exit {done.returncode}"


def _extension(name: str) -> Path:
    """The file of an extension in its installed package: loading it needs no network."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    folder = next(iter(found.submodule_search_locations or ())) if found else ""
    return Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


if __name__ == "__main__":
    main(*(int(argument) for argument in (sys.argv[1:] or ("100", "7500"))))
