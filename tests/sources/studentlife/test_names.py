"""Names of files in the StudentLife tree."""

from __future__ import annotations

import pytest

from pipeline.sources.contract import Claim
from pipeline.sources.studentlife import STUDENTLIFE


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("dataset/sensing/gps/gps_u07.csv", "gps"),
        ("dataset/sensing/gps/gps_u07.csv.gz", "gps"),
        ("drop/studentlife/dataset/sensing/wifi_location/wifi_location_u07.csv", "wifi_location"),
        ("sensing/phonelock/phonelock_u07.csv", "phonelock"),
        ("sensing/phonecharge/phonecharge_u07.csv", "phonecharge"),
        ("sensing/dark/dark_u07.csv", "dark"),
        ("sensing/conversation/conversation_u07.csv", "conversation"),
        ("sensing/activity/activity_u07.csv", "activity"),
        ("dataset/call_log/call_log_u07.csv.gz", "call_log"),
        ("dataset/sms/sms_u07.csv.gz", "sms"),
        ("dataset/EMA/response/Stress/Stress_u07.json", "ema"),
        ("dataset/EMA/response/Mood 1/Mood 1_u07.json.gz", "ema"),
    ],
)
def test_a_file_is_claimed_for_the_person_that_its_name_ends_with(path: str, kind: str) -> None:
    assert Claim("u07", kind) == STUDENTLIFE.claim(path)
    assert not STUDENTLIFE.skips(path)


def test_a_person_is_letters_and_a_number() -> None:
    assert Claim("syn00001", "gps") == STUDENTLIFE.claim("dataset/sensing/gps/gps_syn00001.csv")


@pytest.mark.parametrize(
    "path",
    [
        "dataset/sensing/gps/wifi_u07.csv",
        "dataset/gps/gps_u07.csv",
        "dataset/sensing/gps/gps_07.csv",
        "dataset/sensing/gps/gps_u07.json",
        "dataset/EMA/response/Stress/Mood_u07.json",
        "abc12345/gps/2018-06-16 11_00_00.csv",
        "",
    ],
)
def test_any_other_file_is_nobodys(path: str) -> None:
    assert STUDENTLIFE.claim(path) is None
    assert not STUDENTLIFE.skips(path)


@pytest.mark.parametrize(
    "path",
    [
        "dataset/sensing/audio/audio_u07.csv",
        "dataset/sensing/bluetooth/bluetooth_u07.csv.gz",
        "dataset/EMA/EMA_definition.json.gz",
        "dataset/app_usage/running_app_u07.csv",
        "dataset/survey/PHQ-9.csv",
    ],
)
def test_files_that_hold_nothing_to_read_are_skipped(path: str) -> None:
    assert STUDENTLIFE.skips(path)
    assert STUDENTLIFE.claim(path) is None
