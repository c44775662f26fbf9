"""`evenkeel ingest`: every way in which a delivery can be bad, what is said of it, and what is lost by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.site_folder.adopt import Adoption, adopt
from tests.commands.conftest import Command
from tests.plugins.exports import deliver, gps_hour

HOUR = datetime(2022, 5, 1, 9, tzinfo=UTC)
GOOD = gps_hour("abc123", HOUR, ["52.5,13.4,40,10", "52.5,13.4,40,10"])
NAME = "abc123/gps/2022-05-01 10_00_00+00_00.csv"
HEAD = "timestamp,UTC time,latitude,longitude,altitude,accuracy\n"
SOUND = "1651399200000,2022-05-01T10:00:00.000,52.5,13.4,40,10\n"


@dataclass(frozen=True)
class Delivery:
    """Files dropped beside a good hour, and what must be said of them."""

    files: Mapping[str, bytes]
    quarantined: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    set_aside: Mapping[str, int] = field(default_factory=dict)
    accepted: int = 2


def gps(*rows: str) -> dict[str, bytes]:
    """One hour of GPS with these lines."""
    return {NAME: (HEAD + "".join(rows)).encode()}


DELIVERIES = {
    "zip_that_does_not_open": Delivery({"broken.zip": b"PK\x03\x04 and no more"}, set_aside={"unreadable_archive": 1}),
    "last_row_cut_off": Delivery(
        gps(SOUND, "1651399201000,2022-05-01T10:0"), {"": {"wrong_column_count": 1}}, accepted=3
    ),
    "column_too_many": Delivery(
        gps(SOUND, SOUND.replace("200000", "201000").strip() + ",7\n"), {"": {"wrong_column_count": 1}}, accepted=3
    ),
    "no_header": Delivery({NAME: SOUND.encode()}, set_aside={"unknown_header": 1}),
    "nobody_s_export": Delivery(
        {NAME.replace("abc123", "zzz999"): (HEAD + SOUND).encode()}, set_aside={"unknown_participant": 1}
    ),
    "clock_never_set": Delivery(
        gps(SOUND, "1000,1970-01-01T00:00:01.000,52.5,13.4,40,10\n"),
        {"gps": {"at_utc_before_any_smartphone": 1}},
        accepted=3,
    ),
    "far_future": Delivery(
        gps(SOUND, "3786912000000,2090-01-01T00:00:00.000,52.5,13.4,40,10\n"), {"gps": {"in_the_future": 1}}, accepted=3
    ),
    "latitude_95": Delivery(
        gps(SOUND, "1651399201000,2022-05-01T10:00:01.000,95,13.4,40,10\n"),
        {"gps": {"latitude_deg|max": 1}},
        accepted=3,
    ),
    "empty_file": Delivery({NAME: b""}, set_aside={"empty_file": 1}),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site around the export of one participant: one good hour."""
    deliver(tmp_path / "download", GOOD)
    adopt(tmp_path / "site", Adoption(tmp_path / "download", "beiwe", "Europe/Berlin", "Ada Okafor"))
    return tmp_path / "site"


@pytest.mark.parametrize("name", DELIVERIES)
def test_what_is_bad_is_counted_and_nothing_else_is_lost(command: Command, site: Path, name: str) -> None:
    expected = DELIVERIES[name]
    deliver(site / "exports", expected.files)

    said = command("ingest", "--site", site, "--json")

    streams = said.document["streams"]
    refused = {stream: one["quarantined"] for stream, one in streams.items() if one["quarantined"]}
    assert (3, expected.accepted) == (said.code, streams["gps"]["accepted"])
    assert (expected.quarantined, expected.set_aside) == (refused, said.document["files_set_aside"])


def test_a_sound_delivery_exits_0(command: Command, site: Path) -> None:
    said = command("ingest", "--site", site)

    assert 0 == said.code
    assert "files: 1 read, 0 known, 0 skipped, 0 nobody's, 0 set aside" in said.out


def test_a_second_delivery_of_the_same_is_known(command: Command, site: Path) -> None:
    command("ingest", "--site", site)

    again = command("ingest", "--site", site, "--json").document

    assert (0, 1, {}) == (again["files_read"], again["files_known"], again["streams"])


def test_paths_may_be_named(command: Command, site: Path, tmp_path: Path) -> None:
    deliver(tmp_path / "elsewhere", gps(SOUND))

    assert 1 == command("ingest", tmp_path / "elsewhere", "--site", site, "--json").document["files_read"]


def test_a_path_that_is_not_there_is_wrong_use(command: Command, site: Path, tmp_path: Path) -> None:
    assert 2 == command("ingest", tmp_path / "nowhere", "--site", site).code


def test_a_faulty_roster_is_told_and_the_last_accepted_one_holds(command: Command, site: Path) -> None:
    command("check", "--site", site)
    (site / "care_teams.csv").unlink()

    said = command("ingest", "--site", site, "--json")

    assert (1, 1) == (said.document["files_read"], len(said.document["faults"]))


def test_the_quarantine_is_listed_by_source_stream_and_rule(command: Command, site: Path) -> None:
    for name in ("latitude_95", "zip_that_does_not_open"):
        deliver(site / "exports", DELIVERIES[name].files)
    command("ingest", "--site", site)

    assert {
        "rows": [{"source": "beiwe", "stream": "gps", "rule": "latitude_deg|max", "row_count": 1}],
        "files": [{"source": "", "code": "unreadable_archive", "file_count": 1}],
    } == command("quarantine", "list", "--site", site, "--json").document


def test_no_reading_is_ever_said(command: Command, site: Path) -> None:
    deliver(site / "exports", DELIVERIES["latitude_95"].files)

    said = command("ingest", "--site", site)

    assert "13.4" not in said.out + said.err


@pytest.mark.real
def test_the_real_download_is_taken_in_whole(command: Command, real_data: Path, tmp_path: Path) -> None:
    archive = real_data / "beiwe" / "mano_download.v1.zip"
    adopt(tmp_path / "site", Adoption(archive, "beiwe", "America/New_York", "Ada Okafor"))

    said = command("ingest", "--site", tmp_path / "site", "--json")

    assert (0, 4831) == (said.code, said.document["streams"]["gps"]["accepted"])
