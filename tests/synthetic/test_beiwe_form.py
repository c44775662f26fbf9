"""Beiwe exports are in the platform's own form."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from itertools import pairwise
from zipfile import ZIP_STORED, ZipFile

from pipeline.synthetic.plan import Cohort

IOS, ANDROID = "syn00001", "syn00002"
HEADERS = {
    "gps": "timestamp,UTC time,latitude,longitude,altitude,accuracy",
    "accelerometer": "timestamp,UTC time,accuracy,x,y,z",
    "calls": "timestamp,UTC time,hashed phone number,call type,duration in seconds",
    "texts": "timestamp,UTC time,hashed phone number,sent vs received,message length,time sent",
    "identifiers": "timestamp,UTC time,patient_id,MAC,phone_number,device_id,device_os,os_version,product,brand,"
    "hardware_id,manufacturer,model,beiwe_version",
}
ANDROID_POWER = {
    "Screen turned on",
    "Screen turned off",
    "Power connected",
    "Power disconnected",
    "Device shut down signal received",
    "Device Idle (Doze) state change signal received; device in idle state.",
    "Device Idle (Doze) state change signal received; device not in idle state.",
}
IOS_POWER = {"Locked", "Unlocked", "Charging", "Full", "Unplugged"}
NAME = re.compile(r"\d{4}-\d\d-\d\d \d\d_\d\d_\d\d\+00_00\.csv")


def files(members: dict[str, bytes], patient: str, stream: str) -> dict[str, list[str]]:
    """Name of the hour → lines, for one person's stream."""
    prefix = f"{patient}/{stream}/"
    return {path[len(prefix) :]: text.decode().split("\n") for path, text in members.items() if path.startswith(prefix)}


def cells(members: dict[str, bytes], patient: str, stream: str) -> list[list[str]]:
    """All rows of one person's stream, in order."""
    hours = files(members, patient, stream)
    return [line.split(",") for name in sorted(hours) for line in hours[name][1:]]


def hourly(members: dict[str, bytes]) -> dict[str, list[str]]:
    """Path → lines, for every hourly file."""
    return {p: text.decode().split("\n") for p, text in members.items() if p.endswith(".csv") and "survey" not in p}


def test_headers_are_exact(members: dict[str, bytes]) -> None:
    for stream, header in HEADERS.items():
        assert {header} == {lines[0] for lines in files(members, ANDROID, stream).values()}


def test_power_state_has_a_level_on_ios_only(members: dict[str, bytes]) -> None:
    assert {"timestamp,UTC time,event"} == {lines[0] for lines in files(members, ANDROID, "power_state").values()}
    assert {"timestamp,UTC time,event,level"} == {lines[0] for lines in files(members, IOS, "power_state").values()}


def test_power_events_are_the_platforms_own_texts(members: dict[str, bytes]) -> None:
    assert {row[2] for row in cells(members, ANDROID, "power_state")} <= ANDROID_POWER
    assert {row[2] for row in cells(members, IOS, "power_state")} == IOS_POWER


def test_ios_states_are_repeated(members: dict[str, bytes]) -> None:
    charger = [row[2] for row in cells(members, IOS, "power_state") if row[2] in {"Charging", "Full", "Unplugged"}]
    assert any(one == next_one for one, next_one in pairwise(charger))


def test_an_iphone_exports_no_calls_and_no_texts(members: dict[str, bytes]) -> None:
    assert not files(members, IOS, "calls")
    assert not files(members, IOS, "texts")


