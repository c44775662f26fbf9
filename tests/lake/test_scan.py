from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from pipeline.lake.layout import Partition, dates_present, streams_present
from pipeline.lake.partitions import replace_all, stage
from pipeline.lake.scan import partition_files, read_stream
from pipeline.vocabulary.ids import shard_of
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL, SCREEN

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)


def screen_rows(participant: str, *instants: datetime) -> pl.DataFrame:
    rows = [(participant, None, "beiwe", at, "on", "android") for at in instants]
    return pl.DataFrame(rows, schema=SCREEN.empty().schema, orient="row")


def lock_rows(participant: str, *spans: tuple[datetime, datetime]) -> pl.DataFrame:
    rows = [(participant, None, "studentlife", start, end) for start, end in spans]
    return pl.DataFrame(rows, schema=LOCK_INTERVAL.empty().schema, orient="row")


def fill(lake: Path, stream: Stream, rows: pl.DataFrame) -> None:
    """Put rows into the lake, each where it belongs."""
    keyed = rows.with_columns(
        pl.col("at_utc").dt.date().alias("utc_date"),
        pl.Series("shard", [shard_of(one) for one in rows["participant_id"]]),
    )
    for (utc_date, shard), part in keyed.partition_by("utc_date", "shard", as_dict=True, include_key=False).items():
        where = Partition(stream.name, utc_date, shard)
        replace_all(lake, "run", [stage(lake, "run", where, part.sort("participant_id", "at_utc"))])


def test_rows_come_back_sorted_for_the_people_and_the_span_asked_for(tmp_path: Path) -> None:
    later = NOON + timedelta(days=1)
    rows = pl.concat([screen_rows("b", later, NOON), screen_rows("a", NOON, later), screen_rows("c", NOON)])
    fill(tmp_path, SCREEN, rows)
    found = read_stream(tmp_path, SCREEN, ["b", "a"], NOON, later + timedelta(seconds=1))
    assert [("a", NOON), ("a", later), ("b", NOON), ("b", later)] == found.select("participant_id", "at_utc").rows()


def test_the_span_holds_its_first_instant_and_not_its_last(tmp_path: Path) -> None:
    fill(tmp_path, SCREEN, screen_rows("a", NOON, NOON + timedelta(hours=1)))
    found = read_stream(tmp_path, SCREEN, ["a"], NOON, NOON + timedelta(hours=1))
    assert found["at_utc"].to_list() == [NOON]


def test_an_empty_lake_gives_an_empty_frame_of_the_stream(tmp_path: Path) -> None:
    assert SCREEN.empty().equals(read_stream(tmp_path, SCREEN, ["a"], NOON, NOON + timedelta(days=3)))


def test_an_interval_that_began_earlier_and_reaches_in_is_returned(tmp_path: Path) -> None:
    reaches_in = (NOON - timedelta(hours=30), NOON + timedelta(hours=1))
    ended = (NOON - timedelta(hours=20), NOON)
    fill(tmp_path, LOCK_INTERVAL, lock_rows("a", reaches_in, ended))
    found = read_stream(tmp_path, LOCK_INTERVAL, ["a"], NOON, NOON + timedelta(hours=2))
    assert [reaches_in] == found.select("at_utc", "end_at_utc").rows()


def test_intervals_are_looked_for_only_as_many_days_back_as_asked(tmp_path: Path) -> None:
    fill(tmp_path, LOCK_INTERVAL, lock_rows("a", (NOON - timedelta(hours=30), NOON + timedelta(hours=1))))
    assert read_stream(tmp_path, LOCK_INTERVAL, ["a"], NOON, NOON + timedelta(hours=2), days_back=1).is_empty()


def test_only_partitions_of_the_peoples_shards_and_of_the_dates_are_opened(tmp_path: Path) -> None:
    day = timedelta(days=1)
    fill(tmp_path, SCREEN, pl.concat([screen_rows("a", NOON, NOON + day, NOON + 2 * day), screen_rows("b", NOON)]))
    asked = partition_files(tmp_path, "screen", ["a"], NOON.date(), (NOON + day).date())
    assert [
        Partition("screen", date, shard_of("a")).path(tmp_path) for date in (NOON.date(), (NOON + day).date())
    ] == asked


def test_what_is_present_is_told_from_the_folders(tmp_path: Path) -> None:
    fill(tmp_path, SCREEN, screen_rows("a", NOON + timedelta(days=1), NOON))
    assert streams_present(tmp_path) == ["screen"]
    assert [NOON.date(), (NOON + timedelta(days=1)).date()] == dates_present(tmp_path, "screen")
    assert streams_present(tmp_path / "nowhere") == []
    assert dates_present(tmp_path, "gps") == []
