"""`sql` and `catalogue`: the same answer in every form."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.commands.conftest import Command

QUESTION = "SELECT 1 AS day_count, 'a,b' AS note"


def test_csv_is_printed_as_it_would_be_written(command: Command, invented: Path) -> None:
    assert 'day_count,note\n1,"a,b"\n' == command("sql", QUESTION, "--site", invented, "--format", "csv").out


def test_json_is_printed_either_way(command: Command, invented: Path) -> None:
    asked = [command("sql", QUESTION, "--site", invented, *form) for form in (("--json",), ("--format", "json"))]

    assert [[{"day_count": 1, "note": "a,b"}]] * 2 == [said.document for said in asked]


def test_a_table_is_drawn_for_people(command: Command, invented: Path) -> None:
    assert "day_count" in command("sql", QUESTION, "--site", invented).out


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_a_file_holds_the_answer(command: Command, invented: Path, tmp_path: Path, form: str) -> None:
    said = command("sql", QUESTION, "--site", invented, "--format", form, "-o", tmp_path / "answer")

    read = {"csv": pl.read_csv, "json": pl.read_json, "parquet": pl.read_parquet}[form](tmp_path / "answer")
    assert {"day_count": [1], "note": ["a,b"]} == read.to_dict(as_series=False)
    assert "wrote 1 rows to" in said.out


def test_json_of_a_written_file_says_what_was_written(command: Command, invented: Path, tmp_path: Path) -> None:
    said = command("sql", QUESTION, "--site", invented, "--json", "-o", tmp_path / "answer")

    assert {"file": str(tmp_path / "answer"), "row_count": 1} == said.document
    assert [{"day_count": 1, "note": "a,b"}] == json.loads((tmp_path / "answer").read_text())


@pytest.mark.parametrize("options", [("--format", "parquet"), ("-o", "/no/such/folder/answer.csv")])
def test_what_cannot_be_put_out_is_wrong_use(command: Command, invented: Path, options: tuple[str, str]) -> None:
    assert 2 == command("sql", QUESTION, "--site", invented, *options).code


def test_the_catalogue_has_every_form(command: Command, tmp_path: Path) -> None:
    command("catalogue", "--format", "parquet", "-o", tmp_path / "catalogue")
    rows = command("catalogue", "--json").document

    assert rows == pl.read_parquet(tmp_path / "catalogue").to_dicts()


def test_the_catalogue_is_a_table_for_people(command: Command) -> None:
    assert "steps_count" in command("catalogue").out


def test_the_feature_store_is_read_only(command: Command, invented: Path) -> None:
    said = command("sql", "CREATE TABLE mine (a INT)", "--site", invented)

    assert 1 == said.code
    assert "read-only" in said.err
