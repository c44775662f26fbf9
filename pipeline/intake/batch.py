"""Reading one batch: bodies of one source and kind become accepted rows, refused rows and receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from pipeline.errors import ExportError
from pipeline.intake.people import People
from pipeline.intake.plan import PlannedFile
from pipeline.intake.pseudonyms import pseudonymise
from pipeline.intake.reading import read_bodies
from pipeline.intake.refusals import refused_by_reader, sealed_rows
from pipeline.intake.shelf import Shelf
from pipeline.intake.validation import validate
from pipeline.registry.keys import KeyRing
from pipeline.sources import all_sources
from pipeline.sources.contract import PASSED_OVER, Body
from pipeline.vocabulary.ids import shard_of
from pipeline.vocabulary.stream import INSTANT, Stream

SEALED_FOR = "quarantined_row"
RECEIPTS = {
    "file_ordinal": pl.UInt32,
    "export_file_id": pl.String,
    "participant_id": pl.String,
    "shard": pl.UInt8,
    "code": pl.String,
}
"""One row for each file of a batch; `code` is empty where the file was read."""


@dataclass(frozen=True)
class Outcome:
    """What became of a batch. Rows have the stream's columns, `file_ordinal`, `line` and `shard`."""

    rows: Mapping[Stream, pl.DataFrame]
    refused: pl.DataFrame
    passed_over: pl.DataFrame
    receipts: pl.DataFrame


def read_batch(
    files: Sequence[PlannedFile], shelf: Shelf, people: People, keys: KeyRing, received_at_utc: datetime
) -> Outcome:
    """Fetch, parse, attribute, pseudonymise and validate files of one source and kind, numbered one after another."""
    reader = all_sources()[files[0].source].reader(files[0].kind)
    bodies, missing = _fetched(files, shelf, people)
    reading = read_bodies(reader, tuple(bodies.values()))
    export_ids = sorted({file.export_id for file in files})
    accepted, refused = {}, [refused_by_reader(reading)]
    for stream, rows in reading.rows.items():
        owned = people.with_devices(_with_owners(rows, files), files[0].source, export_ids)
        private = pseudonymise(owned, stream.pseudonymise, keys.contact_digest_key)
        accepted[stream], refusals = validate(stream, private, received_at_utc)
        refused.append(refusals)
    first = files[0].ordinal
    return Outcome(
        rows={stream: _with_shards(rows, files) for stream, rows in accepted.items()},
        refused=sealed_rows(
            pl.concat(refused),
            bodies,
            reader,
            lambda ordinal, raw: keys.seal(files[ordinal - first].participant_id, raw, SEALED_FOR),
        ),
        passed_over=reading.passed_over.select(pl.col(name).cast(dtype) for name, dtype in PASSED_OVER.items()),
        receipts=_receipts(files, {**missing, **reading.set_aside}),
    )


def _fetched(
    files: Sequence[PlannedFile], shelf: Shelf, people: People
) -> tuple[dict[int, Body], dict[int, ExportError]]:
    """The files' contents by ordinal, and why some could not be had."""
    bodies: dict[int, Body] = {}
    missing: dict[int, ExportError] = {}
    for file in files:
        try:
            content = shelf.content(file)
        except ExportError as error:
            missing[file.ordinal] = error
            continue
        bodies[file.ordinal] = Body(file.ordinal, file.name, content, people.os_of(file.source, file.export_id))
    return bodies, missing


def _with_owners(rows: pl.DataFrame, files: Sequence[PlannedFile]) -> pl.DataFrame:
    """Rows with the participant, the claimed export id and the source of their file."""
    place = rows["file_ordinal"].cast(pl.UInt32) - files[0].ordinal
    participants = pl.Series([file.participant_id for file in files], dtype=pl.String)
    claimed = pl.Series([file.export_id for file in files], dtype=pl.String)
    return rows.with_columns(
        participants.gather(place).alias("participant_id"),
        claimed.gather(place).alias("claimed_export_id"),
        pl.lit(files[0].source).alias("source"),
        pl.col("at_utc").cast(INSTANT, strict=False),
    )


def _with_shards(rows: pl.DataFrame, files: Sequence[PlannedFile]) -> pl.DataFrame:
    shards = pl.Series([shard_of(file.participant_id) for file in files], dtype=pl.UInt8)
    return rows.with_columns(shards.gather(rows["file_ordinal"] - files[0].ordinal).alias("shard"))


def _receipts(files: Sequence[PlannedFile], set_aside: Mapping[int, ExportError]) -> pl.DataFrame:
    rows = [
        (
            file.ordinal,
            file.export_file_id,
            file.participant_id,
            shard_of(file.participant_id),
            set_aside[file.ordinal].code if file.ordinal in set_aside else "",
        )
        for file in files
    ]
    return pl.DataFrame(rows, schema=RECEIPTS, orient="row")
