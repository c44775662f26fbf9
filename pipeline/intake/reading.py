"""Handing a batch of bodies to a reader, so that one bad file is set aside and costs no other file its rows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.errors import ExportError
from pipeline.sources.contract import Body, Reader, Reading
from pipeline.vocabulary.stream import Stream

NOTHING = Reading(rows={})


def read_bodies(reader: Reader, bodies: tuple[Body, ...]) -> Reading:
    """What the reader makes of a batch; where it fails, of each half of it, down to the one file that it fails on."""
    if not bodies:
        return NOTHING
    try:
        return reader.read(bodies)
    except (ExportError, pl.exceptions.PolarsError, ValueError) as error:
        if len(bodies) == 1:
            return Reading(rows={}, set_aside={bodies[0].file_ordinal: _as_export_error(error)})
    half = len(bodies) // 2
    return _together(read_bodies(reader, bodies[:half]), read_bodies(reader, bodies[half:]))


def _as_export_error(error: Exception) -> ExportError:
    """The parser's own words stay out: they could repeat what the file says."""
    if isinstance(error, ExportError):
        return error
    return ExportError("unreadable_content", f"found content that the reader cannot parse ({type(error).__name__})")


def _together(first: Reading, second: Reading) -> Reading:
    return Reading(
        rows=_rows_together(first.rows, second.rows),
        refused=pl.concat([first.refused, second.refused], how="vertical_relaxed"),
        passed_over=pl.concat([first.passed_over, second.passed_over], how="vertical_relaxed"),
        set_aside={**first.set_aside, **second.set_aside},
    )


def _rows_together(
    first: Mapping[Stream, pl.DataFrame], second: Mapping[Stream, pl.DataFrame]
) -> dict[Stream, pl.DataFrame]:
    streams = {**first, **second}
    return {
        stream: pl.concat([part[stream] for part in (first, second) if stream in part], how="diagonal_relaxed")
        for stream in streams
    }
