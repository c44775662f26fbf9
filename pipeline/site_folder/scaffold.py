"""Writing a new site folder: commented, valid, and ready for `evenkeel check`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.events import Consent, Device, Participant
from pipeline.registry.keys import create_site_key
from pipeline.registry.purposes import ALERT_CLINICIAN, ANALYSE_WITH_AI, COLLECT, RESEARCH
from pipeline.registry.validation import event_faults
from pipeline.registry.words import CareRole, ConsentStatus, ParticipantStatus
from pipeline.site import Folders
from pipeline.site_folder.csv_files import write_rows
from pipeline.site_folder.rosters import CareTeamRow, ClinicianRow, DutyKind, DutyRow
from pipeline.site_folder.settings import SETTINGS_FILE, read_tables
from pipeline.vocabulary.ids import ClinicianId, ParticipantId

WORKDAYS = range(1, 6)
OPENS, CLOSES = time(9), time(17)
DISCLOSURE_VERSION = "1"
COMMENTS = {
    "clinicians": "Named clinicians. Exactly one active clinician is the service lead.",
    "participants": (
        "Who takes part, by pseudonym: never a name. work_pattern has seven letters from Monday on,\n"
        "W for work and R for rest; empty where work has no weekly form."
    ),
    "devices": (
        "Which phone was whose, from when on: export_id is the id under which the platform exports it.\n"
        "A participant may have several over time."
    ),
    "care_teams": "Who answers for whom: exactly one responsible clinician for each active participant.",
    "duty": "When clinicians are at work: weekly hours (1 is Monday) in a zone, and dated duty or leave.",
    "consents": (
        "What each participant agreed to: collect (or collect:<stream>), analyse_with_ai, alert_clinician,\n"
        "research, subgroup; with the version of the AI-use disclosure. A withdrawn one needs a newer one to revive."
    ),
}


@dataclass(frozen=True)
class People:
    """Everybody of a new site."""

    clinicians: Sequence[ClinicianRow]
    participants: Sequence[Participant] = field(default_factory=tuple)
    devices: Sequence[Device] = field(default_factory=tuple)
    care_teams: Sequence[CareTeamRow] = field(default_factory=tuple)
    consents: Sequence[Consent] = field(default_factory=tuple)


@dataclass(frozen=True)
class Blueprint:
    """What a new site is told before it exists."""

    site_id: str
    zone: str
    jurisdiction: str = "none"
    day_starts_h: int = 4
    is_synthetic: bool = False
    is_retrospective: bool = False


def write_site(root: Path, blueprint: Blueprint, people: People) -> None:
    """Write settings, CSV files, folders and the site's key.

    Raises:
        ConfigurationError: there is a site already, or some of its files (nothing is overwritten); or the site would
            have a fault, and nothing is written.
    """
    settings = settings_text(blueprint)
    read_tables(settings.encode())
    _refuse_faulty(people)
    _refuse_taken(root)
    folders = Folders(root)
    folders.exports.mkdir(parents=True, exist_ok=True)
    folders.var.mkdir(exist_ok=True)
    if not folders.site_key.exists():
        create_site_key(folders.site_key)
    _write_people(root, people, blueprint.zone)
    # The settings come last: a folder with them is a whole site.
    (root / SETTINGS_FILE).write_text(settings, encoding="utf-8")


def _refuse_faulty(people: People) -> None:
    clinicians = [event for row in people.clinicians for event in row.events()]
    faults = [fault for event in (*clinicians, *people.participants, *people.devices) for fault in event_faults(event)]
    if faults:
        raise ConfigurationError(list(dict.fromkeys(faults)))


def _refuse_taken(root: Path) -> None:
    taken = [name for name in (SETTINGS_FILE, *(f"{name}.csv" for name in COMMENTS)) if (root / name).exists()]
    if taken:
        found = "found a site here already" if SETTINGS_FILE in taken else f"found {', '.join(taken)} here already"
        raise ConfigurationError([Fault(str(root), found, "Choose another folder; nothing is overwritten")])


def _write_people(root: Path, people: People, zone: str) -> None:
    duty = [
        DutyRow(clinician.clinician_id, DutyKind.WEEKLY, day, OPENS, CLOSES, zone)
        for clinician in people.clinicians
        for day in WORKDAYS
    ]
    for name, rows, kind in (
        ("clinicians", people.clinicians, ClinicianRow),
        ("participants", people.participants, Participant),
        ("devices", people.devices, Device),
        ("care_teams", people.care_teams, CareTeamRow),
        ("duty", duty, DutyRow),
        ("consents", people.consents, Consent),
    ):
        write_rows(root / f"{name}.csv", rows, kind, COMMENTS[name])


def clinician_id_of(name: str) -> ClinicianId:
    """A readable id made of a display name."""
    kept = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name.lower())
    return ClinicianId("-".join(part for part in kept.split("-") if part) or "clinician")


def enrolled(
    participant_id: str, zone: str, work_pattern: str | None = "WWWWWRR", since: date | None = None
) -> Participant:
    """An active participant."""
    return Participant(
        ParticipantId(participant_id),
        ParticipantStatus.ACTIVE,
        zone,
        work_pattern,
        effective_at_utc=_start_of(since) if since else None,
    )


def answered_by(participant_id: str, responsible: str, deputy: str | None = None) -> list[CareTeamRow]:
    """The care team of one participant."""
    team = [CareTeamRow(ParticipantId(participant_id), ClinicianId(responsible), CareRole.RESPONSIBLE)]
    if deputy is not None and deputy != responsible:
        team.append(CareTeamRow(ParticipantId(participant_id), ClinicianId(deputy), CareRole.DEPUTY))
    return team


def consents_of(participant_id: str, basis: str, since: date) -> list[Consent]:
    """Consent to everything a nightly run needs, and to research."""
    return [
        Consent(
            ParticipantId(participant_id),
            purpose,
            ConsentStatus.GIVEN,
            DISCLOSURE_VERSION,
            basis,
            effective_at_utc=_start_of(since),
        )
        for purpose in (COLLECT, ANALYSE_WITH_AI, ALERT_CLINICIAN, RESEARCH)
    ]


def _start_of(day: date) -> datetime:
    """A day earlier than midnight UTC, so that no zone begins its day before it."""
    return datetime.combine(day, time(0), UTC) - timedelta(days=1)


def settings_text(blueprint: Blueprint) -> str:
    """A commented `site.toml`."""
    return f"""\
