"""Writing new sites: whole or not at all, and never over something."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.site_folder import scaffold
from pipeline.site_folder.check import checked
from pipeline.site_folder.invented import UNFINISHED, invent_site
from pipeline.site_folder.rosters import ClinicianRow
from pipeline.site_folder.scaffold import Blueprint, People
from pipeline.site_folder.settings import SETTINGS_FILE, load_site
from pipeline.synthetic.plan import CohortPlan
from pipeline.vocabulary.ids import ClinicianId

LEAD = People(clinicians=[ClinicianRow(ClinicianId("ada"), "Ada Okafor", "psychiatrist", is_service_lead=True)])
SMALL = CohortPlan.demo(1, 14, 3, "studentlife")


def test_a_new_site_passes_check(tmp_path: Path) -> None:
    scaffold.write_site(tmp_path, Blueprint("clinic", "Europe/Oslo", day_starts_h=0), LEAD)

    assert ((), ()) == (checked(tmp_path).faults, checked(tmp_path).warnings)


def test_the_settings_say_what_the_blueprint_says(tmp_path: Path) -> None:
    scaffold.write_site(tmp_path, Blueprint("clinic", "Europe/Oslo", "GB", 0, is_retrospective=True), LEAD)

    site = load_site(tmp_path)

    assert ("clinic", "Europe/Oslo", "GB", 0, True, False) == (
        site.site_id,
        site.zone,
        site.jurisdiction,
        site.day_starts_h,
        site.is_retrospective,
        site.is_synthetic,
    )


def test_every_commented_default_is_the_real_one(tmp_path: Path) -> None:
    """Taking the comment sign from every setting gives the same site as leaving it there."""
    scaffold.write_site(tmp_path, Blueprint("clinic", "UTC"), LEAD)
    commented, path = load_site(tmp_path), tmp_path / SETTINGS_FILE
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line[2:] if " = " in line and line.startswith("# ") else line for line in lines))
    written = load_site(tmp_path)

    assert "https://paging.example/evenkeel" == written.delivery.webhook_url
    assert (commented.retention, commented.run, commented.detection, commented.service_levels) == (
        written.retention,
        written.run,
        written.detection,
        written.service_levels,
    )


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    scaffold.write_site(tmp_path, Blueprint("clinic", "UTC"), LEAD)

    assert 0o600 == (tmp_path / "var" / "site.key").stat().st_mode & 0o777


@pytest.mark.parametrize("zone", ["Mars/Base", 'UTC"\nid = "x'])
def test_a_site_with_a_fault_is_not_written(tmp_path: Path, zone: str) -> None:
    with pytest.raises(ConfigurationError):
        scaffold.write_site(tmp_path / "site", Blueprint("clinic", zone), LEAD)

    assert not (tmp_path / "site").exists()


def test_a_clinician_without_a_name_is_refused(tmp_path: Path) -> None:
    nameless = People(clinicians=[ClinicianRow(ClinicianId("ada"), " ", "psychiatrist", is_service_lead=True)])

    with pytest.raises(ConfigurationError, match="found no display_name"):
        scaffold.write_site(tmp_path, Blueprint("clinic", "UTC"), nameless)


def test_files_that_are_there_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "duty.csv").write_text("mine")

    with pytest.raises(ConfigurationError, match=r"found duty\.csv here already"):
        scaffold.write_site(tmp_path, Blueprint("clinic", "UTC"), LEAD)

    assert ["duty.csv"] == [one.name for one in tmp_path.iterdir()]


def test_a_key_that_is_there_is_kept(tmp_path: Path) -> None:
    """A store sealed with the key would else be lost with it."""
    scaffold.write_site(tmp_path, Blueprint("clinic", "UTC"), LEAD)
    key = (tmp_path / "var" / "site.key").read_text()
    for one in [*tmp_path.glob("*.csv"), tmp_path / SETTINGS_FILE]:
        one.unlink()
    scaffold.write_site(tmp_path, Blueprint("clinic", "UTC"), LEAD)

    assert key == (tmp_path / "var" / "site.key").read_text()


def test_an_invented_site_leaves_nothing_unfinished(tmp_path: Path) -> None:
    invent_site(tmp_path, SMALL)

    assert not (tmp_path / UNFINISHED).exists()


def test_what_a_killed_simulation_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED / "exports").mkdir(parents=True)
    (tmp_path / UNFINISHED / "exports" / "half").write_text("half")
    invent_site(tmp_path, SMALL)

    assert not (tmp_path / "exports" / "half").exists()


def test_nothing_is_invented_into_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(ConfigurationError, match="found a folder that is not empty"):
        invent_site(tmp_path, SMALL)
