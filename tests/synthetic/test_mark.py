from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.synthetic.mark import is_marked_synthetic, mark_synthetic
from pipeline.synthetic.plan import Cohort


def test_an_export_folder_without_the_mark_is_not_synthetic(tmp_path: Path) -> None:
    (tmp_path / "beiwe").mkdir()
    assert not is_marked_synthetic(tmp_path)


def test_a_folder_that_is_not_there_is_not_synthetic(tmp_path: Path) -> None:
    assert not is_marked_synthetic(tmp_path / "nowhere")


def test_a_mark_in_the_folder_or_just_below_it_is_seen(tmp_path: Path) -> None:
    mark_synthetic(tmp_path / "one")
    mark_synthetic(tmp_path / "two" / "beiwe")
    assert is_marked_synthetic(tmp_path / "one")
    assert is_marked_synthetic(tmp_path / "two")


def test_a_written_cohort_is_marked(small: Cohort) -> None:
    assert is_marked_synthetic(small.exports)
    assert is_marked_synthetic(small.truth)


def test_every_row_and_file_of_the_truth_says_synthetic(small: Cohort) -> None:
    tables = sorted(small.truth.glob("*.parquet"))
    assert {"days", "people", "devices", "episodes", "confounders", "gaps", "scales"} == {path.stem for path in tables}
    for path in tables:
        assert pl.read_parquet_metadata(path)["synthetic"] == "true"
        assert pl.read_parquet(path)["synthetic"].all()


def test_every_phone_is_of_the_make_synthetic(members: dict[str, bytes]) -> None:
    registrations = [content for path, content in members.items() if "/identifiers/" in path]
    assert registrations
    assert all(b",synthetic,synthetic,synthetic,synthetic,synthetic-" in content for content in registrations)
