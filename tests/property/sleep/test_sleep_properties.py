"""What must never change a night: row order, duplicates, other people, later days, the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.catalogue.sleep import SLEEP
from features.declaration import Observations
from pipeline.vocabulary.local_day import day_edges
from pipeline.vocabulary.stream import INSTANT, Stream
from tests.plugins.phones import Row, Span, life_of_sleeps, observations, stated

FIRST = datetime(2024, 3, 3, tzinfo=UTC)
NIGHT_COUNT = 5
Week = Sequence[tuple[float, float]]
Hole = tuple[float, float]
NO_HOLE = (0.0, 0.0)
FIRST_DAY = date(2024, 3, 3)
FEW = settings(max_examples=8, deadline=None)

night_hours = st.tuples(st.floats(-4.0, 8.0), st.floats(0.5, 9.0))
weeks = st.lists(night_hours, min_size=NIGHT_COUNT, max_size=NIGHT_COUNT)
holes = st.tuples(st.floats(0.0, 24.0 * NIGHT_COUNT), st.floats(0.0, 12.0))


def sleeps_of(week: Week, since: datetime = FIRST) -> list[Span]:
    """One sleep a day at any hour: hours after its midnight and length; never two at once."""
    spans: list[Span] = []
    for day, (begins_h, length_h) in enumerate(week, start=1):
        begins = since + timedelta(days=day, hours=begins_h)
        earliest = spans[-1][1] + timedelta(hours=2) if spans else since + timedelta(hours=2)
        begins = max(begins, earliest)
        spans.append((begins, begins + timedelta(hours=length_h)))
    return spans


def of_one(week: Week, hole: Hole = NO_HOLE, since: datetime = FIRST, who: str = "p1") -> dict[Stream, list[Row]]:
    """Streams of one person whose phone was off for a while."""
    spans = sleeps_of(week, since)
    last = max(since + timedelta(days=NIGHT_COUNT + 2), spans[-1][1] + timedelta(hours=6))
    streams = life_of_sleeps(spans, since, last, who=who)
    off = since + timedelta(hours=hole[0]), since + timedelta(hours=hole[0] + hole[1])
    return {stream: [row for row in rows if not _is_between(row, off)] for stream, rows in streams.items()}


def _is_between(row: Row, span: Span) -> bool:
    when = row["at_utc"]
    assert isinstance(when, datetime)
    return span[0] <= when < span[1]


def seen(streams: dict[Stream, list[Row]], people: Sequence[str] = ("p1",), since: date = FIRST_DAY) -> Observations:
    return observations(streams, since, since + timedelta(days=NIGHT_COUNT + 1), people=people)


@FEW
@given(weeks, holes, st.integers(0, 2**32 - 1))
def test_row_order_and_duplicates_change_nothing(week: Week, hole: Hole, seed: int) -> None:
    tidy = seen(of_one(week, hole))
    untidy = {
        name: pl.concat([frame, frame.head(40)]).sample(fraction=1.0, shuffle=True, seed=seed)
        for name, frame in tidy.streams.items()
    }

    assert_frame_equal(stated(SLEEP, tidy), stated(SLEEP, replace(tidy, streams=untidy)), check_exact=True)


@FEW
@given(weeks, weeks, holes)
def test_another_participant_changes_nothing(week: Week, other: Week, hole: Hole) -> None:
    alone, beside = of_one(week, hole), of_one(other, who="p2")
    both = {stream: rows + beside[stream] for stream, rows in alone.items()}

    together = stated(SLEEP, seen(both, ("p1", "p2"))).filter(participant_id="p1")

    assert_frame_equal(stated(SLEEP, seen(alone)), together, check_exact=True)


@FEW
@given(weeks, holes, st.integers(2, NIGHT_COUNT))
def test_what_comes_after_a_local_day_changes_nothing_in_it(week: Week, hole: Hole, kept_days: int) -> None:
    """Stated on its own night, from rows up to the end of its local day, a day reads as in a later rebuild."""
    whole = seen(of_one(week, hole))
    cut = cut_after(whole, FIRST_DAY + timedelta(days=kept_days))
    last = pl.col("local_day") == FIRST_DAY + timedelta(days=kept_days)

    columns = ["participant_id", "local_day", "feature_id", "value", "value_low", "value_high", "coverage_ratio"]
    assert_frame_equal(
        stated(SLEEP, whole).filter(last).select(columns),
        stated(SLEEP, cut).filter(last).select(columns),
        check_exact=True,
    )


@FEW
@given(weeks, holes)
def test_a_record_moved_by_seven_days_says_the_same(week: Week, hole: Hole) -> None:
    later = FIRST + timedelta(days=7)

    here = stated(SLEEP, seen(of_one(week, hole)))
    moved = stated(SLEEP, seen(of_one(week, hole, since=later), since=later.date()))

    elapsed = ~pl.col("feature_id").str.ends_with("_at_utc_s")
    back = moved.with_columns(pl.col("local_day").dt.offset_by("-7d"))
    assert_frame_equal(here.filter(elapsed), back.filter(elapsed), check_exact=True)


@FEW
@given(weeks, st.sampled_from(["Asia/Tokyo", "America/Lima", "Asia/Kolkata"]))
def test_a_record_moved_with_its_zone_says_the_same(week: Week, zone: str) -> None:
    """The same wall-clock life in a zone without clock changes has the same sleep by the same clock."""
    here = seen(of_one(week))
    offset = {"Asia/Tokyo": 9.0, "America/Lima": -5.0, "Asia/Kolkata": 5.5}[zone]
    there = shifted(here, timedelta(hours=-offset), zone)

    elapsed = ~pl.col("feature_id").str.ends_with("_at_utc_s")
    assert_frame_equal(stated(SLEEP, here).filter(elapsed), stated(SLEEP, there).filter(elapsed), check_exact=True)


@FEW
@given(weeks, holes)
def test_values_keep_their_bounds(week: Week, hole: Hole) -> None:
    """Ranges as declared; asleep and awake make up the sleep; a missing value has a reason and no other."""
    values = stated(SLEEP, seen(of_one(week, hole)))

    for feature in SLEEP.features:
        known = values.filter(feature_id=feature.feature_id)["value"].drop_nulls()
        assert known.filter(known < (feature.minimum or 0.0)).is_empty()
        assert feature.maximum is None or known.filter(known > feature.maximum).is_empty()
    assert values.filter(pl.col("value").is_null() != pl.col("missing_reason").is_not_null()).is_empty()
    wide = values.pivot("feature_id", index=["participant_id", "local_day"], values="value").drop_nulls("sleep_onset_h")
    parts = wide["sleep_duration_h"] + wide["awake_after_onset_min"] / 60
    assert ((wide["sleep_offset_h"] - wide["sleep_onset_h"] - parts).abs() < 1e-9).all()


def cut_after(whole: Observations, last: date) -> Observations:
    """The same record as it stood when a local day ended."""
    edges = whole.edges.filter(pl.col("local_day") <= last)
    ends_at = edges["ends_at_utc"].max()
    streams = {name: frame.filter(pl.col("at_utc") < ends_at) for name, frame in whole.streams.items()}
    return replace(whole, streams=streams, edges=edges, wanted=edges.select("participant_id", "local_day"))


def shifted(given_: Observations, by: timedelta, zone: str) -> Observations:
    """The same life lived in another zone."""
    zones = given_.zones.with_columns(pl.lit(zone).alias("zone"))
    first, last = given_.edges["local_day"].min(), given_.edges["local_day"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    edges = day_edges(zones, first, last)
    moved = (pl.col("at_utc") + by).cast(INSTANT)
    streams = {name: frame.with_columns(moved) for name, frame in given_.streams.items()}
    return replace(given_, streams=streams, zones=zones, edges=edges)
