"""What judging hands to publishing: judgements and baselines as Parquet in the run's work folder."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from alerts.deviations.walk import Walk
from pipeline.site import Site
from pipeline.warehouse.handover import write_parquet


def folder_of(site: Site, run_id: str) -> Path:
    """Where a run's judgements lie."""
    return site.folders.work / run_id / "judgements"


def keep(site: Site, run_id: str, walk: Walk, judgements: pl.DataFrame, baselines: pl.DataFrame) -> None:
    """Write what one walk found, before its states are stored: a killed run walks on from where it stored."""
    name = f"{walk.judgements[0].day}-{walk.state.as_of_day}-{walk.state.participants[0]}"
    for kind, frame in (("judgements", judgements), ("baselines", baselines)):
        target = folder_of(site, run_id) / f"{kind}-{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(frame, target)


def kept(site: Site, run_id: str, kind: str) -> pl.DataFrame | None:
    """Everything of one kind that a run kept, the newest word on a night last; None where it kept nothing."""
    files = sorted(folder_of(site, run_id).glob(f"{kind}-*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files]) if files else None
