"""A small valid site: two participants, two clinicians, written as `evenkeel init` writes one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.registry.events import Device
from pipeline.registry.words import OperatingSystem
from pipeline.site_folder import scaffold
from pipeline.site_folder.rosters import ClinicianRow
from pipeline.site_folder.scaffold import Blueprint, People
from pipeline.vocabulary.ids import ClinicianId, DeviceId, ParticipantId

SINCE = date(2026, 1, 1)
PEOPLE = ("p-1", "p-2")


def phone(participant_id: str) -> Device:
    """A phone in use since the beginning of the year."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    return Device(
        ParticipantId(participant_id), DeviceId("phone"), "beiwe", f"x-{participant_id}", OperatingSystem.IOS, since
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of the site."""
    folder = tmp_path / "clinic"
    clinicians = [
        ClinicianRow(ClinicianId("ada"), "Ada Okafor", "psychiatrist", is_service_lead=True),
        ClinicianRow(ClinicianId("ben"), "Ben Lindqvist", "nurse"),
    ]
    people = People(
        clinicians=clinicians,
        participants=[scaffold.enrolled(one, "Europe/Berlin", since=SINCE) for one in PEOPLE],
        devices=[phone(one) for one in PEOPLE],
        care_teams=[row for one in PEOPLE for row in scaffold.answered_by(one, "ada", "ben")],
        consents=[row for one in PEOPLE for row in scaffold.consents_of(one, "signed form", SINCE)],
    )
    scaffold.write_site(folder, Blueprint("clinic", "Europe/Berlin"), people)
    return folder
