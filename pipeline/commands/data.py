"""`ingest`, `sql`, `quarantine` and `audit`: the data and the trail."""

from __future__ import annotations

from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.speaking import DEFAULT_SITE, Exit, JsonOption, SiteOption, Speaker

if TYPE_CHECKING:
    from pipeline.intake.summary import IntakeSummary


class TableFormat(StrEnum):
    """How `evenkeel sql` writes its answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def run_id_now(kind: str) -> str:
    """An id for a run started by hand."""
    from pipeline.clock import SystemClock

    return f"{kind}-{SystemClock().now_utc().astimezone(UTC):%Y%m%dT%H%M%S}"


def sql(
    question: Annotated[str, typer.Argument(help="one SELECT", metavar='"SELECT …"')],
    form: Annotated[TableFormat, typer.Option("--format")] = TableFormat.TABLE,
    output: Annotated[Path | None, typer.Option("-o", help="write to a file", metavar="FILE")] = None,
    site: SiteOption = DEFAULT_SITE,
    *,
    as_json: JsonOption = False,
) -> None:
    """Ask the published feature store one read-only question."""
    from pipeline.site_folder.settings import load_site
    from pipeline.warehouse.read import query

    answer = query(load_site(site), question)
    chosen = TableFormat.JSON if as_json else form
    if chosen is TableFormat.PARQUET:
        if output is None:
            raise typer.BadParameter("parquet needs a file: -o FILE")
        answer.write_parquet(output)
        return
    text = answer.write_csv() if chosen is TableFormat.CSV else _drawn(answer)
    if chosen is TableFormat.JSON:
        text = answer.write_json()
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text, encoding="utf-8")


def _drawn(answer: object) -> str:
    import polars as pl

    with pl.Config(tbl_rows=200, tbl_cols=40, tbl_width_chars=200, fmt_str_lengths=60, tbl_hide_dataframe_shape=True):
        return str(answer)


def audit_verify(site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """Walk the audit chain and name the first event that was tampered with, if any."""
    from pipeline.audit.verification import verify
    from pipeline.opening import opened

    speaker = Speaker(as_json)
    with opened(site) as place, place.store.read() as session:
        verification = verify(session)
    word = "intact" if verification.is_intact else f"broken at event {verification.broken_at_seq}: {verification.found}"
    speaker.say(f"audit chain of {verification.event_count} events: {word}")
    speaker.document(verification)
    if not verification.is_intact:
        raise typer.Exit(Exit.FAILED)


def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="these files only; by default all of exports/")] = None,
    site: SiteOption = DEFAULT_SITE,
    *,
    as_json: JsonOption = False,
) -> None:
    """Read new exports into the lake; print rows accepted, quarantined by rule and duplicate, per stream."""
    from pipeline.intake import commit, discover, read
    from pipeline.intake.summary import summary
    from pipeline.opening import opened
    from pipeline.site_folder.importing import bring_in
    from pipeline.vocabulary.ids import shard_ranges

    speaker, run_id = Speaker(as_json), run_id_now("ingest")
    with opened(site) as place, speaker.working("reading exports …"):
        bring_in(place.site, place.store, place.clock, place.key)
        plan = discover.run(place.site, place.store, place.clock, run_id, paths or ())
        for chunk_id in plan.chunk_ids:
            read.run(place.site, place.store, run_id, chunk_id)
        for shards in shard_ranges(place.site.run.tasks_count):
            commit.run(place.site, place.store, place.clock, run_id, shards)
        with place.store.read() as session:
            found = summary(session, run_id)
    _say_intake(speaker, found)
    speaker.document(found)
    if found.has_set_aside:
        raise typer.Exit(Exit.DONE_WITH_ROWS_SET_ASIDE)


def _say_intake(speaker: Speaker, found: IntakeSummary) -> None:
    rows = [
        (
            name or "(not split)",
            one.accepted,
            one.duplicate,
            ", ".join(f"{rule} {n}" for rule, n in one.quarantined.items()),
        )
        for name, one in found.streams.items()
    ]
    speaker.table(("stream", "accepted", "duplicate", "quarantined"), rows)
    speaker.say(
        f"files: {found.files_read} read, {found.files_known} known, {found.files_skipped} skipped, "
        f"{found.files_unknown} nobody's, {sum(found.files_set_aside.values())} set aside"
    )
    for code, count in found.files_set_aside.items():
        speaker.say(f"  set aside: {code} {count}")
