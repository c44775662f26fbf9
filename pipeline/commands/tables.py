"""Printing a frame, or writing it to a file, in the form that was asked for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.speaking import Speaker

if TYPE_CHECKING:
    import polars as pl


class TableFormat(StrEnum):
    """The forms of a table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


FormatOption = Annotated[TableFormat, typer.Option("--format")]
OutputOption = Annotated[Path | None, typer.Option("-o", help="write to a file", metavar="FILE")]


def refuse_unwritable(form: TableFormat, output: Path | None) -> None:
    """Parquet cannot be printed, and a file needs its folder: say so before any work is done."""
    if form is TableFormat.PARQUET and output is None:
        raise typer.BadParameter("parquet needs a file: -o FILE")
    if output is not None and not output.absolute().parent.is_dir():
        raise typer.BadParameter("found no such folder for -o FILE; make it first")


def put_out(frame: pl.DataFrame, form: TableFormat, output: Path | None, speaker: Speaker) -> None:
    """Print a frame, or write it to a file. With --json the answer, or what was written, is the one JSON document."""
    if speaker.as_json and (output is None or form is TableFormat.TABLE):
        form = TableFormat.JSON
    if output is None:
        typer.echo(_text(frame, form), nl=False)
        return
    if form is TableFormat.PARQUET:
        frame.write_parquet(output)
    else:
        output.write_text(_text(frame, form), encoding="utf-8")
    speaker.say(f"wrote {frame.height} rows to {output}")
    speaker.document({"file": str(output), "row_count": frame.height})


def _text(frame: pl.DataFrame, form: TableFormat) -> str:
    if form is TableFormat.CSV:
        return frame.write_csv()
    return (frame.write_json() if form is TableFormat.JSON else _drawn(frame)) + "\n"


def _drawn(frame: pl.DataFrame) -> str:
    import polars as pl

    with pl.Config(tbl_rows=200, tbl_cols=40, tbl_width_chars=200, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        return str(frame)
