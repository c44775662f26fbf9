"""Publishing judgements: baselines, and a snapshot of the flags without their evidence, for research."""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from alerts.flags.tables import FlagRow
from alerts.flags.work import kept
from pipeline.clock import Clock
from pipeline.site import Site
from pipeline.store.store import Store
from pipeline.warehouse import publish
from pipeline.warehouse.tables import BASELINE, FLAG

PUBLISHED_FLAG = {
    "flag_id": pl.String,
    "participant_id": pl.String,
    "local_day": pl.Date,
    "direction": pl.String,
    "is_mixed": pl.Boolean,
    "tier": pl.String,
    "suppression": pl.String,
    "grade": pl.String,
    "is_provisional": pl.Boolean,
    "is_retrospective": pl.Boolean,
    "score": pl.Float64,
    "threshold": pl.Float64,
    "evidence_digest": pl.String,
    "rule_version": pl.String,
    "config_digest": pl.String,
}


def run(site: Site, store: Store, clock: Clock, run_id: str) -> int:
    """Publish what this run judged, and every flag as it now stands; gives how many rows are new."""
    count = 0
    baselines = kept(site, run_id, "baselines")
    if baselines is not None and baselines.height:
        latest = baselines.unique(["participant_id", "local_day", "feature_id"], keep="last", maintain_order=True)
        count += publish.append(site, clock, BASELINE.full_name, latest, run_id)
    flags = _flags(store)
    if flags.height:
        count += publish.append(site, clock, FLAG.full_name, flags, run_id)
    return count


def _flags(store: Store) -> pl.DataFrame:
    columns = [
        FlagRow.flag_id,
        FlagRow.participant_id,
        FlagRow.night,
        FlagRow.direction,
        FlagRow.is_mixed,
        FlagRow.tier,
        FlagRow.suppression,
        FlagRow.grade,
        FlagRow.is_provisional,
        FlagRow.is_retrospective,
        FlagRow.score,
        FlagRow.threshold,
        FlagRow.evidence_digest,
        FlagRow.rule_version,
        FlagRow.config_digest,
    ]
    with store.read() as session:
        rows = [tuple(row) for row in session.execute(select(*columns).order_by(FlagRow.flag_id))]
    return pl.DataFrame(rows, schema=PUBLISHED_FLAG, orient="row")
