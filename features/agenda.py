"""Which days a task states: those that something new touched, as far as each family reaches, and those never stated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

import polars as pl

from features.cohort import Cohort
from features.declaration import Family
from features.grid import DAYS, spread
from pipeline.vocabulary.local_day import DAY_EDGES, day_edges
from pipeline.vocabulary.stream import EARLIEST_AT_UTC

Columns = dict[str, pl.DataType | type[pl.DataType]]
_EDGE_COLUMNS = cast("Columns", DAY_EDGES)
LEDGER: Columns = {
    "participant_id": pl.String,
    "family": pl.String,
    "declared_digest": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
}
"""Columns of `lineage.stated`: from when to when a family's days are published, and by which declarations."""
MINUTES_REACH_DAYS = 2
"""A minute's evidence rests on what streams said up to 48 hours before (`features.minutes.evidence.KNOWN_FOR`)."""
EDGE_MARGIN_DAYS = 2
"""A local day begins and ends at most so far from the UTC date of the same name."""


@dataclass(frozen=True)
class Known:
    """What is known when a task begins: dirty days of its shards, the ledger, and where time or the data end.

    `until_utc` is the instant by which a day must be over. On a retrospective site `data_days` are the first and last
    day of anybody's data bound what exists; None where there are none.
    """

    dirty: pl.DataFrame
    ledger: pl.DataFrame
    until_utc: datetime
    is_retrospective: bool
    data_days: tuple[date, date] | None


@dataclass(frozen=True)
class Agenda:
    """`days` (`DAYS`): all that exist; `edges`: theirs and those that reaches need; `wanted`: by family."""

    days: pl.DataFrame
    edges: pl.DataFrame
    wanted: Mapping[str, pl.DataFrame]

    def of(self, participants: list[str], first: date, last: date) -> Agenda:
        """The part of the agenda that concerns some participants and a span of days."""
        mine = pl.col("participant_id").is_in(participants)
        spanned = mine & pl.col("local_day").is_between(first, last)
        wanted = {name: frame.filter(spanned) for name, frame in self.wanted.items()}
        return Agenda(self.days.filter(mine), self.edges.filter(mine), wanted)

    @property
    def all_wanted(self) -> pl.DataFrame:
        """Every day (`DAYS`) that some family states, sorted."""
        return pl.concat([pl.DataFrame(schema=DAYS), *self.wanted.values()]).unique().sort(list(DAYS))


def agenda(families: tuple[Family, ...], cohort: Cohort, known: Known, day_starts_h: int) -> Agenda:
    """Decide which days exist for each participant and which of them each family states now."""
    edges = _edges(families, cohort, known, day_starts_h)
    days = _existing(edges, cohort, known)
    wanted = {family.name: _wanted(family, families, days, known) for family in families}
    return Agenda(days, edges, wanted)


def reach_days(family: Family) -> int:
    """How many days before a day its facts may depend on, with what the evidence per minute itself looks back."""
    return family.reach_days + (MINUTES_REACH_DAYS if family.reads_minutes else 0)


def total_reach_days(family: Family, families: tuple[Family, ...]) -> int:
    """How far something new on a day reaches into a family's later days, through the families that it comes after."""
    before = [total_reach_days(other, families) for other in families if other.name in family.after]
    return reach_days(family) + max(before, default=0)


def declared_digest(family: Family) -> str:
    """A digest of what a family declares that changes its facts: another one means that its history is stated anew."""
    said = sorted((feature.feature_id, feature.version) for feature in family.features)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def ledger_after(families: tuple[Family, ...], days: pl.DataFrame) -> pl.DataFrame:
    """The ledger (`LEDGER`) when every existing day of every family has been stated."""
    spans = days.group_by("participant_id").agg(
        pl.col("local_day").min().alias("first_day"), pl.col("local_day").max().alias("last_day")
    )
    declared = pl.DataFrame(
        [(family.name, declared_digest(family)) for family in families],
        schema={"family": pl.String, "declared_digest": pl.String},
        orient="row",
    )
    return spans.join(declared, how="cross").select(list(LEDGER)).sort("participant_id", "family")


