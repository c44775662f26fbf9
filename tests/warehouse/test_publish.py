"""Publishing adds what is new, keeps what was, and shows a state whole."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from pipeline.clock import FixedClock
from pipeline.errors import InvariantError, TransientError
from pipeline.site import Site
from pipeline.warehouse import publish, read
from pipeline.warehouse.manifest import current, publishing
from tests.warehouse.making import DAY, NIGHT, catalogue, facts, values_of

NEXT = DAY + timedelta(days=1)


def test_the_latest_row_of_each_key_is_shown(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0), ("b", DAY, "x", 5.0)), "run-1")
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 2.0)), "run-2")
    assert [("a", DAY, "x", 2.0), ("b", DAY, "x", 5.0)] == values_of(read.latest_daily(site))


def test_two_publishes_at_one_instant_of_the_clock_still_have_an_order(site: Site, clock: FixedClock) -> None:
    for value in (1.0, 2.0, 3.0):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", value)), "run")
    history = read.query(site, "SELECT computed_at_utc, value FROM feature.daily_history ORDER BY computed_at_utc")
    assert [1.0, 2.0, 3.0] == history["value"].to_list()
    assert history["computed_at_utc"].n_unique() == 3


def test_what_is_already_known_is_not_published_again(site: Site, clock: FixedClock) -> None:
    rows = facts(("a", DAY, "x", 1.0), ("a", DAY, "y", None))
    publish.append(site, clock, "feature.daily", rows, "run-1")
    before = current(site.folders.facts)
    assert publish.append(site, clock, "feature.daily", rows, "run-2") == 0
    assert before == current(site.folders.facts)


def test_a_value_that_comes_back_is_new_again(site: Site, clock: FixedClock) -> None:
    for value in (1.0, None, 1.0):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", value)), "run")
    assert [("a", DAY, "x", 1.0)] == values_of(read.latest_daily(site))


def test_a_new_version_of_a_feature_is_new_though_its_value_is_equal(site: Site, clock: FixedClock) -> None:
    rows = facts(("a", DAY, "x", 1.0))
    publish.append(site, clock, "feature.daily", rows, "run-1")
    newer = rows.with_columns(pl.lit(2, pl.Int32).alias("feature_version"))
    assert publish.append(site, clock, "feature.daily", newer, "run-2") == 1
    assert read.latest_daily(site)["feature_version"].to_list() == [2]


def test_as_of_answers_what_was_known_then(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0)), "run-1")
    clock.advance(timedelta(days=1))
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 2.0), ("a", NEXT, "x", 3.0)), "run-2")
    assert [] == values_of(read.as_of(site, NIGHT - timedelta(seconds=1)))
    assert [("a", DAY, "x", 1.0)] == values_of(read.as_of(site, NIGHT))
    assert [("a", DAY, "x", 2.0), ("a", NEXT, "x", 3.0)] == values_of(read.as_of(site, clock.now_utc()))


def test_as_of_can_be_asked_in_sql(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0)), "run-1")
    clock.advance(timedelta(days=1))
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 2.0)), "run-2")
    answer = read.query(site, "SELECT value FROM feature.as_of('2024-03-02 12:00:00')")
    assert [1.0] == answer["value"].to_list()


def test_merging_parts_keeps_every_version(site: Site, clock: FixedClock) -> None:
    for number in range(20):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", float(number))), f"run-{number:02d}")
        clock.advance(timedelta(days=1))
    assert len(current(site.folders.facts).parts) < 8
    history = read.query(site, "SELECT value, run_id FROM feature.daily_history ORDER BY computed_at_utc")
    assert [(float(number), f"run-{number:02d}") for number in range(20)] == history.rows()
    assert [("a", DAY, "x", 6.0)] == values_of(read.as_of(site, NIGHT + timedelta(days=6)))


def test_merged_parts_leave_no_file_behind(site: Site, clock: FixedClock) -> None:
    for number in range(30):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", float(number))), "run")
    state = current(site.folders.facts)
    on_disk = {path.name for path in (site.folders.facts / "parts").iterdir()}
    assert on_disk == {part.name for part in state.parts} | set(state.retired)


def test_the_same_key_offered_twice_is_a_bug_that_is_named(site: Site, clock: FixedClock) -> None:
    with pytest.raises(InvariantError, match=r"1 keys of feature\.daily .* more than once"):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0), ("a", DAY, "x", 2.0)), "run")


def test_rows_that_lack_a_column_are_refused(site: Site, clock: FixedClock) -> None:
    with pytest.raises(InvariantError, match="lack the columns"):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0)).drop("missing_reason"), "run")


def test_a_closed_table_takes_no_further_column(site: Site, clock: FixedClock) -> None:
    more = facts(("a", DAY, "x", 1.0)).with_columns(pl.lit(1).alias("more"))
    with pytest.raises(InvariantError, match="more"):
        publish.append(site, clock, "feature.daily", more, "run")


def test_an_open_table_may_gain_columns(site: Site, clock: FixedClock) -> None:
    flag = pl.DataFrame({"flag_id": ["f"], "participant_id": ["a"], "local_day": [DAY], "pattern": ["activation"]})
    publish.append(site, clock, "alerts.flag", flag, "run-1")
    publish.append(site, clock, "alerts.flag", flag.with_columns(pl.lit(1.5).alias("score")), "run-2")
    assert [("f", "activation", 1.5)] == read.query(site, "SELECT flag_id, pattern, score FROM alerts.flag").rows()


def test_a_second_publisher_is_told_to_come_again(site: Site, clock: FixedClock) -> None:
    with publishing(site.folders.facts), pytest.raises(TransientError, match="another process publishes"):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0)), "run")


def test_a_participant_is_removed_from_the_past_too(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0), ("b", DAY, "x", 9.25)), "run-1")
    publish.append(site, clock, "feature.daily", facts(("b", DAY, "x", 9.5)), "run-2")
    publish.without_participants(site, ["b"])
    assert [("a", DAY, "x", 1.0)] == values_of(read.query(site, "SELECT * FROM feature.daily_history"))
    assert len(list((site.folders.facts / "parts").iterdir())) == 1


def test_wide_views_and_families_follow_the_published_catalogue(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.catalogue", catalogue(("mobility", "x"), ("coverage", "y")), "run")
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0), ("a", DAY, "y", 0.5)), "run")
    assert [("a", DAY, 1.0)] == read.query(
        site, "SELECT participant_id, local_day, x FROM feature.wide_mobility"
    ).rows()
    assert [("y", 0.5)] == read.query(site, "SELECT feature_id, value FROM feature.coverage").rows()
