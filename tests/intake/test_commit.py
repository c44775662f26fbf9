from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.intake import commit, dirty, discover, read
from pipeline.intake.summary import summary
from pipeline.intake.tables import ExportFile
from pipeline.lake.layout import Partition
from pipeline.store.store import Store
from pipeline.vocabulary.ids import shard_of, shard_ranges
from tests.plugins.exports import ALL_SHARDS, OPERATOR, Bench, bench, deliver, gps_hour, register, screen_hour

HOUR = datetime(2024, 3, 10, 8, tzinfo=UTC)
ROW = "52.5,13.4,30,10"


@pytest.fixture
def made(tmp_path: Path) -> Bench:
    """A site with two participants."""
    return bench(tmp_path / "site", {"anna": "aaaa1111", "ben": "bbbb2222"})


def pending(made: Bench) -> list[tuple[object, ...]]:
    """Every dirty participant-day."""
    with made.store.read() as session:
        return dirty.pending(session, ALL_SHARDS).rows()


def forget_dirt(made: Bench) -> None:
    """As if every dirty day had been stated."""
    with made.store.read() as session:
        generation, built = dirty.generation(session), dirty.pending(session, ALL_SHARDS)
    with made.store.write(OPERATOR, made.clock) as unit:
        dirty.clear(unit, built, generation)


def test_rows_lie_by_stream_date_and_shard_sorted_by_participant_and_instant(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW, ROW]) | screen_hour("bbbb2222", HOUR, ["Screen turned on"]))
    made.take_in("run-1")
    expected = {
        Partition("gps", HOUR.date(), shard_of("anna")).path(Path()).as_posix(),
        Partition("screen", HOUR.date(), shard_of("ben")).path(Path()).as_posix(),
    }
    assert expected == set(made.lake_bytes())


def test_the_days_of_new_rows_are_dirty_in_the_participants_own_zone(made: Bench) -> None:
    # One in the morning in Berlin belongs to the day before, which began at four.
    deliver(made.exports, gps_hour("aaaa1111", datetime(2024, 3, 10, 0, tzinfo=UTC), [ROW]))
    made.take_in("run-1")
    assert [("anna", date(2024, 3, 9))] == pending(made)


def test_a_grown_file_makes_only_the_days_of_its_new_rows_dirty(made: Bench) -> None:
    old, new = gps_hour("aaaa1111", HOUR, [ROW]), gps_hour("aaaa1111", HOUR + timedelta(days=1), [ROW])
    [(name, content)], [added] = old.items(), new.values()
    deliver(made.exports, old)
    made.take_in("run-1")
    forget_dirt(made)
    deliver(made.exports, {name: content + added.split(b"\n", 1)[1]})
    made.take_in("run-2")
    assert [("anna", date(2024, 3, 11))] == pending(made)


def test_a_delivery_without_news_touches_no_partition_and_no_day(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW, ROW]))
    made.take_in("run-1")
    forget_dirt(made)
    [path] = made.site.folders.lake.rglob("*.parquet")
    before = path.stat().st_ino
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    made.take_in("run-2")
    assert (before, []) == (path.stat().st_ino, pending(made))


def test_shards_may_be_committed_in_any_ranges_with_the_same_outcome(made: Bench, tmp_path: Path) -> None:
    other = bench(tmp_path / "other", {"anna": "aaaa1111", "ben": "bbbb2222"})
    files = gps_hour("aaaa1111", HOUR, [ROW]) | gps_hour("bbbb2222", HOUR, [ROW, "95,1,1,1"])
    deliver(made.exports, files)
    deliver(other.exports, files)
    assert made.take_in("run-1") == other.take_in("run-1", reversed(shard_ranges(7)))
    assert made.lake_bytes() == other.lake_bytes()


def test_many_rows_are_joined_a_few_dates_at_a_time_with_the_same_outcome(
    made: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bench(tmp_path / "other", {"anna": "aaaa1111", "ben": "bbbb2222"})
    for nth in range(5):
        deliver(made.exports, gps_hour("aaaa1111", HOUR + timedelta(days=nth), [ROW] * 3))
        deliver(other.exports, gps_hour("aaaa1111", HOUR + timedelta(days=nth), [ROW] * 3))
    whole = made.take_in("run-1")
    monkeypatch.setattr("pipeline.intake.staging.MAX_MERGED_ROWS", 7)
    assert whole == other.take_in("run-1")
    assert made.lake_bytes() == other.lake_bytes()


def test_committing_twice_counts_once(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    once = made.take_in("run-1")
    forget_dirt(made)
    assert once == made.take_in("run-1")
    assert [] == pending(made)


def test_files_of_a_chunk_that_was_not_read_wait_and_are_added_to_the_counts(
    made: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.intake.plan.MAX_CHUNK_FILES", 1)
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]) | gps_hour("aaaa1111", HOUR + timedelta(hours=1), [ROW]))
    first, second = discover.run(made.site, made.store, made.clock, "run-1").chunk_ids
    for chunk_id in (first, second):
        read.run(made.site, made.store, "run-1", chunk_id)
        commit.run(made.site, made.store, made.clock, "run-1", ALL_SHARDS)
    with made.store.read() as session:
        outcome = summary(session, "run-1")
    assert (2, 2) == (outcome.files_read, outcome.streams["gps"].accepted)


def test_what_a_killed_run_left_beside_a_partition_is_swept(made: Bench) -> None:
    stray = Partition("gps", HOUR.date(), shard_of("anna")).temporary(made.site.folders.lake, "killed")
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half a file")
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    made.take_in("run-1")
    assert not stray.exists()


def test_the_manifest_says_what_became_of_each_file(made: Bench) -> None:
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW, "95,1,1,1"]))
    made.take_in("run-1")
    with made.store.read() as session:
        [file] = session.query(ExportFile)
        told = (file.participant_id, file.source, file.kind, file.export_id, file.status.value, file.change.value)
        counts = (file.rows_accepted_count, file.rows_refused_count, file.rows_duplicate_count)
    assert ("anna", "beiwe", "gps", "aaaa1111", "accepted", "new") == told
    assert (1, 1, 0) == counts


def test_intake_runs_on_both_databases(store: Store, tmp_path: Path) -> None:
    elsewhere = bench(tmp_path / "elsewhere", {})
    other = Bench(elsewhere.site, store)
    register(other, {"anna": "aaaa1111"})
    deliver(other.exports, gps_hour("aaaa1111", HOUR, [ROW, "95,1,1,1"]))
    first, again = other.take_in("run-1"), other.take_in("run-2")
    assert (1, {"latitude_deg|max": 1}) == (first.streams["gps"].accepted, dict(first.streams["gps"].quarantined))
    assert (0, 1) == (again.files_read, again.files_known)
    deliver(other.exports, gps_hour("aaaa1111", HOUR, [ROW, ROW, ROW]))
    assert other.take_in("run-3").streams["gps"].accepted == 2


def test_the_lake_is_sorted(made: Bench) -> None:
    deliver(
        made.exports,
        gps_hour("aaaa1111", HOUR, [ROW, "1,1,1,1"]) | gps_hour("aaaa1111", HOUR - timedelta(hours=2), [ROW]),
    )
    made.take_in("run-1")
    [path] = made.site.folders.lake.rglob("*.parquet")
    rows = pl.read_parquet(path)
    assert rows.equals(rows.sort("participant_id", "at_utc", maintain_order=True))
