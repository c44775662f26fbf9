"""What is wrong with the people of a site as its CSV files name them: every fault with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.errors import Fault
from pipeline.registry.events import Consent, Dated, ServiceLead
from pipeline.registry.kinds import kind_of
from pipeline.registry.purposes import is_purpose
from pipeline.registry.validation import event_faults
from pipeline.registry.words import CareRole, ParticipantStatus
from pipeline.site_folder.rosters import RosterFiles
from pipeline.sources import all_sources


def faults_of(files: RosterFiles) -> tuple[Fault, ...]:
    """Every fault of every file: cells first, then rows by themselves, then rows that do not fit each other.

    A file with a bad cell has lost rows: what only seems to be missing from it is not held against the others.
    """
    found = (
        *files.faults,
        *_row_faults(files),
        *_given_twice(files),
        *_unknown_ids(files),
        *_unanswered(files),
        *_lead_faults(files),
    )
    return tuple(dict.fromkeys(found))


def _row_faults(files: RosterFiles) -> Iterator[Fault]:
    for where, event in files.events():
        yield from (replace(fault, where=where) for fault in _event_faults(event))
    for line, device in files.devices.rows:
        if device.source not in all_sources():
            mend = f"Use {' or '.join(all_sources())}"
            yield Fault(f"devices.csv:{line} `source`", "found a source that no reader reads", mend)
    for line, duty in files.duty.rows:
        if not duty.is_whole:
            mend = "Give weekly hours weekday and zone; give duty and leave from_at_utc and to_at_utc"
            yield Fault(f"duty.csv:{line}", f"found a row of kind {duty.kind} that is not whole", mend)


def _event_faults(event: Dated) -> Iterator[Fault]:
    """What is wrong with one event; a consent's purpose and date are named in the words of its file."""
    if not isinstance(event, Consent):
        yield from event_faults(event)
        return
    if event.effective_at_utc is None:
        yield Fault("", "found a consent without effective_at_utc", "Say when it was given or withdrawn")
    if is_purpose(event.purpose):
        yield from event_faults(event)
    else:
        mend = "Use collect, collect:<stream>, analyse_with_ai, alert_clinician, research or subgroup"
        yield Fault("", "found a purpose that does not exist", mend)


def _given_twice(files: RosterFiles) -> Iterator[Fault]:
    first: dict[tuple[str, ...], str] = {}
    for where, event in files.events():
        # Who leads the service is a matter of its own, with words of its own.
        if isinstance(event, ServiceLead):
            continue
        stands = first.setdefault(_matter_of(event), where)
        if stands != where:
            matter = kind_of(event).name.replace("_", " ")
            yield Fault(where, f"found a second row for the {matter} of {stands}", "Keep one of the two")


def _matter_of(event: Dated) -> tuple[str, ...]:
    """What a row is about: no two rows may be about the same, except consents of different dates."""
    kind = kind_of(event)
    dated = str(event.effective_at_utc) if isinstance(event, Consent) else ""
    return (kind.name, kind.object_id(event), dated)


def _unknown_ids(files: RosterFiles) -> Iterator[Fault]:
    participants = {str(row.participant_id) for _, row in files.participants.rows}
    clinicians = {str(row.clinician_id) for _, row in files.clinicians.rows}
    referred = (
        *((f"devices.csv:{line}", str(row.participant_id), "participants") for line, row in files.devices.rows),
        *((f"care_teams.csv:{line}", str(row.participant_id), "participants") for line, row in files.care_teams.rows),
        *((f"care_teams.csv:{line}", str(row.clinician_id), "clinicians") for line, row in files.care_teams.rows),
        *((f"duty.csv:{line}", str(row.clinician_id), "clinicians") for line, row in files.duty.rows),
        *((f"consents.csv:{line}", str(row.participant_id), "participants") for line, row in files.consents.rows),
    )
    known = {"participants": participants, "clinicians": clinicians}
    for where, one, other in referred:
        if one not in known[other] and not files.read_of(other).faults:
            yield Fault(where, f"found an id that {other}.csv does not have", f"Add it to {other}.csv")


def _unanswered(files: RosterFiles) -> Iterator[Fault]:
    if files.care_teams.faults or files.clinicians.faults:
        return
    active = {row.clinician_id for _, row in files.clinicians.rows if row.is_active}
    answered = {
        row.participant_id
        for _, row in files.care_teams.rows
        if row.role is CareRole.RESPONSIBLE and row.clinician_id in active
    }
    for line, row in files.participants.rows:
        if row.status is ParticipantStatus.ACTIVE and row.participant_id not in answered:
            found = f"found the active participant {row.participant_id} without a responsible clinician who is active"
            yield Fault(f"participants.csv:{line}", found, "Name one in care_teams.csv with the role responsible")


def _lead_faults(files: RosterFiles) -> Iterator[Fault]:
    leads = [(line, row) for line, row in files.clinicians.rows if row.is_service_lead]
    if not leads and not files.clinicians.faults:
        mend = "Set is_service_lead to true for exactly one active clinician"
        yield Fault("clinicians.csv", "found no service lead", mend)
    for line, row in leads:
        if not row.is_active:
            mend = "Set is_service_lead to true for a clinician who is active"
            yield Fault(f"clinicians.csv:{line}", "found a service lead who is not active", mend)
    for line, _ in leads[1:]:
        found = f"found a second service lead; the first is on line {leads[0][0]}"
        yield Fault(f"clinicians.csv:{line}", found, "Set is_service_lead to false for all but one")
