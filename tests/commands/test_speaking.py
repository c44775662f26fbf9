"""Every command: honest exit codes, one JSON document, plain errors, silence in a pipe."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.commands.speaking import counted
from tests.commands.conftest import Command


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("ingest",),
        ("sql", "SELECT 1 AS one"),
        ("queue",),
        ("audit", "verify"),
        ("quarantine", "list"),
        ("features",),
        ("flags",),
        ("flags", "--replay"),
    ],
    ids=" ".join,
)
def test_json_is_exactly_one_document(command: Command, invented: Path, words: tuple[str, ...]) -> None:
    said = command(*words, "--site", invented, "--json")

    assert said.code == 0
    assert said.document is not None
    assert said.err == ""


def test_catalogue_as_json_is_one_document(command: Command) -> None:
    assert {"family", "feature_id", "unit", "definition"} <= set(command("catalogue", "--json").document[0])


@pytest.mark.parametrize("words", [("nonsense",), ("sql",), ("simulate", "x", "--days", "none"), ("queue", "--what")])
def test_wrong_use_exits_2(command: Command, words: tuple[str, ...]) -> None:
    said = command(*words)

    assert said.code == 2
    assert "Usage:" in said.err


def test_no_site_exits_1_with_a_plain_sentence(command: Command, tmp_path: Path) -> None:
    said = command("queue", "--site", tmp_path / "nowhere")

    assert said.code == 1
    assert "found no site here. Write one with `evenkeel init DIR`" in said.err
    assert "Traceback" not in said.err


def test_an_error_with_json_is_the_one_document(command: Command, tmp_path: Path) -> None:
    said = command("queue", "--site", tmp_path / "nowhere", "--json")

    assert said.code == 1
    assert said.document["faults"][0]["found"] == "found no site here"


def test_a_bad_question_exits_1_without_traceback(command: Command, invented: Path) -> None:
    said = command("sql", "SELEC 1", "--site", invented)

    assert said.code == 1
    assert said.err.startswith("the question cannot be answered")


def test_a_site_is_found_through_the_environment(
    command: Command, invented: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENKEEL_SITE", str(invented))

    assert command("check").code == 0


def test_nothing_but_the_answer_is_said_in_a_pipe(command: Command, invented: Path) -> None:
    said = command("ingest", "--site", invented)

    assert said.err == ""
    assert "\x1b" not in said.out


def test_a_file_that_cannot_be_used_is_named_without_traceback(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    said = command("init", tmp_path / "file" / "site")

    assert said.code == 1
    assert "cannot be used" in said.err


@pytest.mark.parametrize(("number", "text"), [(0, "no faults"), (1, "1 fault"), (2, "2 faults")])
def test_counts_read_as_words_do(number: int, text: str) -> None:
    assert text == counted(number, "fault")
