"""What must hold of mobility whatever the walk, and what must not change it."""

from __future__ import annotations

import math
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.catalogue.mobility import MOBILITY
from features.catalogue.mobility.day_table import day_table
from features.catalogue.mobility.facts import state_days
from features.catalogue.mobility.stays import find_nodes
from features.catalogue.mobility.timeline import cut_timeline
from features.declaration import VALUES
from tests.features.mobility.making import MONDAY, Fix, fixes_of, watched
from tests.features.mobility.walking import DAY_COUNT, walks

LAST = MONDAY + timedelta(days=DAY_COUNT - 1)
SOME = settings(max_examples=20, deadline=None)


def computed(fixes: pl.DataFrame) -> pl.DataFrame:
    """Mobility of the walk's days."""
    return MOBILITY.compute(watched(fixes, MONDAY, LAST))


@SOME
@given(walk=walks())
def test_the_parts_of_a_day_follow_on_each_other_and_add_up_to_its_length(walk: list[Fix]) -> None:
    table = day_table(fixes_of(walk), watched(fixes_of(walk), MONDAY, LAST).edges)
    segments = cut_timeline(find_nodes(table.points, table.days), table.days)
    for day in range(table.frame.height):
        span = slice(segments.first_of_day[day], segments.first_of_day[day + 1])
        instants = [*segments.from_us[span], segments.to_us[span][-1]]

        assert segments.from_us[span][1:].tolist() == segments.to_us[span][:-1].tolist()
        assert (instants[0], instants[-1]) == (table.days.start_us[day], table.days.end_us[day])


@SOME
@given(walk=walks())
def test_home_away_and_unknown_fit_into_the_day(walk: list[Fix]) -> None:
    facts = state_days(watched(fixes_of(walk), MONDAY, LAST))
    known_h = pl.col("coverage_ratio") * pl.col("length_h")

    assert facts.filter(pl.col("home_time_h") > known_h - pl.col("moving_h") + 1e-9).is_empty()
    assert facts.filter((pl.col("stay_us") + pl.col("moving_us") + pl.col("unknown_us")) != 24 * 3.6e9).is_empty()


@SOME
@given(walk=walks())
def test_every_value_lies_in_its_declared_range_and_inside_its_interval(walk: list[Fix]) -> None:
    values = computed(fixes_of(walk))
    for feature in MOBILITY.features:
        mine = values.filter(pl.col("feature_id") == feature.feature_id)["value"].drop_nulls()
        low, high = feature.minimum or 0.0, feature.maximum or math.inf

        assert mine.filter((mine < low) | (mine > high)).is_empty(), feature.feature_id
    value = pl.col("value")
    assert values.filter((pl.col("value_low") > value) | (pl.col("value_high") < value)).is_empty()


@SOME
@given(walk=walks())
def test_entropy_is_at_most_the_logarithm_of_the_number_of_places(walk: list[Fix]) -> None:
    facts = state_days(watched(fixes_of(walk), MONDAY, LAST)).drop_nulls("place_entropy_nats")
    bound = pl.col("place_count").log()

    assert facts.filter(pl.col("place_entropy_nats") > bound + 1e-9).is_empty()
    assert facts.filter(pl.col("place_entropy_normalised_ratio") > 1.0).is_empty()


@SOME
@given(walk=walks())
def test_a_value_is_null_exactly_where_there_is_a_reason(walk: list[Fix]) -> None:
    values = computed(fixes_of(walk))

    assert values.schema == pl.Schema(VALUES)
    assert values.filter(pl.col("value").is_null() != pl.col("missing_reason").is_not_null()).is_empty()
    assert values.height == 2 * DAY_COUNT * len(MOBILITY.features)


@SOME
@given(walk=walks(), seed=st.integers(0, 99))
def test_row_order_and_duplicates_change_nothing(walk: list[Fix], seed: int) -> None:
    fixes = fixes_of(walk)
    shuffled = pl.concat([fixes, fixes.head(50)]).sample(fraction=1.0, shuffle=True, seed=seed)

    assert computed(shuffled).equals(computed(fixes))


@SOME
@given(walk=walks(), split=st.integers(0, 200))
def test_what_comes_after_a_day_never_changes_it(walk: list[Fix], split: int) -> None:
    fixes = fixes_of(walk)
    before = watched(fixes, MONDAY, LAST).edges.filter(pl.col("local_day") == LAST)["starts_at_utc"][0]
    early = fixes.filter(pl.col("at_utc") < before)
    first_days = pl.col("local_day") < LAST
    rest = fixes.filter(pl.col("at_utc") >= before).head(split)
    given_early, given_late = computed(early).filter(first_days), computed(pl.concat([early, rest])).filter(first_days)

    assert given_late.equals(given_early)


@SOME
@given(walk=walks())
def test_a_day_asked_for_alone_is_the_day_asked_for_with_others(walk: list[Fix]) -> None:
    seen = watched(fixes_of(walk), MONDAY, LAST)
    last = pl.col("local_day") == LAST
    alone = MOBILITY.compute(type(seen)(**{**vars(seen), "wanted": seen.wanted.filter(last)}))

    assert alone.equals(MOBILITY.compute(seen).filter(last))


@SOME
@given(walk=walks())
def test_shifting_a_record_by_a_week_shifts_its_values_by_a_week(walk: list[Fix]) -> None:
    week = timedelta(days=7)
    fixes = fixes_of(walk)
    later = MOBILITY.compute(watched(fixes.with_columns(pl.col("at_utc") + week), MONDAY + week, LAST + week))

    assert later.with_columns(pl.col("local_day") - week).equals(computed(fixes))


@SOME
@given(walk=walks())
def test_shifting_the_zone_moves_the_days(walk: list[Fix]) -> None:
    """Instants three hours earlier in a zone three hours ahead are the same local days."""
    fixes = fixes_of(walk)
    moved = fixes.with_columns(pl.col("at_utc") - timedelta(hours=3))
    there = MOBILITY.compute(watched(moved, MONDAY, LAST, "Asia/Riyadh"))

    assert there.equals(computed(fixes))


@SOME
@given(walk=walks(), other=walks())
def test_participants_are_independent(walk: list[Fix], other: list[Fix]) -> None:
    alone = computed(fixes_of(walk, "q"))
    together = computed(pl.concat([fixes_of(other, "p"), fixes_of(walk, "q")]))
    mine = pl.col("participant_id") == "q"

    assert together.filter(mine).equals(alone.filter(mine))


@pytest.mark.parametrize("reach_days", [feature.reach_days for feature in MOBILITY.features])
def test_every_reach_is_within_the_places_window(reach_days: int) -> None:
    assert 1 <= reach_days <= 56
