"""The truth says what the export holds and what it lost."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipeline.synthetic.plan import Cohort

IOS, ANDROID, STUDENT, BERLIN = "syn-001", "syn-002", "syn-003", "syn-004"


@pytest.fixture(scope="module")
def days(small: Cohort) -> pl.DataFrame:
    return pl.read_parquet(small.truth / "days.parquet")


def rows_of(members: dict[str, bytes], prefix: str, text: str) -> int:
    """Rows of a stream that hold a text."""
    files = [content.decode().split("\n")[1:] for path, content in members.items() if path.startswith(prefix)]
    return sum(text in row for rows in files for row in rows)


def arrived(days: pl.DataFrame, participant_id: str, what: str) -> int:
    mine = days.filter(pl.col("participant_id") == participant_id)
    return int(mine[f"{what}_count"].sum()) - int(mine[f"{what}_lost_count"].sum())


@pytest.mark.parametrize(
    ("what", "text"), [("calls_out", "Outgoing Call"), ("calls_in", "Incoming Call"), ("calls_missed", "Missed Call")]
)
def test_calls_in_the_export_are_those_made_less_those_lost(
    members: dict[str, bytes], days: pl.DataFrame, what: str, text: str
) -> None:
    assert arrived(days, ANDROID, what) == rows_of(members, "syn00002/calls/", text)
    assert arrived(days, BERLIN, what) == rows_of(members, "syn00004/calls/", text)


@pytest.mark.parametrize(("what", "text"), [("texts_out", ",sent "), ("texts_in", ",received ")])
def test_texts_in_the_export_are_those_written_less_those_lost(
    members: dict[str, bytes], days: pl.DataFrame, what: str, text: str
) -> None:
    assert arrived(days, ANDROID, what) == rows_of(members, "syn00002/texts/", text)


def test_nothing_arrives_of_an_iphones_calls(days: pl.DataFrame) -> None:
    assert arrived(days, IOS, "calls_out") == 0
    assert days.filter(pl.col("participant_id") == IOS)["calls_out_count"].sum() > 0


def test_screens_turned_on_are_those_seen(members: dict[str, bytes], days: pl.DataFrame) -> None:
    assert arrived(days, ANDROID, "screen_on") == rows_of(members, "syn00002/power_state/", "Screen turned on")


def test_the_students_log_holds_the_calls_that_arrived(small: Cohort, days: pl.DataFrame) -> None:
    text = (small.exports / "studentlife/dataset/call_log/call_log_u03.csv").read_bytes().decode("utf-8-sig")
    made = sum(line.endswith(",2") for line in text.split("\n"))
    assert arrived(days, STUDENT, "calls_out") == made


def test_nothing_is_exported_from_a_gap(small: Cohort, members: dict[str, bytes]) -> None:
    gaps = pl.read_parquet(small.truth / "gaps.parquet").filter(pl.col("participant_id") == ANDROID)
    stamps = pl.Series(
        [
            int(line[:13])
            for path, content in members.items()
            if path.startswith(("syn00002/gps/", "syn00002/calls/"))
            for line in content.decode().split("\n")[1:]
        ]
    )
    # A millisecond is rounded down: what came just after a gap may seem to lie at its very end.
    for start, end in gaps.select(
        pl.col("starts_at_utc").dt.epoch("ms"), pl.col("ends_at_utc").dt.epoch("ms")
    ).iter_rows():
        assert not ((stamps > start) & (stamps < end - 1)).any()


def test_the_day_on_which_clocks_go_back_has_25_hours(days: pl.DataFrame) -> None:
    length_h = (pl.col("ends_at_utc") - pl.col("starts_at_utc")).dt.total_minutes() / 60.0
    long = days.filter(length_h == 25.0).select("participant_id", "local_day")
    home = days.filter(pl.col("zone").is_in(["America/New_York", "Europe/Berlin"]))
    expected = {(ANDROID, date(2025, 11, 1)), (BERLIN, date(2025, 10, 25))}
    assert expected <= set(long.iter_rows())
    assert home.filter(length_h == 24.0).height > 0.9 * home.height


def test_days_follow_each_other_without_gap(days: pl.DataFrame) -> None:
    for (_,), mine in days.group_by("participant_id", maintain_order=True):
        assert mine["ends_at_utc"][:-1].equals(mine["starts_at_utc"][1:], check_names=False)
        assert mine["local_day"].to_list() == pl.date_range(date(2025, 10, 20), date(2025, 11, 9), eager=True).to_list()


def test_a_change_of_the_clocks_is_in_the_list_of_events(small: Cohort) -> None:
    changes = pl.read_parquet(small.truth / "confounders.parquet").filter(pl.col("kind") == "clock_change")
    assert (BERLIN, date(2025, 10, 26)) in set(changes.select("participant_id", "first_day").iter_rows())


def test_hours_of_a_day_are_possible(days: pl.DataFrame) -> None:
    assert days.select(pl.col("home_h", "screen_h", "phone_off_h", "seen_h").is_between(0.0, 25.0).all()).row(0) == (
        True,
        True,
        True,
        True,
    )
    assert (days["steps_carried_count"] <= days["steps_count"]).all()
    assert (days["place_count"] >= 0).all()


def test_devices_name_the_export_that_they_write(small: Cohort) -> None:
    devices = pl.read_parquet(small.truth / "devices.parquet")
    assert {person.export_id for person in small.people} == set(devices["export_id"])
    assert devices["device_id"].is_unique().all()