# Settings of one site. Every key not written here has the default that its comment names.
# `evenkeel check` lists all faults at once.

[site]
id = "{blueprint.site_id}"
# The law that the site works under: none, US-IL, US-CO, EU, GB. "none" asserts that no such law applies.
jurisdiction = "{blueprint.jurisdiction}"
# The clinic's own zone, in which nights end; participants have theirs in participants.csv, clinicians in duty.csv.
zone = "{blueprint.zone}"
# The local hour at which a day begins; 0 for calendar days.
day_starts_h = {blueprint.day_starts_h}
# True for invented exports only: they and real ones never meet in one site.
is_synthetic = {str(blueprint.is_synthetic).lower()}
# True where the exports end in the past: nights are judged up to the last day of the data.
is_retrospective = {str(blueprint.is_retrospective).lower()}

[retention]
# Recorded; no step removes anything yet.
# raw_days = 90           # raw observations; minutes and facts stay
# quarantine_days = 30    # refused rows, encrypted

[run]
# tasks_count = 4         # mapped tasks of a step
# chunk_mb = 256          # export bytes that one task reads

[detection]
# route_threshold_score = 12.0    # starter values until calibrated on the site's own records
# digest_threshold_score = 9.0

[service_levels]
# Hours of the clinic's working time. This is not an emergency service.
# acknowledge_h = 4.0
# deputy_h = 4.0
# lead_h = 4.0
# dispose_h = 8.0

[delivery]
# webhook_url = "https://paging.example/evenkeel"   # signed with EVENKEEL_WEBHOOK_SECRET; says only that a review waits
"""
