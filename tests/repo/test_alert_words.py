"""Nothing that the alert layer says to anybody names an illness, a probability of one, or what to do about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.flags.words import Suppression
from alerts.triage.words import Disposition

ALERTS = Path(__file__).resolve().parents[2] / "alerts"
SPOKEN = ("wording*.py", "words.py", "commands/*.py", "domains/*.py", "profile.py", "decision.py", "standing.py")
SPOKEN_TOO = ("delivery/*.py", "triage/*.py", "queues/*.py", "flags/*.py", "web/**/*.py", "console/**/*.py")
TEMPLATES = ("*.html", "*.js", "*.txt")
FORBIDDEN = re.compile(
    r"diagnos|\bmanic|\bmania|hypoman|depress|bipolar|psychos|suicid|probab|likelihood|\brisk of|treat|therap|prescri|"
    r"medicat|\bdose\b|\bdosage|\badmit|hospitali|emergency|relapse",
    re.IGNORECASE,
)
ALLOWED = ("not an emergency service",)
# The literature behind a marker is named by its authors or an article's address, and is shown to nobody as advice.
NOT_SPOKEN = {"literature", "starter_source"}


def _modules() -> list[Path]:
    found = {path for pattern in (*SPOKEN, *SPOKEN_TOO) for path in ALERTS.rglob(pattern)}
    return sorted(path for path in found if path.suffix == ".py")


def _templates() -> list[Path]:
    return sorted(path for pattern in TEMPLATES for path in ALERTS.rglob(pattern))


def _spoken(tree: ast.AST) -> Iterator[str]:
    """Every string that can reach a person: all but docstrings of internals, notes beside values, and sources.

    A command's own docstring is its help, so docstrings of commands are spoken.
    """
    silent = {id(part) for node in ast.walk(tree) for part in _silent(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.keyword) and node.arg in NOT_SPOKEN:
        yield from ast.walk(node.value)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and "LITERATURE" in one.id for one in node.targets
    ):
        yield from ast.walk(node.value)


def _without_allowed(text: str) -> str:
    for phrase in ALLOWED:
        text = re.sub(re.escape(phrase), "", text, flags=re.IGNORECASE)
    return text


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ALERTS)))
def test_no_string_says_what_is_not_ours_to_say(path: Path) -> None:
    texts = list(_spoken(ast.parse(path.read_text(encoding="utf-8"))))
    if path.parent.name == "commands":
        texts += [
            ast.get_docstring(node) or ""
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        ]

    assert [] == [text for text in texts if FORBIDDEN.search(_without_allowed(text))]


def test_no_template_says_it_either() -> None:
    texts = {str(path.relative_to(ALERTS)): _without_allowed(path.read_text(encoding="utf-8")) for path in _templates()}

    assert {} == {name: FORBIDDEN.findall(text) for name, text in texts.items() if FORBIDDEN.search(text)}


@pytest.mark.parametrize("word", ["Diagnosis", "mania detected", "depressed", "probability 0.8", "prescribe", "admit"])
def test_the_lint_finds_what_it_looks_for(word: str) -> None:
    assert [word] == [text for text in _spoken(ast.parse(f"said = {word!r}")) if FORBIDDEN.search(text)]


def test_the_lint_reads_the_modules_that_speak() -> None:
    assert {"wording.py", "words.py", "queues.py", "decision.py"} <= {path.name for path in _modules()}


def test_the_notice_that_this_is_no_emergency_service_stands_in_the_commands() -> None:
    text = (ALERTS / "commands" / "queues.py").read_text(encoding="utf-8")

    assert "not an emergency service" in text


@pytest.mark.parametrize("words", [Suppression, Disposition])
def test_every_word_of_a_closed_set_has_a_wording_of_its_own(words: type[Suppression | Disposition]) -> None:
    wordings = [word.wording for word in words]

    assert len(set(wordings)) == len(words)
