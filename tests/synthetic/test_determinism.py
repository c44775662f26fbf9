"""The same plan gives the same bytes, and a participant is the same in whatever company."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.synthetic.plan import Cohort, CohortPlan
from pipeline.synthetic.write import cohort

TINY = CohortPlan(3, 14, seed=11, form="mixed", last_day=date(2025, 11, 30), acceleration_every_s=3600)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def written(folder: Path, plan: CohortPlan) -> Cohort:
    return cohort(folder, plan)


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    assert digests(written(tmp_path / "a", TINY).folder) == digests(written(tmp_path / "b", TINY).folder)


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    one = written(tmp_path / "a", replace(TINY, participant_count=1))
    other = written(tmp_path / "b", replace(TINY, participant_count=1, seed=12))
    assert not set(digests(one.exports / "beiwe").values()) & set(digests(other.exports / "beiwe").values())


def test_a_participant_is_the_same_in_a_larger_cohort(tmp_path: Path) -> None:
    few = written(tmp_path / "few", TINY)
    many = written(tmp_path / "many", replace(TINY, participant_count=4))
    ours, theirs = digests(few.exports), digests(many.exports)
    assert ours == {path: theirs[path] for path in ours}
    assert few.people == many.people[:3]
    mine = pl.col("participant_id").is_in([person.participant_id for person in few.people])
    for path in few.truth.glob("*.parquet"):
        assert pl.read_parquet(path).equals(pl.read_parquet(many.truth / path.name).filter(mine))


def test_a_folder_tree_holds_the_same_files_as_the_zips(tmp_path: Path, members: dict[str, bytes]) -> None:
    from_zips = {path: content for path, content in members.items() if path.startswith("syn00002/")}
    plan = CohortPlan(2, 21, seed=5, last_day=date(2025, 11, 9), acceleration_every_s=1800, as_zip=False)
    root = written(tmp_path, plan).exports / "beiwe"
    in_tree = {str(path.relative_to(root)): path.read_bytes() for path in (root / "syn00002").rglob("*.csv")}
    assert from_zips == in_tree
    assert (root / "registry").is_file()


def test_progress_is_told_of_each_participant_by_pseudonym(tmp_path: Path) -> None:
    told: list[str] = []
    cohort(tmp_path, replace(TINY, participant_count=2), told.append)
    assert ["syn-001", "syn-002"] == [line.split(":")[0] for line in told]
