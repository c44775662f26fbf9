"""Days of 23 and 25 hours are ordinary days."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from pipeline.synthetic.life.life import Life, draw_life
from pipeline.synthetic.plan import CohortPlan, seat
from pipeline.synthetic.truth.days import day_truth
from pipeline.synthetic.truth.happenings import confounder_truth


def at_home_in(zone_seat: int, last_day: date, seed: int) -> Life:
    """Somebody who spends the study in the zone of their home."""
    plan = CohortPlan(20, 28, seed=seed, form="beiwe", last_day=last_day)
    lives = (draw_life(plan, seat(plan, index)) for index in range(zone_seat, 20, 4))
    return next(life for life in lives if not life.calendar.night_zone.any())


@pytest.mark.parametrize(
    ("zone_seat", "last_day", "changed", "length_h"),
    [
        (0, date(2025, 3, 30), date(2025, 3, 9), 23.0),
        (3, date(2025, 4, 13), date(2025, 3, 30), 23.0),
        (0, date(2025, 11, 23), date(2025, 11, 2), 25.0),
        (3, date(2025, 11, 9), date(2025, 10, 26), 25.0),
    ],
)
def test_the_day_before_the_change_ends_at_four_by_the_new_clock(
    zone_seat: int, last_day: date, changed: date, length_h: float
) -> None:
    life = at_home_in(zone_seat, last_day, seed=6)
    hours = day_truth(life).select("local_day", (pl.col("ends_at_utc") - pl.col("starts_at_utc")).dt.total_hours())
    odd = hours.filter(pl.col("ends_at_utc") != 24)
    assert [length_h] == odd["ends_at_utc"].to_list()
    assert (changed - odd["local_day"][0]).days == 1
    events = confounder_truth(life).filter(pl.col("kind") == "clock_change")
    assert [changed] == events["first_day"].to_list()


def test_people_go_on_living_by_the_wall_clock() -> None:
    """An hour's change of the clocks leaves the local hours of waking where they were."""
    life = at_home_in(0, date(2025, 11, 23), seed=6)
    wake = day_truth(life).select(
        "local_day", pl.col("sleep_offset_at_utc").dt.convert_time_zone("America/New_York").alias("woke")
    )
    hour = wake["woke"].dt.hour().to_numpy() + wake["woke"].dt.minute().to_numpy() / 60.0
    before = wake["local_day"].to_numpy() < np.datetime64("2025-11-02")
    assert abs(np.median(hour[before]) - np.median(hour[~before])) < 1.0
