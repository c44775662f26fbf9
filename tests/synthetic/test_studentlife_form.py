"""StudentLife exports are in the form of the published data set."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.synthetic.plan import Cohort

STREAMS = ("activity", "conversation", "dark", "gps", "phonecharge", "phonelock", "wifi_location")
HEADERS = {
    "activity": "timestamp, activity inference",
    "conversation": "start_timestamp, end_timestamp",
    "dark": "start,end",
    "gps": "time,provider,network_type,accuracy,latitude,longitude,altitude,bearing,speed,travelstate",
    "phonecharge": "start,end",
    "phonelock": "start,end",
    "wifi_location": "time,location",
}


@pytest.fixture
def dataset(small: Cohort) -> Path:
    return small.exports / "studentlife" / "dataset"


def lines(dataset: Path, stream: str) -> list[str]:
    text = (dataset / "sensing" / stream / f"{stream}_u03.csv").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


def log(dataset: Path, name: str) -> list[dict[str, str]]:
    text = (dataset / name / f"{name}_u03.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("stream", STREAMS)
def test_headers_are_exact_and_rows_in_order(dataset: Path, stream: str) -> None:
    header, *rows = lines(dataset, stream)
    assert HEADERS[stream] == header
    stamps = [int(row.split(",")[0]) for row in rows]
    assert stamps == sorted(stamps)
    assert {10} == {len(str(stamp)) for stamp in stamps}


@pytest.mark.parametrize("stream", ["dark", "phonecharge", "phonelock"])
def test_intervals_last_an_hour_and_do_not_overlap(dataset: Path, stream: str) -> None:
    spans = [tuple(map(int, row.split(","))) for row in lines(dataset, stream)[1:]]
    assert spans
    assert all(end - start >= 3599 for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_location_rows_end_with_a_comma_that_the_header_lacks(dataset: Path) -> None:
    for stream in ("gps", "wifi_location"):
        header, *rows = lines(dataset, stream)
        assert all(row.endswith(",") for row in rows)
        assert {header.count(",") + 1} == {row.count(",") for row in rows}


def test_locations_are_mostly_of_networks_every_twenty_minutes(dataset: Path) -> None:
    rows = [row.split(",") for row in lines(dataset, "gps")[1:]]
    steps = sorted(int(other[0]) - int(one[0]) for one, other in pairwise(rows))
    assert 1150 < steps[len(steps) // 2] < 1250
    assert 0.75 < sum(row[1] == "network" for row in rows) / len(rows) < 0.95
    assert {""} == {row[9] for row in rows if row[1] == "gps"}


def test_activity_is_sampled_one_minute_in_four(dataset: Path) -> None:
    rows = [row.split(",") for row in lines(dataset, "activity")[1:]]
    assert {"0", "1", "3"} == {code for _, code in rows}
    minutes = sorted({int(stamp) // 60 for stamp, _ in rows})
    assert min(other - one for one, other in pairwise(minutes)) == 4


@pytest.mark.parametrize(("name", "date"), [("call_log", "CALLS_date"), ("sms", "MESSAGES_date")])
def test_logs_have_a_byte_order_mark_and_empty_polls(dataset: Path, name: str, date: str) -> None:
    assert (dataset / name / f"{name}_u03.csv").read_bytes().startswith(b"\xef\xbb\xbfid,device,timestamp,")
    rows = log(dataset, name)
    polls, full = [row for row in rows if not row[date]], [row for row in rows if row[date]]
    assert len(polls) > 100
    assert all(len(row[date]) == 13 for row in full)
    assert all(0 <= int(row["timestamp"]) - int(row[date]) // 1000 <= 601 for row in full)


def test_names_and_numbers_are_hashed(dataset: Path) -> None:
    rows = [row for row in log(dataset, "call_log") if row["CALLS_date"]]
    assert {"1", "2", "3"} == {row["CALLS_type"] for row in rows}
    assert {40} == {len(json.loads(row["CALLS_number"])["ONE_WAY_HASH"]) for row in rows}


@pytest.mark.parametrize("name", ["Sleep", "Stress", "Mood", "PAM"])
def test_answers_are_lists_with_a_time_of_answering(dataset: Path, name: str) -> None:
    rows = json.loads((dataset / "EMA" / "response" / name / f"{name}_u03.json").read_text(encoding="utf-8"))
    assert rows
    assert all(isinstance(row["resp_time"], int) for row in rows)
