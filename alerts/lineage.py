"""Which step of which run did what, when, with which code: noted as each step ends, published with the run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import polars as pl

from features.build import config_digest
from pipeline.opening import Opened
from pipeline.vocabulary.stream import INSTANT
from pipeline.warehouse import publish
from pipeline.warehouse.tables import RUN

NOTES = pl.Schema(
    {
        "task_id": pl.String(),
        "step": pl.String(),
        "started_at_utc": INSTANT,
        "finished_at_utc": INSTANT,
        "code_version": pl.String(),
        "config_digest": pl.String(),
        "row_count": pl.Int64(),
        "participant_count": pl.Int64(),
        "set_aside_count": pl.Int64(),
    }
)
"""Counts are known to the step itself where it has any; a note leaves them null."""


@contextmanager
def noting(place: Opened, step: str, run_id: str, task_id: str) -> Iterator[None]:
    """Note a step when it ended well; a failed one leaves its word to the scheduler."""
    started = place.clock.now_utc()
    yield
    folder = _folder(place, run_id)
    if not folder.parent.exists():
        return
    folder.mkdir(exist_ok=True)
    note = {
        "task_id": f"{step}:{task_id}",
        "step": step,
        "started_at_utc": started.isoformat(),
        "finished_at_utc": place.clock.now_utc().isoformat(),
        "code_version": version("evenkeel"),
        "config_digest": config_digest(place.site),
    }
    (folder / f"{task_id}.json").write_text(json.dumps(note), encoding="utf-8")


def publish_notes(place: Opened, run_id: str) -> None:
    """Publish the notes of a run's steps as `lineage.run`."""
    files = sorted(_folder(place, run_id).glob("*.json"))
    if files:
        rows = pl.DataFrame([_row(file) for file in files], schema=NOTES)
        publish.append(place.site, place.clock, RUN.full_name, rows, run_id)


def _folder(place: Opened, run_id: str) -> Path:
    return place.site.folders.work / run_id / "lineage"


def _row(file: Path) -> dict[str, object]:
    note: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    instants = {name: datetime.fromisoformat(str(note[name])) for name in ("started_at_utc", "finished_at_utc")}
    return dict.fromkeys(NOTES) | note | instants
