"""A site for an export folder that is there already."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.opening import opened
from pipeline.registry.roster import roster_at
from pipeline.site_folder.adopt import Adoption, adopt
from pipeline.site_folder.check import checked
from pipeline.site_folder.settings import load_site
from tests.plugins.exports import REGISTERED, deliver, deliver_zip, gps_hour

HOUR = {**gps_hour("abc123", REGISTERED, ["1,2,3,4"]), **gps_hour("def456", REGISTERED, ["1,2,3,4"])}


def adoption(exports: Path, source: str = "beiwe", consent_basis: str | None = None) -> Adoption:
    """Adopt into New York, under one clinician."""
    return Adoption(exports, source, "America/New_York", "Ada Okafor", consent_basis=consent_basis)


def test_everybody_in_a_folder_is_found_and_followed_by_the_clinician(tmp_path: Path) -> None:
    deliver(tmp_path / "exports", HOUR)

    found = adopt(tmp_path / "site", adoption(tmp_path / "exports"))

    assert ("abc123", "def456") == found
    assert [["ada-okafor"], ["ada-okafor"]] == [list(route.clinicians) for route in checked(tmp_path / "site").routes]


def test_everybody_in_an_archive_is_found(tmp_path: Path) -> None:
    deliver_zip(tmp_path / "download.zip", HOUR)

    assert ("abc123", "def456") == adopt(tmp_path / "site", adoption(tmp_path / "download.zip"))


def test_the_folder_of_one_participant_can_be_adopted(tmp_path: Path) -> None:
    deliver(tmp_path / "exports", HOUR)

    assert ("abc123",) == adopt(tmp_path / "site", adoption(tmp_path / "exports" / "abc123"))


def test_check_calls_it_a_one_person_chain(tmp_path: Path) -> None:
    deliver(tmp_path / "exports", HOUR)
    adopt(tmp_path / "site", adoption(tmp_path / "exports"))

    report = checked(tmp_path / "site")

    assert ((), 2) == (report.faults, sum("one-person chain" in warning.found for warning in report.warnings))


@pytest.mark.parametrize(("basis", "is_retrospective"), [(None, True), ("signed forms of study 12", False)])
def test_without_a_consent_basis_a_site_is_retrospective(
    tmp_path: Path, *, basis: str | None, is_retrospective: bool
) -> None:
    deliver(tmp_path / "exports", HOUR)
    adopt(tmp_path / "site", adoption(tmp_path / "exports", consent_basis=basis))

    assert is_retrospective == load_site(tmp_path / "site").is_retrospective


def test_the_basis_stands_in_the_consents(tmp_path: Path) -> None:
    deliver(tmp_path / "exports", HOUR)
    adopt(tmp_path / "site", adoption(tmp_path / "exports", consent_basis="signed forms of study 12"))
    checked(tmp_path / "site")

    with opened(tmp_path / "site") as place, place.store.read() as session:
        consents = roster_at(session, place.clock.now_utc()).consents

    assert {"signed forms of study 12"} == {note.event.basis for notes in consents.values() for note in notes}


@pytest.mark.parametrize(
    ("exports", "source", "message"),
    [
        ("exports", "fitbit", "found an unknown source"),
        ("elsewhere", "beiwe", "found no such folder or archive"),
        ("exports", "studentlife", "found no export of studentlife"),
    ],
)
def test_what_cannot_be_adopted_writes_nothing(tmp_path: Path, exports: str, source: str, message: str) -> None:
    deliver(tmp_path / "exports", HOUR)

    with pytest.raises(ConfigurationError, match=message):
        adopt(tmp_path / "site", adoption(tmp_path / exports, source))

    assert not (tmp_path / "site").exists()


def test_a_site_inside_its_own_exports_is_refused(tmp_path: Path) -> None:
    deliver(tmp_path / "exports", HOUR)

    with pytest.raises(ConfigurationError, match="found a folder inside the export folder"):
        adopt(tmp_path / "exports" / "site", adoption(tmp_path / "exports"))


@pytest.mark.real
@pytest.mark.parametrize(
    ("exports", "source", "count"),
    [("beiwe/mano_download.v1.zip", "beiwe", 1), ("studentlife/dataset", "studentlife", 10)],
)
def test_real_exports_are_adopted_without_fault(
    real_data: Path, tmp_path: Path, exports: str, source: str, count: int
) -> None:
    found = adopt(tmp_path / "site", adoption(real_data / exports, source))

    assert (count, ()) == (len(found), checked(tmp_path / "site").faults)
