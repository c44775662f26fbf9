"""Beiwe `power_state` and `identifiers`: every text and what it becomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams.handset import HANDSET, POWER, SCREEN

Read = Callable[..., Reading]

NAME = "abc12345/power_state/2024-03-09 11_00_00+00_00.csv"
ANDROID = "timestamp,UTC time,event\n"
IOS = "timestamp,UTC time,event,level\n"
AT = "1709982000000,2024-03-09T11:00:00.000"


@pytest.mark.parametrize(
    ("text", "event"),
    [("Screen turned on", "on"), ("Screen turned off", "off")],
)
def test_android_writes_the_screen(read: Read, text: str, event: str) -> None:
    found = read("beiwe", NAME, ANDROID + f"{AT},{text}\n")

    assert [(event, "android")] == found.rows[SCREEN].select("event", "os").rows()
    assert found.rows[POWER].is_empty()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Power connected", "connected"),
        ("Power disconnected", "disconnected"),
        ("Device shut down signal received", "shutdown"),
        ("Device reboot signal received", "reboot"),
        ("Power Save Mode state change signal received; device in power save state.", "power_save_on"),
        ("Power Save Mode change signal received; device not in power save state.", "power_save_off"),
        ("Device Idle (Doze) state change signal received; device in idle state.", "idle_on"),
        ("Device Idle (Doze) state change signal received; device not in idle state.", "idle_off"),
    ],
)
def test_android_writes_power_without_a_level(read: Read, text: str, event: str) -> None:
    found = read("beiwe", NAME, ANDROID + f"{AT},{text}\n")

    assert [(event, "android", None)] == found.rows[POWER].select("event", "os", "level_ratio").rows()
    assert found.rows[SCREEN].is_empty()


@pytest.mark.parametrize(("text", "event"), [("Locked", "locked"), ("Unlocked", "unlocked")])
def test_ios_writes_the_lock(read: Read, text: str, event: str) -> None:
    found = read("beiwe", NAME, IOS + f"{AT},{text},0.5\n", os="android")

    assert [(event, "ios")] == found.rows[SCREEN].select("event", "os").rows()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Charging", "connected"),
        ("Full", "full"),
        ("Unplugged", "disconnected"),
        ("PowerUnknown", "unknown"),
        ("Unknown", "unknown"),
    ],
)
def test_ios_writes_power_with_a_level(read: Read, text: str, event: str) -> None:
    found = read("beiwe", NAME, IOS + f"{AT},{text},0.5\n")

    assert [(event, "ios", 0.5)] == found.rows[POWER].select("event", "os", "level_ratio").rows()


def test_repeated_states_of_ios_are_kept_as_signs_of_life(read: Read) -> None:
    found = read(
        "beiwe",
        NAME,
        """
        timestamp,UTC time,event,level
        1709982000000,2024-03-09T11:00:00.000,Unplugged,0.50
        1709982060000,2024-03-09T11:01:00.000,Unplugged,0.49
        1709982120000,2024-03-09T11:02:00.000,Unplugged,-1.0
        """,
    )

    assert [("disconnected", 0.5), ("disconnected", 0.49), ("disconnected", None)] == found.rows[POWER].select(
        "event", "level_ratio"
    ).rows()


def test_a_text_that_neither_system_writes_is_refused(read: Read) -> None:
    found = read("beiwe", NAME, ANDROID + f"{AT},Screen turned inside out\n{AT},Screen turned on\n{AT},\n")

    assert [(0, 2, "unknown_code"), (0, 4, "unknown_code")] == found.refused.rows()
    assert 1 == found.rows[SCREEN].height


@pytest.mark.parametrize(
    ("written", "os"),
    [("Android", "android"), ("iOS", "ios"), ("iPhone OS", "ios"), ("Other", "unknown"), ("", "unknown")],
)
def test_a_registration_says_which_phone_and_not_whose_number(read: Read, written: str, os: str) -> None:
    found = read(
        "beiwe",
        "abc12345/identifiers/2024-03-09 11_00_00+00_00.csv",
        "timestamp,UTC time,patient_id,MAC,phone_number,device_id,device_os,os_version,product,brand,hardware_id,"
        "manufacturer,model,beiwe_version\n"
        f"{AT},abc12345,m4c,numb3r,d3v,{written},14,p,b,h,Maker,Model 7,3.4\n",
    ).rows[HANDSET]

    assert [(datetime(2024, 3, 9, 11, tzinfo=UTC), os, "14", "Model 7", "3.4", "abc12345")] == found.drop(
        "file_ordinal", "line"
    ).rows()
