"""Real exports, counted beside the readers by Python's own csv and json."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.sources.beiwe import BEIWE
from pipeline.sources.contract import Body, Reading, Source
from pipeline.sources.studentlife import STUDENTLIFE
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams import all_streams
from pipeline.vocabulary.streams.handset import HANDSET
from pipeline.vocabulary.streams.location import GPS
from pipeline.vocabulary.streams.movement import ACCELEROMETER
from pipeline.vocabulary.streams.self_report import ANSWER

pytestmark = pytest.mark.real

Files = list[tuple[str, bytes]]


def in_folder(folder: Path) -> Files:
    """Every file below a folder, decompressed, by its path from there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [
        (
            path.relative_to(folder).as_posix(),
            gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes(),
        )
        for path in paths
    ]


def in_archive(path: Path) -> Files:
    """Every file of a zip archive."""
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist() if not info.is_dir()]


def read(source: Source, files: Files) -> dict[str, Reading]:
    """What a source makes of its files, by kind; all others must be skipped."""
    batches: dict[str, list[Body]] = {}
    for name, content in files:
        claim = source.claim(name)
        if claim is None:
            assert source.skips(name)
            continue
        batch = batches.setdefault(claim.kind, [])
        batch.append(Body(len(batch), name, content))
    return {kind: source.reader(kind).read(tuple(bodies)) for kind, bodies in batches.items()}


def test_not_one_fix_of_a_real_download_is_lost(real_data: Path) -> None:
    found = read(BEIWE, in_archive(real_data / "beiwe" / "mano_download.v1.zip"))

    fixes = found["gps"].rows[GPS]
    first, last = (
        datetime.fromtimestamp(s, UTC).replace(microsecond=us)
        for s, us in ((1529078988, 983_000), (1529182494, 68_000))
    )
    assert 4_831 == fixes.height
    assert (first, last) == (fixes["at_utc"].min(), fixes["at_utc"].max())
    assert 685 == (fixes["accuracy_m"] > 51).sum()
    assert found["gps"].refused.is_empty()
    assert not found["gps"].set_aside
    assert 1 == found["identifiers"].rows[HANDSET].height


def test_the_fixes_of_newer_downloads_are_read(real_data: Path) -> None:
    files = in_folder(real_data / "beiwe" / "poplar")

    found = read(BEIWE, files)["gps"]

    expected = sum(len(content.decode().split("\n")[1:]) - content.endswith(b"\n") for _, content in files)
    assert expected == found.rows[GPS].height
    assert found.refused.is_empty()


def test_answers_to_questions_with_separators_are_read_by_position(real_data: Path) -> None:
    files = [file for file in in_folder(real_data / "beiwe" / "sycamore") if file[0].startswith("dir_with_seps")]

    found = read(BEIWE, files)["survey_answers"]

    answers = found.rows[ANSWER]
    expected = [
        int(line.rsplit(",", 1)[1])
        for name, content in files
        if "survey_answers" in name
        for line in content.decode().splitlines()[1:]
    ]
    assert Counter(expected) == Counter(answers["answer_value"].cast(int))
    assert not answers["has_text"].any()
    assert found.refused.is_empty()


def test_every_line_of_a_real_survey_is_accounted_for(real_data: Path) -> None:
    files = [file for file in in_folder(real_data / "beiwe" / "sycamore") if file[0].startswith("sample_dir")]

    found = read(BEIWE, files)["survey_answers"]

    lines = sum(len(content.decode().splitlines()) - 1 for name, content in files if "survey_answers" in name)
    assert lines == found.rows[ANSWER].height + found.passed_over["row_count"].sum()
    assert found.refused.is_empty()


def test_a_walk_recorded_by_an_iphone_is_in_units_of_gravity(real_data: Path) -> None:
    name = "abc12345/accelerometer/2022-01-01 00_00_00+00_00.csv"

    found = read(BEIWE, [(name, (real_data / "beiwe" / "oak" / "test_data_bout.csv").read_bytes())])["accelerometer"]

    samples = found.rows[ACCELEROMETER]
    length = (samples["x_g"] ** 2 + samples["y_g"] ** 2 + samples["z_g"] ** 2).sqrt()
    assert 98 == samples.height
    assert 0.5 < float(length.median()) < 2.0  # type: ignore[arg-type] -- the median of numbers is one


def _csv_rows(content: bytes) -> Iterator[dict[str, str]]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    header = [name.strip() for name in next(rows)]
    return (dict(zip(header, row, strict=False)) for row in rows if row)


def _every(_: dict[str, str]) -> int:
    return 1


def _places(row: dict[str, str]) -> int:
    return len([place for place in re.split(r"[\[\];]", row["location"])[1:] if place.strip()])


def _calls(row: dict[str, str]) -> int:
    return int(row.get("CALLS_type") in {"1", "2", "3"})


def _texts(row: dict[str, str]) -> int:
    return int(row.get("MESSAGES_type") in {"1", "2"})


@pytest.mark.parametrize(
    ("kind", "stream", "count"),
    [
        ("gps", "gps", _every),
        ("phonelock", "lock_interval", _every),
        ("phonecharge", "charge_interval", _every),
        ("dark", "dark_interval", _every),
        ("conversation", "conversation_interval", _every),
        ("wifi_location", "wifi_place", _places),
        ("call_log", "call", _calls),
        ("sms", "text", _texts),
    ],
)
def test_every_row_of_each_person_is_read(
    real_data: Path, kind: str, stream: str, count: Callable[[dict[str, str]], int]
) -> None:
    files = [file for file in in_folder(real_data / "studentlife") if f"/{kind}/{kind}_u" in file[0]]

    found = read(STUDENTLIFE, files)[kind]

    expected = {at: sum(map(count, _csv_rows(content))) for at, (_, content) in enumerate(files)}
    assert {at: rows for at, rows in expected.items() if rows} == _by_file(found, all_streams()[stream])
    assert found.refused.is_empty()
    assert not found.set_aside


def test_every_numeric_answer_of_each_person_is_read(real_data: Path) -> None:
    files = [file for file in in_folder(real_data / "studentlife") if "/EMA/response/" in file[0]]

    found = read(STUDENTLIFE, files)["ema"]

    expected = {at: _numbers(json.loads(content)) for at, (_, content) in enumerate(files)}
    assert {at: answers for at, answers in expected.items() if answers} == _by_file(found, ANSWER)
    assert found.refused.is_empty()
    assert not found.set_aside


def _numbers(responses: list[dict[str, object]]) -> int:
    unread = {"resp_time", "null", "location"}
    answers = [str(value) for response in responses for key, value in response.items() if key not in unread]
    return sum(re.fullmatch(r"-?\d+(\.\d+)?", answer) is not None for answer in answers)


def _by_file(found: Reading, stream: Stream) -> dict[int, int]:
    return dict(found.rows[stream].group_by("file_ordinal").len().rows())
