"""A synthetic site: an invented cohort with a roster of fictional clinicians, commissioned by its own set-up."""

from __future__ import annotations

from pathlib import Path

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import SystemClock
from pipeline.errors import ConfigurationError
from pipeline.opening import opened
from pipeline.registry.events import SITE, Device, Switch
from pipeline.registry.record import record_switch
from pipeline.registry.words import OperatingSystem, SwitchKind, SwitchScope
from pipeline.site_folder import scaffold
from pipeline.site_folder.importing import bring_in
from pipeline.site_folder.rosters import CareTeamRow, ClinicianRow
from pipeline.site_folder.scaffold import Blueprint, People
from pipeline.synthetic.plan import Cohort, SyntheticPerson
from pipeline.vocabulary.ids import ClinicianId, DeviceId, ParticipantId

CLINICIANS = (
    ClinicianRow(ClinicianId("ada-okafor"), "Ada Okafor", "psychiatrist", is_service_lead=True),
    ClinicianRow(ClinicianId("ben-lindqvist"), "Ben Lindqvist", "psychiatrist"),
    ClinicianRow(ClinicianId("chiara-moretti"), "Chiara Moretti", "nurse"),
)
"""Fictional, like everybody on a synthetic site."""
OFFICE = "weekdays"
BASIS = "synthetic: nobody was asked because nobody exists"
SETTER_UP = Actor(ActorKind.OPERATOR, "synthetic-setup", "operator")


def write_invented_site(root: Path, cohort: Cohort) -> None:
    """Write the site around the cohort's exports, register everybody, and accept it for routing."""
    people = People(
        clinicians=CLINICIANS,
        participants=[
            scaffold.enrolled(one.participant_id, one.zone, _weekly(one.work_pattern), cohort.plan.first_day)
            for one in cohort.people
        ],
        devices=[device for one in cohort.people for device in _phones(one)],
        care_teams=[row for index, one in enumerate(cohort.people) for row in _team(index, one)],
        consents=[
            row
            for one in cohort.people
            for row in scaffold.consents_of(one.participant_id, BASIS, cohort.plan.first_day)
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
