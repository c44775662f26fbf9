"""The build step states every day of everybody enrolled, once, and only what something new can have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from features import build, gather
from features.declaration import Family, Observations
from pipeline.clock import FixedClock
from pipeline.errors import TransientError
from pipeline.intake import dirty
from pipeline.site import Site
from pipeline.store.store import Store
from pipeline.vocabulary.ids import shard_of
from pipeline.warehouse import publish, read
from pipeline.warehouse.handover import folder_of
from pipeline.warehouse.read import Selection
from tests.features.build.making import (
    COUNT,
    EVERYWHERE,
    FAMILIES,
    PEAK,
    SUM,
    at,
    count_texts,
    deliver,
    enrol,
    feature,
    leave,
    long_form,
    quarantine,
    withdraw,
)

MARCH_4 = date(2024, 3, 4)


def night(site: Site, store: Store, clock: FixedClock, run_id: str = "run-1") -> int:
    """Build and publish, a day later than before; returns how many rows were new."""
    clock.advance(timedelta(days=1))
    build.run(site, store, clock, run_id, EVERYWHERE)
    return publish.run(site, store, clock, run_id)


def told(site: Site, feature_id: str, participant_id: str = "a") -> list[float | str | None]:
    """Values of a feature, day by day, or the reason why there is none."""
    rows = read.latest_daily(site, Selection(participants=[participant_id], features=[feature_id]))
    return [row["missing_reason"] or row["value"] for row in rows.iter_rows(named=True)]


def test_there_is_one_row_for_every_participant_day_and_feature(
    site: Site, sqlite_store: Store, clock: FixedClock
) -> None:
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("a", at(2, 13)), ("b", at(4))])
    night(site, sqlite_store, clock)
    assert told(site, "text_count") == ["no_data", 2.0, "no_data", "no_data"]
    assert told(site, "text_count", "b") == ["no_data", "no_data", "no_data", 1.0]
    assert told(site, "never_count", "b") == ["no_data"] * 4
    assert read.latest_daily(site).height == 2 * 4 * 4


def test_a_participant_without_any_observation_has_rows_too(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    enrol(sqlite_store, clock, "a", "silent")
    deliver(site, sqlite_store, clock, [("a", at(3))])
    night(site, sqlite_store, clock)
    assert told(site, "text_count", "silent") == ["no_data"] * 3


def test_families_that_come_after_others_are_handed_what_these_said(
    site: Site, sqlite_store: Store, clock: FixedClock
) -> None:
    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(1)), ("a", at(1, 13)), ("a", at(8))])
    night(site, sqlite_store, clock)
    assert told(site, "text_sum_count") == [2.0, 2.0, 2.0, 2.0, "no_data", "no_data", "no_data", 1.0]
    assert told(site, "text_peak_count") == [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, "no_data", 1.0]


def test_a_second_run_publishes_no_fact(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(4))])
    night(site, sqlite_store, clock)
    night(site, sqlite_store, clock, "run-2")
    assert read.query(site, "SELECT DISTINCT run_id FROM feature.daily_history").rows() == [("run-1",)]
    assert pl.read_parquet(folder_of(site, "run-2") / "shards-00-64.parquet").is_empty()


def test_the_same_run_built_twice_writes_the_same_bytes(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(4))])
    first = build.run(site, sqlite_store, clock, "run-1", EVERYWHERE).read_bytes()
    clock.advance(timedelta(hours=1))
    assert first == build.run(site, sqlite_store, clock, "run-1", EVERYWHERE).read_bytes()


def test_a_late_text_restates_the_days_it_reaches_and_no_other(
    site: Site, sqlite_store: Store, clock: FixedClock
) -> None:
    enrol(sqlite_store, clock, "a", "b")
    first = [("a", at(1)), ("a", at(20)), ("b", at(4))]
    deliver(site, sqlite_store, clock, first)
    night(site, sqlite_store, clock)
    deliver(site, sqlite_store, clock, [("a", at(4))], earlier=first)
    build.run(site, sqlite_store, clock, "run-2", EVERYWHERE)
    built = pl.read_parquet(folder_of(site, "run-2") / "shards-00-64.parquet")
    days = built.group_by("feature_id").agg(pl.col("local_day").dt.day().unique().sort()).sort("feature_id")
    assert dict(days.iter_rows()) == {
        "never_count": [4],
        "text_count": [4],
        "text_peak_count": [4, 5, 6, 7, 8, 9],
        "text_sum_count": [4, 5, 6, 7],
    }
    assert built["participant_id"].unique().to_list() == ["a"]


def test_shards_are_built_apart_and_published_together(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    people = sorted(("a", "b"), key=shard_of)
    enrol(sqlite_store, clock, *people)
    deliver(site, sqlite_store, clock, [(one, at(3)) for one in people])
    cut = shard_of(people[1])
    for shards in ((0, cut), (cut, 64)):
        build.run(site, sqlite_store, clock, "run-1", shards)
    publish.run(site, sqlite_store, clock, "run-1")
    assert [told(site, "text_count", one) for one in people] == [["no_data", "no_data", 1.0]] * 2


def test_on_a_living_site_days_end_with_the_clock(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    living = replace(site, is_retrospective=False)
    clock.instant = at(5, hour=3, minute=59)
    enrol(sqlite_store, clock, "a")
    deliver(living, sqlite_store, clock, [("a", at(2))])
    build.run(living, sqlite_store, clock, "run-1", EVERYWHERE)
    publish.run(living, sqlite_store, clock, "run-1")
    assert read.latest_daily(living)["local_day"].max() == date(2024, 3, 3)
    clock.instant = at(5, hour=4)
    build.run(living, sqlite_store, clock, "run-2", EVERYWHERE)
    publish.run(living, sqlite_store, clock, "run-2")
    assert read.latest_daily(living)["local_day"].max() == MARCH_4


def test_data_from_before_enrolment_count_on_a_retrospective_site_only(
    site: Site, sqlite_store: Store, clock: FixedClock
) -> None:
    enrol(sqlite_store, clock, "a", "silent", at_utc=at(10))
    deliver(site, sqlite_store, clock, [("a", at(3)), ("a", at(12))])
    night(site, sqlite_store, clock)
    assert [len(told(site, "text_count", one)) for one in ("a", "silent")] == [10, 3]


@pytest.mark.parametrize("is_retrospective", [True, False])
def test_an_enrolment_that_is_only_attested_begins_with_the_data(
    site: Site, sqlite_store: Store, clock: FixedClock, *, is_retrospective: bool
) -> None:
    """Of who has no observation the days begin with anybody's."""
    either = replace(site, is_retrospective=is_retrospective)
    enrol(sqlite_store, clock, "a", "b", "silent", at_utc=datetime(2007, 12, 31, tzinfo=UTC))
    deliver(either, sqlite_store, clock, [("a", at(3)), ("b", at(5))])
    night(either, sqlite_store, clock)
    first = read.query(either, "SELECT participant_id, min(local_day) FROM feature.daily GROUP BY ALL ORDER BY ALL")
    assert first.rows() == [("a", date(2024, 3, 3)), ("b", date(2024, 3, 5)), ("silent", date(2024, 3, 3))]


