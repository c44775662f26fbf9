"""`ingest`, `sql`, `quarantine` and `audit`: the data and the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.speaking import DEFAULT_SITE, Exit, JsonOption, SiteOption, Speaker
from pipeline.commands.tables import FormatOption, OutputOption, TableFormat, put_out, refuse_unwritable

if TYPE_CHECKING:
    from pipeline.intake.summary import IntakeSummary

UNSPLIT = "(not split)"
"""Stands for rows that could not be split into columns, and so belong to no stream."""


def run_id_now(kind: str) -> str:
    """An id for a run started by hand."""
    from pipeline.clock import SystemClock

    return f"{kind}-{SystemClock().now_utc().astimezone(UTC):%Y%m%dT%H%M%S%f}"


def sql(
    question: Annotated[str, typer.Argument(help="one SELECT", metavar='"SELECT …"')],
    form: FormatOption = TableFormat.TABLE,
    output: OutputOption = None,
    site: SiteOption = DEFAULT_SITE,
    *,
    as_json: JsonOption = False,
) -> None:
    """Ask the published feature store one read-only question."""
    from pipeline.site_folder.settings import load_site
    from pipeline.warehouse.read import query

    refuse_unwritable(form, output)
    put_out(query(load_site(site), question), form, output, Speaker(as_json))


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
    paths: Annotated[
        list[Path] | None, typer.Argument(exists=True, help="these files or folders only; by default all of exports/")
    ] = None,
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
        faults = bring_in(place.site, place.store, place.clock, place.key)
        plan = discover.run(place.site, place.store, place.clock, run_id, paths or ())
        for chunk_id in plan.chunk_ids:
            read.run(place.site, place.store, run_id, chunk_id)
        for shards in shard_ranges(place.site.run.tasks_count):
            commit.run(place.site, place.store, place.clock, run_id, shards)
        with place.store.read() as session:
            found = summary(session, run_id)
    _say_intake(speaker, found)
    if faults:
        speaker.say(f"the last accepted roster holds: {len(faults)} faults in the site's files; see: evenkeel check")
    speaker.document({**asdict(found), "faults": faults})
    if found.has_set_aside:
        raise typer.Exit(Exit.DONE_WITH_ROWS_SET_ASIDE)


def _say_intake(speaker: Speaker, found: IntakeSummary) -> None:
    rows = [
        (name or UNSPLIT, one.accepted, one.duplicate, _listed(one.quarantined)) for name, one in found.streams.items()
    ]
    speaker.table(("stream", "accepted", "duplicate", "quarantined"), rows)
    speaker.say(
        f"files: {found.files_read} read, {found.files_known} known, {found.files_skipped} skipped, "
        f"{found.files_unknown} nobody's, {sum(found.files_set_aside.values())} set aside"
    )
    for code, count in found.files_set_aside.items():
        speaker.say(f"  set aside: {code} {count}")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def quarantine_list(site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """Count what was kept out and is not mended yet: rows by source, stream and rule; whole files by code."""
    from pipeline.intake.quarantine import quarantined
    from pipeline.opening import opened

    speaker = Speaker(as_json)
    with opened(site) as place, place.store.read() as session:
        held = quarantined(session)
    speaker.table(
        ("source", "stream", "rule", "rows"),
        [(one.source, one.stream or UNSPLIT, one.rule, one.row_count) for one in held.rows],
    )
    for file in held.files:
        speaker.say(f"  set aside: {file.code} {file.file_count} ({file.source or 'no source'})")
    speaker.say(f"{held.row_count} rows in quarantine, {held.file_count} files set aside")
    speaker.document(held)
