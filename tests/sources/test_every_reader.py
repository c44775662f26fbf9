"""What every reader of every source promises, proven by walking the declared sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources import all_sources
from pipeline.sources.contract import PASSED_OVER, REFUSED, ROW_EXPORT_ID, Body, Reader, Reading, Source
from pipeline.vocabulary.stream import Stream

SURVEY = "ESBAWuEB7iux4jR3MBb4fwIG"
QUESTION = "90268105-b59e-4e17-d231-613e8523e310"
IDENTIFIERS = (
    "timestamp,UTC time,patient_id,MAC,phone_number,device_id,device_os,os_version,product,brand,hardware_id,"
    "manufacturer,model,beiwe_version"
)


@dataclass(frozen=True)
class Sample:
    """A small file of one kind. `rows` are its lines after the header, or the responses of a JSON list."""

    name: str
    header: str
    rows: tuple[str, ...]

    def content(self, rows: Sequence[str]) -> bytes:
        """The file with some rows only."""
        text = "\n".join([self.header, *rows, ""]) if self.header else f"[{','.join(rows)}]"
        return text.encode()


def _hour(stream: str) -> str:
    return f"abc12345/{stream}/2024-03-09 11_00_00+00_00.csv"


SAMPLES = {
    ("beiwe", "gps"): Sample(
        _hour("gps"),
        "timestamp,UTC time,latitude,longitude,altitude,accuracy",
        tuple(f"170998200{n}000,t,42.{n},-71.{n},{n},16.5" for n in range(6)),
    ),
    ("beiwe", "accelerometer"): Sample(
        _hour("accelerometer"),
        "timestamp,UTC time,accuracy,x,y,z",
        tuple(f"170998200{n}000,t,3,0.{n},0.5,9.8" for n in range(6)),
    ),
    ("beiwe", "power_state"): Sample(
        _hour("power_state"),
        "timestamp,UTC time,event",
        ("1709982000000,t,Screen turned on", "1709982001000,t,Screen turned off", "1709982002000,t,Power connected"),
    ),
    ("beiwe", "calls"): Sample(
        _hour("calls"),
        "timestamp,UTC time,hashed phone number,call type,duration in seconds",
        ("1709982000000,t,a,Incoming Call,61", "1709982001000,t,a,Missed Call,0", "1709982002000,t,b,Outgoing Call,5"),
    ),
    ("beiwe", "texts"): Sample(
        _hour("texts"),
        "timestamp,UTC time,hashed phone number,sent vs received,message length,time sent",
        ("1709982000000,t,a,sent SMS,61,1", "1709982001000,t,,sent MMS,MMS", "1709982002000,t,b,received SMS,5,2"),
    ),
    ("beiwe", "identifiers"): Sample(
        _hour("identifiers"),
        IDENTIFIERS,
        tuple(f"170998200{n}000,t,abc12345,m,n,d,Android,14,p,b,h,Maker,Model,3.{n}" for n in range(3)),
    ),
    ("beiwe", "survey_answers"): Sample(
        f"abc12345/survey_answers/{SURVEY}/2024-03-09 11_22_33+00_00.csv",
        "question id,question type,question text,question answer options,answer",
        (
            f"{QUESTION},slider,How much?,min = 0; max = 10,4",
            f"{QUESTION},radio_button,Mood?,[Low;Good],Good",
            f"{QUESTION},info_text_box,Read this,,",
        ),
    ),
    ("studentlife", "gps"): Sample(
        "sensing/gps/gps_u07.csv",
        "time,provider,network_type,accuracy,latitude,longitude,altitude,bearing,speed,travelstate",
        tuple(f"136435700{n},network,wifi,23.0,43.{n},-72.25,0.0,0.0,0.0,stationary," for n in range(6)),
    ),
    ("studentlife", "wifi_location"): Sample(
        "sensing/wifi_location/wifi_location_u07.csv",
        "time,location",
        ("1364357001,in[library],", "1364357002,near[library; gym; ],", "1364357003,in[hall],"),
    ),
    **{
        ("studentlife", kind): Sample(
            f"sensing/{kind}/{kind}_u07.csv", header, tuple(f"136435700{n},136436700{n}" for n in range(6))
        )
        for kind, header in {
            "phonelock": "start,end",
            "phonecharge": "start,end",
            "dark": "start,end",
            "conversation": "start_timestamp, end_timestamp",
        }.items()
    },
    ("studentlife", "activity"): Sample(
        "sensing/activity/activity_u07.csv",
        "timestamp, activity inference",
        tuple(f"136435700{n},{n % 4}" for n in range(6)),
    ),
    ("studentlife", "call_log"): Sample(
        "call_log/call_log_u07.csv",
        "id,device,timestamp,CALLS_date,CALLS_duration,CALLS_number,CALLS_type",
        ('s,d,1,1364356000123,61,"{""ONE_WAY_HASH"":""a""}",1', "s,d,2,1364356000124,0,,3", "s,d,3,,,,"),
    ),
    ("studentlife", "sms"): Sample(
        "sms/sms_u07.csv",
        "id,device,timestamp,MESSAGES_address,MESSAGES_date,MESSAGES_type",
        ('s,d,1,"{""ONE_WAY_HASH"":""a""}",1364356000123,1', "s,d,2,b,1364356000124,3", "s,d,3,,,"),
    ),
    ("studentlife", "ema"): Sample(
        "EMA/response/Stress/Stress_u07.json",
        "",
        tuple(json.dumps({"resp_time": 1364357000 + n, "level": str(n), "location": "1,2"}) for n in range(4)),
    ),
}
READERS = [
    pytest.param(source, reader, id=f"{source.name}:{reader.kind}")
    for source in all_sources().values()
    for reader in source.readers
]
EVERY_READER = pytest.mark.parametrize(("source", "reader"), READERS)
# A list in JSON has no lines: it is read whole or set aside.
EVERY_READER_OF_LINES = pytest.mark.parametrize(
    ("source", "reader"), [param for param in READERS if param.id != "studentlife:ema"]
)


def read(reader: Reader, sample: Sample, *files: Sequence[str]) -> Reading:
    """What a reader makes of files of one name, numbered from 0."""
    return reader.read(tuple(Body(at, sample.name, sample.content(rows)) for at, rows in enumerate(files)))


def values(reading: Reading) -> dict[Stream, pl.DataFrame]:
    """The rows of a reading without where they came from, in an order of their own."""
    bare = {stream: rows.drop("file_ordinal", "line") for stream, rows in reading.rows.items()}
    return {stream: rows.sort(rows.columns) for stream, rows in bare.items()}


def same(first: dict[Stream, pl.DataFrame], second: dict[Stream, pl.DataFrame]) -> bool:
    """Whether two readings hold the same rows."""
    return first.keys() == second.keys() and all(rows.equals(second[stream]) for stream, rows in first.items())


@EVERY_READER
def test_every_reader_has_a_sample_here_and_claims_its_name(source: Source, reader: Reader) -> None:
    claim = source.claim(SAMPLES[source.name, reader.kind].name)

    assert claim is not None
    assert reader.kind == claim.kind


@EVERY_READER
def test_a_name_belongs_to_one_source(source: Source, reader: Reader) -> None:
    name = SAMPLES[source.name, reader.kind].name

    assert [source.name] == [other.name for other in all_sources().values() if other.claim(name)]
    assert not any(other.skips(name) for other in all_sources().values())


@EVERY_READER
def test_a_reader_gives_every_column_of_each_stream_it_declares_and_no_other(source: Source, reader: Reader) -> None:
    sample = SAMPLES[source.name, reader.kind]

    found = read(reader, sample, sample.rows)

    assert set(reader.streams) == set(found.rows)
    for stream, rows in found.rows.items():
        assert {"file_ordinal", "line", *stream.own_columns} == set(rows.columns) - {ROW_EXPORT_ID}
        assert [pl.UInt32, pl.UInt32] == rows.select("file_ordinal", "line").dtypes
    assert pl.Schema(REFUSED) == found.refused.schema
    assert pl.Schema(PASSED_OVER) == found.passed_over.schema
    assert found.refused.is_empty()


@EVERY_READER
def test_accepted_values_fit_the_types_of_their_stream(source: Source, reader: Reader) -> None:
    sample = SAMPLES[source.name, reader.kind]

    for stream, rows in read(reader, sample, sample.rows).rows.items():
        owned = rows.with_columns(participant_id=pl.lit("p"), device_id=pl.lit(None), source=pl.lit(source.name))
        accepted, failure = stream.schema.filter(owned, cast=True)
        assert rows.height == accepted.height, failure.counts()


@EVERY_READER
def test_no_bodies_give_empty_frames(source: Source, reader: Reader) -> None:
    found = read(reader, SAMPLES[source.name, reader.kind])

    assert set(reader.streams) == set(found.rows)
    assert all(rows.is_empty() for rows in found.rows.values())


@EVERY_READER
def test_every_line_is_a_row_refused_or_passed_over(source: Source, reader: Reader) -> None:
    sample = SAMPLES[source.name, reader.kind]
    found = read(reader, sample, [*sample.rows, "torn"] if sample.header else sample.rows)

    read_lines = {line for rows in found.rows.values() for line in rows["line"]}
    if sample.header:
        accounted = len(read_lines) + found.refused.height + found.passed_over["row_count"].sum()
        assert len(sample.rows) + 1 == accounted
    else:
        assert set(range(1, len(sample.rows) + 1)) == read_lines


@EVERY_READER
@settings(max_examples=8)
@given(data=st.data())
def test_how_rows_are_dealt_out_to_files_changes_nothing(source: Source, reader: Reader, data: st.DataObject) -> None:
    sample = SAMPLES[source.name, reader.kind]
    whole = values(read(reader, sample, sample.rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sample.rows)), max_size=3)))
    edges = [0, *cuts, len(sample.rows)]
    files = [sample.rows[start:end] for start, end in pairwise(edges)]

    assert same(whole, values(read(reader, sample, *files)))


@EVERY_READER
def test_the_order_of_the_bodies_changes_nothing(source: Source, reader: Reader) -> None:
    sample = SAMPLES[source.name, reader.kind]
    bodies = tuple(Body(at, sample.name, sample.content([row])) for at, row in enumerate(sample.rows))

    forward, backward = reader.read(bodies), reader.read(bodies[::-1])

    assert all(forward.rows[stream].equals(backward.rows[stream]) for stream in reader.streams)
    assert forward.passed_over.equals(backward.passed_over)


@EVERY_READER_OF_LINES
@pytest.mark.parametrize("damage", ["\ufffd\0", "torn", ",,,,,,,,,,,,,,,,,,,,"])
@settings(max_examples=4)
@given(data=st.data())
def test_a_damaged_line_costs_itself_alone(source: Source, reader: Reader, damage: str, data: st.DataObject) -> None:
    sample = SAMPLES[source.name, reader.kind]
    at = data.draw(st.integers(0, len(sample.rows) - 1))
    others = [*sample.rows[:at], *sample.rows[at + 1 :]]

    found = read(reader, sample, sample.rows, [*sample.rows[:at], damage, *sample.rows[at + 1 :]])

    assert [(1, at + 2)] == found.refused.select("file_ordinal", "line").rows()
    assert same(values(read(reader, sample, sample.rows, others)), values(found))


@EVERY_READER
@pytest.mark.parametrize("content", [b"", b"nothing,known\n1,2\n", b"\xff\xfe\x00\n\x00", b"{"])
def test_a_file_that_cannot_be_read_costs_itself_alone(source: Source, reader: Reader, content: bytes) -> None:
    sample = SAMPLES[source.name, reader.kind]
    bodies = (Body(0, sample.name, sample.content(sample.rows)), Body(1, sample.name, content))

    found = reader.read(bodies)

    assert [1] == list(found.set_aside)
    assert same(values(read(reader, sample, sample.rows)), values(found))


@pytest.mark.parametrize("source", all_sources().values(), ids=all_sources())
@pytest.mark.parametrize("path", ["", "/", "README.md", "photo.jpg", "a/b/c.csv", "exports/participants.csv"])
def test_a_foreign_name_is_neither_claimed_nor_skipped(source: Source, path: str) -> None:
    assert source.claim(path) is None
    assert not source.skips(path)


@pytest.mark.parametrize("source", all_sources().values(), ids=all_sources())
def test_kinds_are_unique_and_every_source_says_what_it_is(source: Source) -> None:
    kinds = [reader.kind for reader in source.readers]

    assert sorted(set(kinds)) == sorted(kinds)
    assert source.sentence.endswith(".")
    assert all(reader.streams for reader in source.readers)


@pytest.mark.parametrize(("source", "kind"), [("beiwe", "survey_answers"), ("studentlife", "ema")])
def test_a_file_whose_name_must_say_something_and_does_not_is_set_aside(source: str, kind: str) -> None:
    sample = SAMPLES[source, kind]

    found = all_sources()[source].reader(kind).read((Body(0, "renamed.txt", sample.content(sample.rows)),))

    assert "unknown_name" == found.set_aside[0].code
