"""A synthetic site: an invented cohort with a roster of fictional clinicians, commissioned by its own set-up."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import SystemClock
from pipeline.errors import ConfigurationError, Fault
from pipeline.opening import opened
from pipeline.registry.events import SITE, Device, Switch
from pipeline.registry.record import record_switch
from pipeline.registry.words import OperatingSystem, SwitchKind, SwitchScope
from pipeline.site_folder import scaffold
from pipeline.site_folder.importing import bring_in
from pipeline.site_folder.rosters import CareTeamRow, ClinicianRow
from pipeline.site_folder.scaffold import Blueprint, People
from pipeline.site_folder.settings import SETTINGS_FILE
from pipeline.synthetic.plan import Cohort, CohortPlan, SyntheticPerson
from pipeline.synthetic.write import cohort
from pipeline.vocabulary.ids import ClinicianId, DeviceId, ParticipantId

CLINICIANS = (
    ClinicianRow(ClinicianId("ada-okafor"), "Ada Okafor", "psychiatrist", is_service_lead=True),
    ClinicianRow(ClinicianId("ben-lindqvist"), "Ben Lindqvist", "psychiatrist"),
    ClinicianRow(ClinicianId("chiara-moretti"), "Chiara Moretti", "nurse"),
)
"""Fictional, like everybody on a synthetic site."""
UNFINISHED = ".unfinished"
"""Where a synthetic site lies in its folder until it is whole."""
OFFICE = "weekdays"
BASIS = "synthetic: nobody was asked because nobody exists"
SETTER_UP = Actor(ActorKind.OPERATOR, "synthetic-setup", "operator")


def invent_site(root: Path, plan: CohortPlan) -> Cohort:
    """Draw a cohort and write its site into a new or empty folder; what a killed run left unfinished is replaced.

    Raises:
        ConfigurationError: there is something in the folder already.
    """
    part = root / UNFINISHED
    if root.exists() and any(one != part for one in root.iterdir()):
        raise ConfigurationError([Fault(str(root), "found a folder that is not empty", "Choose another")])
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    written = cohort(part, plan)
    write_invented_site(part, written)
    # The settings come last: a folder with them is a whole site.
    for one in sorted(part.iterdir(), key=lambda one: one.name == SETTINGS_FILE):
        one.rename(root / one.name)
    part.rmdir()
    return written


def write_invented_site(root: Path, invented: Cohort) -> None:
    """Write the site around the cohort's exports, register everybody, and accept it for routing."""
    people = People(
        clinicians=CLINICIANS,
        participants=[
            scaffold.enrolled(one.participant_id, one.zone, _weekly(one.work_pattern), invented.plan.first_day)
            for one in invented.people
        ],
        devices=[device for one in invented.people for device in _phones(one)],
        care_teams=[row for index, one in enumerate(invented.people) for row in _team(index, one)],
        consents=[
            row
            for one in invented.people
            for row in scaffold.consents_of(one.participant_id, BASIS, invented.plan.first_day)
        ],
    )
    blueprint = Blueprint("synthetic", "America/New_York", is_synthetic=True, is_retrospective=True)
    scaffold.write_site(root, blueprint, people)
    _commission(root)


def _weekly(work_pattern: str) -> str | None:
    """The weekday pattern of those whose work has one; shifts, studies and no work have none."""
    return "WWWWWRR" if work_pattern == OFFICE else None


def _phones(person: SyntheticPerson) -> list[Device]:
    """Every phone of a participant, each in use until the next one is."""
    ends = [span.from_utc for span in person.devices[1:]] + [None]
    return [
        Device(
            ParticipantId(person.participant_id),
            DeviceId(span.device_id),
            person.source,
            span.export_id,
            OperatingSystem(span.os),
            span.from_utc,
            end,
        )
        for span, end in zip(person.devices, ends, strict=True)
    ]


def _team(index: int, person: SyntheticPerson) -> list[CareTeamRow]:
    """Clinicians take turns; the next one is the deputy."""
    responsible, deputy = (CLINICIANS[(index + turn) % len(CLINICIANS)].clinician_id for turn in (0, 1))
    return scaffold.answered_by(person.participant_id, responsible, deputy)


def _commission(root: Path) -> None:
    with opened(root, SystemClock()) as site:
        faults = bring_in(site.site, site.store, site.clock, site.key)
        if faults:
            raise ConfigurationError(faults)
        with site.store.write(SETTER_UP, site.clock) as uow:
            record_switch(uow, Switch(SwitchKind.COMMISSIONED, SwitchScope.SITE, SITE, is_on=True))
