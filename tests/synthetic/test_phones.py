"""A new phone is a new registration of the same participant, and of one operating system at a time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from pipeline.synthetic.formats.beiwe import beiwe_files
from pipeline.synthetic.life.life import Life, draw_life
from pipeline.synthetic.plan import CohortPlan, seat
from pipeline.synthetic.write import person_of

PLAN = CohortPlan(200, 60, seed=9, form="beiwe", last_day=date(2025, 11, 30), acceleration_every_s=7200)


@pytest.fixture(scope="module")
def swapped() -> Life:
    """Somebody whose second phone is of the other make."""
    candidates = (draw_life(PLAN, seat(PLAN, index)) for index in range(PLAN.participant_count))
    return next(life for life in candidates if {phone.os for phone in life.phones} == {"android", "ios"})


def test_a_swap_gives_a_second_device_of_the_same_export(swapped: Life) -> None:
    devices = person_of(swapped).devices
    assert len({device.device_id for device in devices}) == len(devices) == len(swapped.phones)
    assert {swapped.seat.export_id} == {device.export_id for device in devices}
    assert all(device.from_utc.minute == 0 for device in devices)


def test_no_file_of_a_swapped_phone_holds_two_forms(swapped: Life) -> None:
    power = [file for file in beiwe_files(swapped) if "/power_state/" in file.path]
    paths = [file.path for file in power]
    assert len(paths) == len(set(paths))
    widths = [{line.count(b",") for line in file.content.split(b"\n")} for file in power]
    assert all(len(width) == 1 for width in widths)
    assert {2, 3} == {width for each in widths for width in each}


def test_each_phone_registers_once(swapped: Life) -> None:
    rows = [file.content.split(b"\n")[1:] for file in beiwe_files(swapped) if "/identifiers/" in file.path]
    stamps = sorted(int(line[:13]) for lines in rows for line in lines)
    assert np.allclose(stamps, [phone.from_s * 1000.0 for phone in swapped.phones])