def test_android_measures_in_metres_and_ios_in_g(members: dict[str, bytes]) -> None:
    for patient, low, high, accuracy in ((ANDROID, 8.0, 12.0, "3"), (IOS, 0.8, 1.2, "unknown")):
        rows = cells(members, patient, "accelerometer")
        lengths = sorted(sum(float(axis) ** 2 for axis in row[3:6]) ** 0.5 for row in rows)
        assert low < lengths[len(lengths) // 2] < high
        assert {accuracy} == {row[2] for row in rows}


def test_an_hours_file_holds_its_hour_only_and_in_order(members: dict[str, bytes]) -> None:
    for path, lines in hourly(members).items():
        stamps = [int(line[:13]) for line in lines[1:]]
        hour = datetime.strptime(path.rsplit("/", 1)[1], "%Y-%m-%d %H_%M_%S+00_00.csv").replace(tzinfo=UTC)
        assert stamps
        assert stamps == sorted(stamps)
        assert {int(hour.timestamp()) // 3600} == {stamp // 3_600_000 for stamp in stamps}


def test_utc_time_says_the_timestamp(members: dict[str, bytes]) -> None:
    for lines in list(hourly(members).values())[::25]:
        for line in lines[1:]:
            stamp, utc = line.split(",")[:2]
            assert len(stamp) == 13
            assert int(stamp) == round(datetime.fromisoformat(f"{utc}+00:00").timestamp() * 1000)
            assert len(utc) == len("2025-11-02T05:30:00.123")


def test_lines_are_neither_quoted_nor_repeated_nor_ended(members: dict[str, bytes]) -> None:
    for path, lines in hourly(members).items():
        assert not any('"' in line for line in lines), path
        assert len(lines) == len(set(lines)), path
        assert lines[-1], path


def test_an_mms_ends_with_the_word_for_its_length(members: dict[str, bytes]) -> None:
    rows = cells(members, ANDROID, "texts")
    mms = [row for row in rows if row[3].endswith("MMS")]
    assert mms
    assert {("", "MMS", 5)} == {(row[2], row[4], len(row)) for row in mms}
    assert {6} == {len(row) for row in rows if row[3].endswith("SMS")}


def test_calls_have_their_three_texts(members: dict[str, bytes]) -> None:
    rows = cells(members, ANDROID, "calls")
    assert {"Incoming Call", "Outgoing Call", "Missed Call"} == {row[3] for row in rows}
    assert {"0"} == {row[4] for row in rows if row[3] == "Missed Call"}
    assert all(len(row[2]) == 44 for row in rows)


def test_a_submission_is_a_file_without_times_inside(members: dict[str, bytes]) -> None:
    answers = {path: text.decode() for path, text in members.items() if "/survey_answers/" in path}
    assert answers
    for path, text in answers.items():
        _, _, survey_id, name = path.split("/")
        assert len(survey_id) == 24
        assert NAME.fullmatch(name)
        assert text.startswith("question id,question type,question text,question answer options,answer\n")
        assert {4} == {line.count(",") for line in text.split("\n")}


def test_no_question_asks_for_free_text(members: dict[str, bytes]) -> None:
    answers = [text.decode() for path, text in members.items() if "/survey_answers/" in path]
    kinds = {line.split(",")[1] for text in answers for line in text.split("\n")[1:]}
    assert kinds == {"slider", "radio_button"}


def test_members_are_stored_and_dated_alike(small: Cohort) -> None:
    for path in (small.exports / "beiwe").glob("*.zip"):
        with ZipFile(path) as archive:
            assert {(ZIP_STORED, (2020, 1, 1, 0, 0, 0))} == {(m.compress_type, m.date_time) for m in archive.infolist()}


def test_a_zip_holds_one_month_and_its_registry(small: Cohort) -> None:
    with ZipFile(small.exports / "beiwe" / f"{ANDROID}_2025-10.zip") as archive:
        names = [name for name in archive.namelist() if name != "registry"]
        assert {"2025-10"} == {name.rsplit("/", 1)[1][:7] for name in names}
        registry = json.loads(archive.read("registry"))
        content = archive.read(names[0])
    assert len(names) == len(registry)
    stream, hour = names[0].split("/")[1:]
    expected = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode() + "\n"
    instant = hour.removesuffix("+00_00.csv").replace(" ", "T").replace("_", ":")
    (found,) = [value for path, value in registry.items() if path.endswith(f"{ANDROID}/{stream}/{instant}.csv")]
    assert expected == found


def test_gps_comes_in_cycles_at_one_hertz(members: dict[str, bytes]) -> None:
    stamps = [int(row[0]) for row in cells(members, ANDROID, "gps")]
    steps = [later - earlier for earlier, later in pairwise(stamps)]
    within = sorted(step for step in steps if step < 30_000)
    between = sorted(step for step in steps if step >= 30_000)
    assert 990 < within[len(within) // 2] < 1040
    assert 560_000 < between[len(between) // 2] < 720_000


def test_some_fixes_are_bad(members: dict[str, bytes]) -> None:
    accuracy = [float(row[5]) for row in cells(members, ANDROID, "gps")]
    worse = sum(value > 51.0 for value in accuracy) / len(accuracy)
    assert 0.04 < worse < 0.3
    assert min(accuracy) > 3.0
