"""The whole way on a small synthetic site: once, twice, in pieces, and after being killed between any two steps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from alerts.night import plan, whole
from pipeline.opening import Opened, opened
from pipeline.site_folder.invented import invent_site
from pipeline.synthetic.plan import CohortPlan
from pipeline.warehouse.read import latest_daily, query

VALUES = ["participant_id", "local_day", "feature_id", "feature_version", "value", "value_low", "value_high"]
FACTS = [*VALUES, "coverage_ratio", "missing_reason"]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic site of two people and 16 days that nothing was done with."""
    root = tmp_path_factory.mktemp("journey") / "site"
    invent_site(root, CohortPlan.demo(2, 16, 3, "studentlife"))
    return root


@pytest.fixture(scope="module")
def facts(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """What one night states of that site."""
    root = _copy(untouched, tmp_path_factory.mktemp("once"))
    return _with(root, lambda place: whole(place, "once"))


def test_a_night_states_a_row_for_every_person_day_and_feature(facts: pl.DataFrame) -> None:
    days = facts.select("participant_id", "local_day").unique().height

    assert facts.height == days * facts["feature_id"].n_unique()
    assert facts.filter(pl.col("value").is_null() != pl.col("missing_reason").is_not_null()).is_empty()
    assert facts["value"].is_not_null().any()


def test_a_second_night_adds_nothing(untouched: Path, tmp_path: Path, facts: pl.DataFrame) -> None:
    root = _copy(untouched, tmp_path)
    _with(root, lambda place: whole(place, "first"))
    again = _with(root, lambda place: whole(place, "second"))

    assert again.equals(facts)
    with opened(root) as place:
        assert query(place.site, "SELECT DISTINCT run_id FROM feature.daily_history")["run_id"].to_list() == ["first"]


def test_three_overlapping_deliveries_in_any_order_end_in_the_same_facts(
    untouched: Path, tmp_path: Path, facts: pl.DataFrame
) -> None:
    root = _copy(untouched, tmp_path)
    held_back = tmp_path / "held_back"
    shutil.move(root / "exports" / "studentlife", held_back)
    files = sorted(path for path in held_back.rglob("*") if path.is_file())
    deliveries = [files[2::3] + files[::5], files[::3] + files[1::4], files]
    for number, delivery in enumerate(deliveries):
        for file in reversed(delivery):
            target = root / "exports" / "studentlife" / file.relative_to(held_back)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)
        _with(root, lambda place, number=number: whole(place, f"delivery-{number}"))

    assert _with(root, lambda _: None).equals(facts)


@pytest.mark.parametrize("done", range(1, 7))
def test_killed_after_any_step_and_run_again_gives_the_same_facts(
    untouched: Path, tmp_path: Path, facts: pl.DataFrame, done: int
) -> None:
    root = _copy(untouched, tmp_path)

    def killed(place: Opened) -> None:
        for _, step in plan(place, "killed", None)[:done]:
            step()

    _with(root, killed)

    assert _with(root, lambda place: whole(place, "again")).equals(facts)


def _copy(untouched: Path, folder: Path) -> Path:
    """A site of its own to work on."""
    return Path(shutil.copytree(untouched, folder / "site"))


def _with(root: Path, work: Callable[[Opened], None]) -> pl.DataFrame:
    """Work on a site, and give the facts as they then stand."""
    with opened(root) as place:
        work(place)
        return latest_daily(place.site).select(FACTS)
