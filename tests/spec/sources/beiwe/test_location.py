"""Beiwe `gps`: what each row of a file becomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams.location import GPS

Read = Callable[..., Reading]

NAME = "abc12345/gps/2024-03-09 11_00_00+00_00.csv"


def test_a_fix_keeps_its_degrees_and_metres_and_no_speed(read: Read) -> None:
    found = read(
        "beiwe",
        NAME,
        """
        timestamp,UTC time,latitude,longitude,altitude,accuracy
        1709982000000,2024-03-09T11:00:00.000,42.5,-71.25,12.5,16.0
        1709982001017,2024-03-09T11:00:01.017,42.75,-71.5,,
        """,
    )

    columns = ["at_utc", "latitude_deg", "longitude_deg", "altitude_m", "accuracy_m", "speed_mps", "provider"]
    assert [
        (datetime(2024, 3, 9, 11, 0, 0, 0, UTC), 42.5, -71.25, 12.5, 16.0, None, "unknown"),
        (datetime(2024, 3, 9, 11, 0, 1, 17_000, UTC), 42.75, -71.5, None, None, None, "unknown"),
    ] == found.rows[GPS].select(columns).rows()


@pytest.mark.parametrize(
    ("written", "longitude_deg"),
    [
        ("180.0", 180.0),
        ("180.5", -179.5),
        ("-180.5", 179.5),
        ("360.0", 0.0),
        ("360.5", 360.5),
        ("-71.1234567", -71.1234567),
    ],
)
def test_a_shifted_longitude_is_brought_back_by_one_turn(read: Read, written: str, longitude_deg: float) -> None:
    header = "timestamp,UTC time,latitude,longitude,altitude,accuracy"
    found = read("beiwe", NAME, f"{header}\n1709982000000,2024-03-09T11:00:00.000,42.5,{written},1,1\n")

    assert [longitude_deg] == found.rows[GPS]["longitude_deg"].to_list()


def test_an_instant_beyond_all_calendars_is_refused_and_other_odd_ones_are_left_to_the_stream(read: Read) -> None:
    found = read(
        "beiwe",
        NAME,
        """
        timestamp,UTC time,latitude,longitude,altitude,accuracy
        0,1970-01-01T00:00:00.000,42.5,-71.25,12.5,16.0
        3786912000000,2090-01-01T00:00:00.000,42.5,-71.25,12.5,16.0
        999999999999999999,x,42.5,-71.25,12.5,16.0
        -1,x,42.5,-71.25,12.5,16.0
        1709982000000,2024-03-09T11:00:00.000,95.0,-71.25,12.5,16.0
        """,
    )

    assert [2, 3, 6] == found.rows[GPS]["line"].to_list()
    assert [(0, 4, "not_an_instant"), (0, 5, "not_an_instant")] == found.refused.rows()
