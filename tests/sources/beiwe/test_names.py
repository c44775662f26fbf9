"""Names of files in a Beiwe download."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.sources.beiwe import BEIWE
from pipeline.sources.beiwe.names import understood
from pipeline.sources.contract import Claim

SURVEY = "ESBAWuEB7iux4jR3MBb4fwIG"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("abc12345/gps/2018-06-16 11_00_00.csv", "gps"),
        ("abc12345/gps/2018-06-16 11_00_00+00_00.csv", "gps"),
        ("abc12345/gps/2018-06-16 11_00_00+00_00_2.csv", "gps"),
        ("abc12345/gps/2018-06-16 11_00_00_2.csv", "gps"),
        ("abc12345/gps/2018-06-16 11_00_00+00_00.csv.gz", "gps"),
        ("data/abc12345/accelerometer/2018-06-16 11_00_00+00_00.csv", "accelerometer"),
        ("drop/one/data/abc12345/power_state/2018-06-16 11_00_00+00_00.csv", "power_state"),
        ("abc12345/calls/2018-06-16 11_00_00+00_00.csv", "calls"),
        ("abc12345/texts/2018-06-16 11_00_00+00_00.csv", "texts"),
        ("abc12345/identifiers/2018-06-16 11_00_00+00_00.csv", "identifiers"),
        (f"abc12345/survey_answers/{SURVEY}/2018-06-16 11_22_33+00_00.csv", "survey_answers"),
    ],
)
def test_a_file_is_claimed_for_the_patient_whose_folder_it_lies_in(path: str, kind: str) -> None:
    assert Claim("abc12345", kind) == BEIWE.claim(path)
    assert not BEIWE.skips(path)


@pytest.mark.parametrize(
    "path",
    [
        "gps/2018-06-16 11_00_00.csv",
        "abc12345/gps/notes.csv",
        "abc12345/gps/2018-06-16 11_00_00+02_00.csv",
        "abc12345/gps/2018-13-16 11_00_00.csv",
        "abc12345/gps/2018-06-16 11_00_00.csv.part",
        "abc12345/gps/",
        "abc12345/somewhere/2018-06-16 11_00_00.csv",
        "abc12345/survey_answers/2018-06-16 11_22_33+00_00.csv",
        "sensing/gps/gps_u00.csv",
        "",
    ],
)
def test_any_other_file_is_nobodys(path: str) -> None:
    assert BEIWE.claim(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "registry",
        "data/registry",
        "abc12345/wifi/2018-06-16 11_00_00+00_00.csv",
        "abc12345/gyro/2018-06-16 11_00_00+00_00.csv",
        f"abc12345/survey_timings/{SURVEY}/2018-06-16 11_00_00+00_00.csv",
        f"abc12345/audio_recordings/{SURVEY}/2018-06-16 11_22_33+00_00.mp4",
        "abc12345/ambient_audio/2018-06-16 11_22_33+00_00.mp4",
    ],
)
def test_files_that_hold_nothing_to_read_are_skipped(path: str) -> None:
    assert BEIWE.skips(path)
    assert BEIWE.claim(path) is None


@pytest.mark.parametrize("path", ["sensing/wifi/wifi_u00.csv", "abc12345/gps/notes.csv", "registry.csv"])
def test_what_is_not_of_the_platform_is_not_skipped(path: str) -> None:
    assert not BEIWE.skips(path)


def test_a_submission_has_its_survey_and_instant() -> None:
    name = understood(f"abc12345/survey_answers/{SURVEY}/2018-06-16 11_22_33+00_00_2.csv")

    assert name is not None
    assert (SURVEY, datetime(2018, 6, 16, 11, 22, 33, tzinfo=UTC)) == (name.survey_id, name.stamped_at_utc)
