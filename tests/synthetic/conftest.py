"""One small cohort in both forms, written once and read by many tests."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.synthetic.life.life import Life, draw_life
from pipeline.synthetic.plan import Cohort, CohortPlan, seat
from pipeline.synthetic.truth.days import day_truth
from pipeline.synthetic.write import cohort

SMALL = CohortPlan(4, 21, seed=5, form="mixed", last_day=date(2025, 11, 9), acceleration_every_s=1800)
"""Participants 0 (iOS, New York), 1 (Android, New York), 2 (StudentLife), 3 (Android, Berlin); clocks go back."""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """The small cohort on disk."""
    return cohort(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="session")
def members(small: Cohort) -> dict[str, bytes]:
    """Every member of every Beiwe zip of the small cohort, registries by the zip's own name."""
    return beiwe_members(small.exports)


@pytest.fixture(scope="session")
def lives() -> list[Life]:
    """The lives behind the small cohort."""
    return [draw_life(SMALL, seat(SMALL, index)) for index in range(SMALL.participant_count)]


def beiwe_members(exports: Path) -> dict[str, bytes]:
    """Path in the export → bytes, for every zip below a folder."""
    found: dict[str, bytes] = {}
    for path in sorted((exports / "beiwe").glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                found[f"{path.name}:registry" if name == "registry" else name] = archive.read(name)
    return found


@pytest.fixture(scope="session")
def many_lives() -> list[Life]:
    """Forty people over four months, episodes at the usual rate."""
    plan = CohortPlan(40, 120, seed=3, form="mixed")
    return [draw_life(plan, seat(plan, index)) for index in range(plan.participant_count)]


@pytest.fixture(scope="session")
def many_days(many_lives: list[Life]) -> list[pl.DataFrame]:
    """The truth of their days."""
    return [day_truth(life) for life in many_lives]


@pytest.fixture(scope="session")
def scheduled_lives() -> list[Life]:
    """People with one scheduled episode each."""
    plan = CohortPlan.demo(20)
    seats = [seat(plan, index) for index in range(plan.participant_count)]
    return [draw_life(plan, place) for place in seats if place.scheduled]