def first_data_days(known: Known) -> pl.DataFrame:
    """The first day on which anything of each participant is known, from dirty days and the ledger."""
    ledger = known.ledger.select("participant_id", pl.col("first_day").alias("local_day"))
    both = pl.concat([known.dirty.select(list(DAYS)), ledger])
    return both.group_by("participant_id").agg(pl.col("local_day").min().alias("first_data_day")).sort("participant_id")


def _edges(families: tuple[Family, ...], cohort: Cohort, known: Known, day_starts_h: int) -> pl.DataFrame:
    """Edges from the longest reach before the first day that could exist to the last."""
    bounds = _bounds(cohort, known)
    if bounds is None or cohort.zones.is_empty():
        return pl.DataFrame(schema=_EDGE_COLUMNS)
    reach = max((total_reach_days(family, families) for family in families), default=0)
    return day_edges(cohort.zones, bounds[0] - timedelta(days=reach + EDGE_MARGIN_DAYS), bounds[1], day_starts_h)


def _bounds(cohort: Cohort, known: Known) -> tuple[date, date] | None:
    """The first and last day that could exist for anybody; None when there is none."""
    enrolled = cohort.enrolled.filter(_is_dated())["from_at_utc"].dt.date().min()
    starts = [enrolled] if isinstance(enrolled, date) else []
    starts += [known.data_days[0]] if known.data_days else []
    last = (known.until_utc + timedelta(days=EDGE_MARGIN_DAYS)).date()
    if known.is_retrospective:
        return (min(starts), known.data_days[1]) if known.data_days else None
    return (min(starts), last) if starts else None


def _is_dated() -> pl.Expr:
    """Whether an enrolment says when it began: one from before any smartphone only attests that data may be used."""
    return pl.col("from_at_utc") > EARLIEST_AT_UTC + timedelta(days=EDGE_MARGIN_DAYS)


def _existing(edges: pl.DataFrame, cohort: Cohort, known: Known) -> pl.DataFrame:
    """Days that are over and in whose middle the participant was enrolled."""
    middle = pl.col("starts_at_utc") + (pl.col("ends_at_utc") - pl.col("starts_at_utc")) / 2
    over = edges.filter(pl.col("ends_at_utc") <= known.until_utc).with_columns(middle.alias("middle_at_utc"))
    spans = over.join(cohort.enrolled, on="participant_id")
    since, until = pl.col("from_at_utc"), pl.col("to_at_utc")
    is_inside = (since <= pl.col("middle_at_utc")) & (until.is_null() | (pl.col("middle_at_utc") < until))
    enrolled = _from_the_data_on(spans.filter(is_inside), known)
    before = spans.filter(pl.col("middle_at_utc") < since.min().over("participant_id"))
    days = [enrolled, _with_own_data(before, known)] if known.is_retrospective else [enrolled]
    return pl.concat(days).unique().sort(list(DAYS))


def _from_the_data_on(days: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Of days of an enrolment that is only attested those from the participant's first observation on.

    For who has no observation they begin with anybody's.
    """
    first_of_all = pl.lit(known.data_days[0] if known.data_days else None, pl.Date)
    since_data = pl.col("local_day") >= pl.coalesce("first_data_day", first_of_all)
    placed = days.join(first_data_days(known), on="participant_id", how="left")
    return placed.filter(_is_dated() | since_data).select(list(DAYS))


def _with_own_data(before: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Of days before enrolment those from the participant's first observation on: the data came before the site."""
    placed = before.join(first_data_days(known), on="participant_id")
    return placed.filter(pl.col("local_day") >= pl.col("first_data_day")).select(list(DAYS))


def _wanted(family: Family, families: tuple[Family, ...], days: pl.DataFrame, known: Known) -> pl.DataFrame:
    touched = spread(known.dirty, total_reach_days(family, families)).join(days, on=list(DAYS), how="semi")
    ledger = known.ledger.filter(
        (pl.col("family") == family.name) & (pl.col("declared_digest") == declared_digest(family))
    ).select("participant_id", "first_day", "last_day")
    beside = days.join(ledger, on="participant_id", how="left").filter(
        pl.col("first_day").is_null() | ~pl.col("local_day").is_between("first_day", "last_day")
    )
    return pl.concat([touched, beside.select(list(DAYS))]).unique().sort(list(DAYS))
