from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from pipeline.intake.merge import merge
from pipeline.vocabulary.streams.handset import LOCK_INTERVAL, SCREEN

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = SCREEN.empty()
Event = tuple[str, datetime, str, str | None]


def arriving(*events: tuple[int, Event]) -> pl.DataFrame:
    """Screen events, each with the ordinal of its file: participant, instant, event, device."""
    return present(*(event for _, event in events)).with_columns(
        pl.Series("file_ordinal", [ordinal for ordinal, _ in events], dtype=pl.UInt32)
    )


def present(*events: Event) -> pl.DataFrame:
    """Screen events that the lake holds."""
    rows = [(who, device, "beiwe", at, event, "android") for who, at, event, device in events]
    return pl.DataFrame(rows, schema=NOTHING.schema, orient="row")


def test_the_same_row_twice_is_one_observation_and_one_duplicate() -> None:
    event: Event = ("a", NOON, "on", "d")
    merged = merge(SCREEN, NOTHING, arriving((0, event), (1, event)))
    assert merged.rows.height == 1
    assert [(0, 1, 0), (1, 0, 1)] == merged.file_counts.rows()


def test_equal_instants_with_different_values_are_both_real() -> None:
    merged = merge(SCREEN, NOTHING, arriving((0, ("a", NOON, "on", "d")), (0, ("a", NOON, "off", "d"))))
    assert ["on", "off"] == merged.rows["event"].to_list()


def test_two_participants_with_the_same_row_keep_it_each() -> None:
    merged = merge(SCREEN, NOTHING, arriving((0, ("b", NOON, "on", None)), (1, ("a", NOON, "on", None))))
    assert ["a", "b"] == merged.rows["participant_id"].to_list()


def test_a_row_that_the_lake_has_changes_nothing() -> None:
    event: Event = ("a", NOON, "on", "d")
    merged = merge(SCREEN, present(event), arriving((0, event)))
    assert ([], []) == (merged.changed_dates, list(merged.partitions()))
    assert [(0, 0, 1)] == merged.file_counts.rows()
    assert merged.touched().is_empty()


def test_of_several_dates_only_the_changed_ones_are_written_again_and_whole() -> None:
    lake = present(("a", NOON, "on", "d"), ("a", NOON + DAY, "on", "d"))
    merged = merge(SCREEN, lake, arriving((0, ("a", NOON + DAY - timedelta(hours=1), "off", "d"))))
    [(changed, rows)] = merged.partitions()
    assert ((NOON + DAY).date(), ["off", "on"]) == (changed, rows["event"].to_list())
    assert NOTHING.schema == rows.schema


def test_a_phone_learnt_later_is_taken_over_whichever_way_the_row_came_first() -> None:
    unknown: Event = ("a", NOON, "on", None)
    known: Event = ("a", NOON, "on", "d")
    late = merge(SCREEN, present(unknown), arriving((0, known)))
    early = merge(SCREEN, present(known), arriving((0, unknown)))
    assert (["d"], ["d"]) == (late.rows["device_id"].to_list(), early.rows["device_id"].to_list())
    assert [(0, 0, 1)] == late.file_counts.rows()
    assert ([NOON.date()], []) == (late.changed_dates, early.changed_dates)


def test_touched_quarters_are_told_once_each_and_for_new_rows_only() -> None:
    lake = present(("a", NOON, "on", "d"))
    minutes = (0, 16, 29)
    new = [("a", NOON + timedelta(minutes=after), "on", "d") for after in minutes]
    merged = merge(SCREEN, lake, arriving(*((0, event) for event in new)))
    quarter = NOON + timedelta(minutes=15)
    assert [("a", quarter, quarter)] == merged.touched().rows()


def test_an_interval_touches_its_whole_span() -> None:
    row = [("a", None, "studentlife", NOON, NOON + 2 * DAY)]
    frame = pl.DataFrame(row, schema=LOCK_INTERVAL.empty().schema, orient="row")
    merged = merge(LOCK_INTERVAL, LOCK_INTERVAL.empty(), frame.with_columns(pl.lit(0).alias("file_ordinal")))
    assert [("a", NOON, NOON + 2 * DAY)] == merged.touched().rows()
    assert [date(2024, 3, 10)] == merged.changed_dates