def test_on_a_living_site_days_begin_with_enrolment(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    living = replace(site, is_retrospective=False)
    enrol(sqlite_store, clock, "a", at_utc=at(10))
    deliver(living, sqlite_store, clock, [("a", at(3)), ("a", at(12))])
    night(living, sqlite_store, clock)
    assert read.latest_daily(living)["local_day"].min() == date(2024, 3, 10)


def test_days_after_leaving_are_not_stated(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    enrol(sqlite_store, clock, "a", "b")
    leave(sqlite_store, clock, "a", at(3))
    deliver(site, sqlite_store, clock, [("a", at(2)), ("a", at(5)), ("b", at(5))])
    night(site, sqlite_store, clock)
    assert told(site, "text_count") == ["no_data", 1.0]
    assert len(told(site, "text_count", "b")) == 5


def test_withdrawing_from_analysis_ends_the_rows(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    enrol(sqlite_store, clock, "a", "b")
    withdraw(sqlite_store, clock, "a", "analyse_with_ai", at(3))
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(5))])
    night(site, sqlite_store, clock)
    assert told(site, "text_count") == ["no_data", 1.0]


@pytest.mark.parametrize("purpose", ["collect:text", "collect"])
def test_a_refused_stream_is_the_reason_why_its_features_are_missing(
    site: Site, sqlite_store: Store, clock: FixedClock, purpose: str
) -> None:
    enrol(sqlite_store, clock, "a", "b")
    withdraw(sqlite_store, clock, "a", purpose, at(3))
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(4))])
    night(site, sqlite_store, clock)
    assert told(site, "text_count") == ["no_data", 1.0, "no_data", "consent"]
    assert told(site, "text_count", "b") == ["no_data", "no_data", "no_data", 1.0]


def test_a_new_version_states_the_whole_history_again(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("a", at(4))])
    night(site, sqlite_store, clock)
    newer = replace(COUNT, features=(feature("text_count", version=2), feature("never_count")))
    monkeypatch.setattr(build, "all_families", lambda: (newer, SUM, PEAK))
    night(site, sqlite_store, clock, "run-2")
    versions = read.query(
        site, "SELECT feature_id, feature_version, count(*) FROM feature.daily GROUP BY ALL ORDER BY ALL"
    )
    assert versions.rows()[-1] == ("text_sum_count", 1, 4)
    assert ("text_count", 2, 4) in versions.rows()


def test_a_new_family_states_the_whole_history(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("a", at(4))])
    monkeypatch.setattr(build, "all_families", lambda: (COUNT,))
    night(site, sqlite_store, clock)
    monkeypatch.setattr(build, "all_families", lambda: FAMILIES)
    night(site, sqlite_store, clock, "run-2")
    assert told(site, "text_sum_count") == ["no_data", 1.0, 1.0, 2.0]


def _failing_for(participant_id: str) -> Callable[[Observations], pl.DataFrame]:
    def compute(observations: Observations) -> pl.DataFrame:
        if participant_id in observations.wanted["participant_id"].to_list():
            raise ValueError("secret reading")
        return count_texts(observations)

    return compute


