"""What is declared is documented, and the pages say what the code says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

import evenkeel
from docs import generate
from features.catalogue import all_families
from features.declaration import MissingReason

PAGES = {path.relative_to(generate.DOCS).as_posix(): path for path in sorted(generate.DOCS.rglob("*.md"))}
COMMAND = re.compile(r"^(?:printf .* \| )?evenkeel (?P<words>[a-z]+(?: [a-z]+)?)(?P<rest>.*)$", re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_would_be_generated(name: str) -> None:
    """Where this fails, run `python docs/generate.py` and look at what changed."""
    written = PAGES[name].read_text(encoding="utf-8")

    assert generate.generated().get(PAGES[name], written) == written


def test_every_generated_part_stands_on_a_page() -> None:
    asked = {part["name"] for path in PAGES.values() for part in generate.PART.finditer(path.read_text())}

    assert set(generate.PARTS) == asked


def test_every_feature_is_in_the_data_dictionary() -> None:
    page = PAGES["features.md"].read_text()

    assert [] == [
        feature.feature_id
        for family in all_families()
        for feature in family.features
        if f"| `{feature.feature_id}` |" not in page
    ]


def test_every_reason_for_a_missing_value_is_explained() -> None:
    page = PAGES["features.md"].read_text()

    assert [] == [reason.value for reason in MissingReason if f"| `{reason.value}` |" not in page]


def test_every_decision_record_is_listed() -> None:
    listed = PAGES["adr/index.md"].read_text()

    assert [] == [name for name in PAGES if name.startswith("adr/0") and name.removeprefix("adr/") not in listed]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_a_page_shows_exists(name: str) -> None:
    assert [] == [words for words in _shown(PAGES[name].read_text()) if not _is_command(words)]


def _shown(page: str) -> Iterator[list[str]]:
    """The first words of every line of a code block that begins with `evenkeel`."""
    for block in re.findall(r"```\n(.*?)```", page, re.DOTALL):
        for found in COMMAND.finditer(block):
            yield found["words"].split()


def _is_command(words: list[str]) -> bool:
    groups = {group.name: group.typer_instance for group in evenkeel.app.registered_groups if group.typer_instance}
    names = {_name(command) for command in evenkeel.app.registered_commands}
    if words[0] in groups:
        return words[1] in {_name(command) for command in groups[words[0]].registered_commands}
    return words[0] in names


def _name(command: object) -> str:
    named, called = getattr(command, "name", None), getattr(command, "callback", None)
    return str(named or getattr(called, "__name__", "")).replace("_", "-")


def test_the_glossary_and_every_page_of_the_navigation_are_there() -> None:
    text = (generate.DOCS.parent / "mkdocs.yml").read_text()
    named = re.findall(r": (\S+\.md)$", text, re.MULTILINE)

    assert [] == [name for name in named if name not in PAGES]


def test_no_page_names_a_machine_or_a_probability_of_illness() -> None:
    forbidden = ("mania detected", "depression detected", "risk score")

    assert [] == [
        (name, word) for name, path in PAGES.items() for word in forbidden if word in path.read_text().lower()
    ]


def test_every_variable_of_the_environment_is_explained() -> None:
    """Whatever the packages read from the environment stands on the page for operators."""
    page, root = PAGES["operations.md"].read_text(), generate.DOCS.parent
    packages = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    sources = [path.read_text() for package in packages for path in (root / package).rglob("*.py")]
    read = {name for text in sources for name in re.findall(r'"(EVENKEEL_[A-Z_]+)"', text)}
    read |= {f"EVENKEEL_{name}" for text in sources for name in re.findall(r'secret\("([A-Z_]+)"\)', text)}

    assert [] == sorted(name for name in read if f"`{name}`" not in page)
