"""The second step, mapped over chunks: files become accepted rows by stream and shard, refused rows, and receipts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import polars as pl

from pipeline.intake.batch import RECEIPTS, Outcome, read_batch
from pipeline.intake.people import People
from pipeline.intake.plan import Chunk, PlannedFile, chunked, load_chunk
from pipeline.intake.refusals import SEALED
from pipeline.intake.shelf import Shelf
from pipeline.intake.work import Work, appearing
from pipeline.registry.keys import KeyRing, site_key
from pipeline.site import Site
from pipeline.sources.contract import PASSED_OVER
from pipeline.store.store import Store

MAX_BATCH_BYTES = 64 << 20
"""Bodies held and parsed at once: with all that is made of them, well below the 2 GiB of a task."""
MAX_BATCH_FILES = 8_000

ROWS = "rows"
REFUSED_FILE = "refused.parquet"
PASSED_OVER_FILE = "passed_over.parquet"
RECEIPTS_FILE = "receipts.parquet"


def run(site: Site, store: Store, run_id: str, chunk_id: str) -> None:
    """Read the files of one chunk into the run's work folder; a chunk that was read already stays as it is."""
    work = Work.of(site, run_id)
    if work.read_chunk(chunk_id).is_dir():
        return
    chunk = load_chunk(work.chunk(chunk_id))
    with store.read() as session:
        people = People.at(session, chunk.received_at_utc)
        keys = KeyRing(session, site_key(site.folders.site_key))
    with appearing(work.read_chunk(chunk_id)) as folder, Shelf(site.folders.exports) as shelf:
        outcomes = (read_batch(files, shelf, people, keys, chunk.received_at_utc) for files in _batches(chunk))
        _write(folder, outcomes)


def _batches(chunk: Chunk) -> Iterator[list[PlannedFile]]:
    """Files of one source and kind at a time, and of these no more than fit in memory."""
    for _, files in groupby(chunk.files, key=lambda file: (file.source, file.kind)):
        yield from chunked(files, MAX_BATCH_BYTES, MAX_BATCH_FILES)


def _write(folder: Path, outcomes: Iterator[Outcome]) -> None:
    """Rows go to disk batch by batch; what is small is gathered and written at the end."""
    refused = [pl.DataFrame(schema=SEALED)]
    passed_over = [pl.DataFrame(schema=PASSED_OVER)]
    receipts = [pl.DataFrame(schema=RECEIPTS)]
    for number, outcome in enumerate(outcomes):
        for stream, rows in outcome.rows.items():
            _write_rows(folder / ROWS / stream.name, number, rows.drop("line"))
        refused.append(outcome.refused)
        passed_over.append(outcome.passed_over)
        receipts.append(outcome.receipts)
    pl.concat(refused).write_parquet(folder / REFUSED_FILE)
    pl.concat(passed_over).write_parquet(folder / PASSED_OVER_FILE)
    pl.concat(receipts).write_parquet(folder / RECEIPTS_FILE)


def _write_rows(folder: Path, number: int, rows: pl.DataFrame) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for (shard,), part in rows.partition_by("shard", as_dict=True, include_key=False).items():
        part.write_parquet(folder / f"{shard:02d}-{number:03d}.parquet", compression="lz4")
