"""`init`, `check`, `simulate` and `demo` as a shell sees them."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Command
from tests.plugins.exports import REGISTERED, deliver, gps_hour


def test_a_new_site_passes_check(command: Command, tmp_path: Path) -> None:
    written = command("init", tmp_path / "site", "--zone", "Europe/Oslo")

    assert f"next: evenkeel check --site {tmp_path / 'site'}" in written.out.replace("\n", " ")
    assert "no faults, no warnings" in command("check", "--site", tmp_path / "site").out


def test_init_over_a_site_fails_and_says_why(command: Command, tmp_path: Path) -> None:
    command("init", tmp_path / "site")

    again = command("init", tmp_path / "site")

    assert 1 == again.code
    assert "found a site here already. Choose another folder" in again.err


def test_init_into_no_zone_fails(command: Command, tmp_path: Path) -> None:
    said = command("init", tmp_path / "site", "--zone", "Mars/Base")

    assert (1, False) == (said.code, (tmp_path / "site").exists())


def test_adopting_tells_who_was_found(command: Command, tmp_path: Path) -> None:
    deliver(tmp_path / "download", gps_hour("abc123", REGISTERED, ["1,2,3,4"]))

    said = command("init", tmp_path / "site", "--adopt", tmp_path / "download", "--json")

    assert ["abc123"] == said.document["participants"]


def test_adopting_nothing_fails_without_traceback(command: Command, tmp_path: Path) -> None:
    said = command("init", tmp_path / "site", "--adopt", tmp_path / "nowhere")

    assert 1 == said.code
    assert "found no such folder or archive" in said.err


def test_check_lists_faults_and_exits_1(command: Command, tmp_path: Path) -> None:
    command("init", tmp_path / "site")
    (tmp_path / "site" / "clinicians.csv").unlink()

    said = command("check", "--site", tmp_path / "site")

    assert 1 == said.code
    assert "clinicians.csv: found no service lead" in said.out


def test_check_of_broken_settings_is_one_document(command: Command, tmp_path: Path) -> None:
    command("init", tmp_path / "site")
    (tmp_path / "site" / "site.toml").write_text("[site]\nid = 3\n")

    said = command("check", "--site", tmp_path / "site", "--json")

    assert (1, 3) == (said.code, len(said.document["faults"]))


def test_simulate_names_its_participants(command: Command, tmp_path: Path) -> None:
    said = command(
        "simulate", tmp_path / "site", "--participants", 1, "--days", 14, "--format", "studentlife", "--json"
    )

    assert ["syn-001"] == said.document["participants"]


def test_simulate_over_a_site_fails(command: Command, invented: Path) -> None:
    said = command("simulate", invented, "--participants", 1, "--days", 14)

    assert 1 == said.code
    assert "found a folder that is not empty" in said.err


def test_demo_leaves_a_site_that_is_there(command: Command, invented: Path) -> None:
    assert 0 == command("demo", invented).code


def test_demo_gives_a_document_where_a_site_is_there(command: Command, invented: Path) -> None:
    assert str(invented) == command("demo", invented, "--json").document["site"]
