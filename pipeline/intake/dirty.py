"""Dirty days: marked before anything in the lake changes, cleared only by who stated them after the last mark."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.intake.tables import DirtyDay, DirtyGeneration
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import shard_of
from pipeline.vocabulary.local_day import day_edges, with_local_day

EDGE_MARGIN = timedelta(days=2)
"""A local day begins and ends at most so far from the UTC date of the same name."""
DAYS = {"participant_id": pl.String, "local_day": pl.Date}


def pending(session: Session, shards: tuple[int, int]) -> pl.DataFrame:
    """The dirty days of a half-open range of shards, sorted, as `DAYS`."""
    table = DirtyDay
    asked = select(table.participant_id, table.local_day).where(table.shard >= shards[0], table.shard < shards[1])
    rows = session.execute(asked.order_by(table.participant_id, table.local_day)).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=DAYS, orient="row")


def generation(session: Session) -> int:
    """The number of the last marking. Ask for it before `pending`: what is marked later is then not cleared."""
    return session.scalar(select(DirtyGeneration.generation)) or 0


def mark(unit: UnitOfWork, days: pl.DataFrame, run_id: str) -> None:
    """Mark local days (`DAYS`) dirty, or mark them again."""
    number = _next_generation(unit.session)
    at_utc = unit.clock.now_utc()
    rows = [
        {
            "participant_id": participant_id,
            "local_day": local_day,
            "shard": shard_of(participant_id),
            "generation": number,
            "marked_at_utc": at_utc,
            "run_id": run_id,
        }
        for participant_id, local_day in days.select(list(DAYS)).unique().sort(list(DAYS)).iter_rows()
    ]
    if rows:
        _remove(unit.session, days, number)
        unit.session.execute(insert(DirtyDay), rows)
    unit.record("intake.days_marked", "run", run_id)


def clear(unit: UnitOfWork, built: pl.DataFrame, up_to_generation: int) -> None:
    """Forget dirty days (`DAYS`) that were stated anew, unless they were marked again after `up_to_generation`."""
    _remove(unit.session, built, up_to_generation)
    unit.record("intake.days_cleared", "dirty_generation", str(up_to_generation))


def touched_days(touched: pl.DataFrame, zones: pl.DataFrame, day_starts_h: int) -> pl.DataFrame:
    """The local days (`DAYS`) that spans of time fall on or reach across, in each participant's own zones."""
    if touched.is_empty():
        return pl.DataFrame(schema=DAYS)
    people = zones.join(touched.select("participant_id").unique(), on="participant_id", how="semi")
    first, last = touched.select(
        pl.col("from_at_utc").min().dt.date().alias("first"), pl.col("to_at_utc").max().dt.date().alias("last")
    ).row(0)
    edges = day_edges(people, first - EDGE_MARGIN, last + EDGE_MARGIN, day_starts_h)
    started = with_local_day(touched, edges, "from_at_utc").rename({"local_day": "first_day"})
    spanned = with_local_day(started, edges, "to_at_utc").rename({"local_day": "last_day"})
    days = spanned.select("participant_id", pl.date_ranges("first_day", "last_day").alias("local_day"))
    return days.unique().explode("local_day").unique().sort(list(DAYS))


def _next_generation(session: Session) -> int:
    """Counts on, and holds the count until the unit commits: a reader never sees a later mark before an earlier one."""
    session.execute(update(DirtyGeneration).values(generation=DirtyGeneration.generation + 1))
    return generation(session)


def _remove(session: Session, days: pl.DataFrame, up_to_generation: int) -> None:
    keys = [{"whose": participant_id, "day": local_day} for participant_id, local_day in days.select(list(DAYS)).rows()]
    if not keys:
        return
    table = DirtyDay.__table__.c
    doomed = delete(DirtyDay).where(
        table.participant_id == bindparam("whose"),
        table.local_day == bindparam("day"),
        table.generation <= up_to_generation,
    )
    session.connection().execute(doomed, keys)