def test_one_person_for_whom_a_family_fails_is_set_aside_and_the_night_goes_on(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(2))])
    broken: Family = replace(COUNT, compute=_failing_for("a"))
    monkeypatch.setattr(build, "all_families", lambda: (broken, SUM, PEAK))
    night(site, sqlite_store, clock)
    assert told(site, "text_count") == []
    assert told(site, "text_count", "b") == ["no_data", 1.0]
    assert told(site, "text_sum_count") == ["no_data", 1.0]
    aside = read.query(site, "SELECT participant_id, family, error_code FROM lineage.set_aside").rows()
    assert aside == [("a", "toy_count", "ValueError")]


def test_who_was_set_aside_is_stated_as_soon_as_the_family_works(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(2))])
    broken: Family = replace(COUNT, compute=_failing_for("a"))
    monkeypatch.setattr(build, "all_families", lambda: (broken, SUM, PEAK))
    night(site, sqlite_store, clock)
    with sqlite_store.read() as session:
        assert dirty.pending(session, EVERYWHERE)["participant_id"].to_list() == ["a"]
    monkeypatch.setattr(build, "all_families", lambda: FAMILIES)
    night(site, sqlite_store, clock, "run-2")
    assert told(site, "text_count") == ["no_data", 1.0]
    with sqlite_store.read() as session:
        assert dirty.pending(session, EVERYWHERE).is_empty()


def test_a_family_that_comes_after_one_that_failed_fails_with_it(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2))])
    monkeypatch.setattr(build, "all_families", lambda: (COUNT, replace(SUM, compute=_failing_for("a")), PEAK))
    night(site, sqlite_store, clock)
    aside = read.query(site, "SELECT family, error_code FROM lineage.set_aside ORDER BY family").rows()
    assert aside == [("toy_peak", "after_toy_sum"), ("toy_sum", "ValueError")]


def test_what_may_work_on_the_next_try_is_not_set_aside(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Observations) -> pl.DataFrame:
        raise TransientError("busy")

    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2))])
    monkeypatch.setattr(build, "all_families", lambda: (replace(COUNT, compute=busy),))
    with pytest.raises(TransientError):
        build.run(site, sqlite_store, clock, "run-1", EVERYWHERE)


def test_the_smallest_pieces_give_the_same_bytes(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little a piece may read, down to one person's single day."""
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(day)) for day in (1, 2, 5, 9)] + [("b", at(4)), ("b", at(5))])
    whole = build.run(site, sqlite_store, clock, "whole", EVERYWHERE)
    monkeypatch.setattr(gather, "PIECE_BYTES", 0)
    pieces = build.run(site, sqlite_store, clock, "pieces", EVERYWHERE)
    assert pl.read_parquet(whole).equals(pl.read_parquet(pieces))


def test_a_family_that_reads_minutes_is_handed_them_from_every_stream(
    site: Site, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it names no stream itself: any row of any stream shows that the app was alive."""

    def alive_minutes(observations: Observations) -> pl.DataFrame:
        assert observations.minutes is not None
        alive = observations.minutes.filter("is_heartbeat").with_columns(
            pl.col("minute_at_utc").dt.date().alias("local_day")
        )
        counted = alive.group_by("participant_id", "local_day").agg(pl.len().cast(pl.Float64).alias("value"))
        return long_form(counted, "text_count")

    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("a", at(2, 12, 30))])
    reader = Family("toy_minutes", "Minutes.", (feature("text_count"),), (), alive_minutes, reads_minutes=True)
    monkeypatch.setattr(build, "all_families", lambda: (reader,))
    night(site, sqlite_store, clock)
    assert told(site, "text_count") == ["no_data", 31.0]


def test_the_catalogue_and_the_lineage_are_published_with_the_facts(
    site: Site, sqlite_store: Store, clock: FixedClock
) -> None:
    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2))])
    night(site, sqlite_store, clock)
    (run,) = read.query(site, "SELECT run_id, task_id, step, row_count, participant_count FROM lineage.run").rows()
    assert run == ("run-1", "shards-00-64", "build", 8, 1)
    assert read.query(site, "SELECT * FROM feature.catalogue").height > 0


def test_a_site_with_nobody_builds_an_empty_part(site: Site, sqlite_store: Store, clock: FixedClock) -> None:
    assert pl.read_parquet(build.run(site, sqlite_store, clock, "run-1", EVERYWHERE)).is_empty()


def test_refused_rows_are_counted_by_rule_and_nothing_else_of_them_is_published(
    site: Site, sqlite_store: Store, clock: FixedClock
) -> None:
    enrol(sqlite_store, clock, "a")
    deliver(site, sqlite_store, clock, [("a", at(2))])
    quarantine(sqlite_store, clock, "a", rules=["latitude_deg|max", "latitude_deg|max", "at_utc|late"])
    night(site, sqlite_store, clock)
    counts = read.query(site, "SELECT source, stream, rule, refused_count FROM quarantine.count ORDER BY rule")
    assert counts.rows() == [("beiwe", "gps", "at_utc|late", 1), ("beiwe", "gps", "latitude_deg|max", 2)]
