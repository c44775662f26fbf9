from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.plugins.exports import bench

pytestmark = pytest.mark.real


def test_a_real_beiwe_download_loses_no_row(real_data: Path, tmp_path: Path) -> None:
    made = bench(tmp_path / "site", {"someone": "6y6s1w4g"}, zone="America/New_York")
    shutil.copy(real_data / "beiwe" / "mano_download.v1.zip", made.exports)
    outcome = made.take_in("run-1")
    assert (4831, 0, {}) == (outcome.streams["gps"].accepted, outcome.streams["gps"].duplicate, outcome.files_set_aside)
    assert (30, 1) == (outcome.files_read, outcome.files_skipped)
    assert made.take_in("run-2").files_known == 30


def test_the_real_studentlife_folder_is_read_whole(real_data: Path, tmp_path: Path) -> None:
    people = {f"student-{number:02d}": f"u{number:02d}" for number in range(11)}
    made = bench(tmp_path / "site", people, "studentlife", "America/New_York")
    (made.exports / "studentlife").symlink_to(real_data / "studentlife")
    outcome = made.take_in("run-1")
    accepted = {name: stream.accepted for name, stream in outcome.streams.items()}
    expected = {
        "answer": 5414,
        "call": 1379,
        "charge_interval": 714,
        "conversation_interval": 19090,
        "dark_interval": 1849,
        "gps": 47790,
        "lock_interval": 2070,
        "text": 5887,
        "wifi_place": 369221,
    }
    assert expected == accepted
    assert (180, {}, 0) == (outcome.files_read, outcome.files_set_aside, outcome.files_unknown)
