"""Beiwe `accelerometer`: both systems in g."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.sources.beiwe import BEIWE
from pipeline.sources.contract import Body, Reading
from pipeline.vocabulary.streams.movement import ACCELEROMETER, GRAVITY_MPS2

Read = Callable[..., Reading]

NAME = "abc12345/accelerometer/2024-03-09 11_00_00+00_00.csv"
IN_G = "1709982000000,t,unknown,0.0,0.5,-1.0\n"
IN_MPS2 = "1709982000000,t,3,0.0,4.903325,-9.80665\n"
HEADER = "timestamp,UTC time,accuracy,x,y,z\n"


@pytest.mark.parametrize("row", [pytest.param(IN_G, id="iOS"), pytest.param(IN_MPS2, id="Android")])
def test_a_sample_is_in_units_of_gravity_whatever_the_phone_wrote(read: Read, row: str) -> None:
    found = read("beiwe", NAME, HEADER + row).rows[ACCELEROMETER]

    assert [(0.0, 0.5, -1.0)] == found.select("x_g", "y_g", "z_g").rows()


def test_the_unit_is_decided_for_each_file_of_a_batch() -> None:
    bodies = (Body(0, NAME, (HEADER + IN_G).encode()), Body(1, NAME, (HEADER + IN_MPS2).encode()))

    found = BEIWE.reader("accelerometer").read(bodies).rows[ACCELEROMETER]

    assert [(0, -1.0), (1, -1.0)] == found.select("file_ordinal", "z_g").rows()


def test_one_knock_does_not_change_the_unit_of_its_file(read: Read) -> None:
    knock = "1709982000100,t,unknown,0.0,0.0,9.0\n"

    found = read("beiwe", NAME, HEADER + IN_G + knock + IN_G).rows[ACCELEROMETER]

    assert [-1.0, 9.0, -1.0] == found["z_g"].to_list()


def test_a_phone_at_rest_shows_one_gravity(read: Read) -> None:
    found = read("beiwe", NAME, HEADER + f"1709982000000,t,3,{GRAVITY_MPS2},0,0\n").rows[ACCELEROMETER]

    assert [1.0] == found["x_g"].to_list()
