"""What is wrong with a roster, and what is merely thin: nothing is judged by a roster with a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from pipeline.errors import Fault
from pipeline.registry.duty import clipped, merged, without
from pipeline.registry.events import Device
from pipeline.registry.roster import Roster
from pipeline.registry.words import CareRole
from pipeline.vocabulary.ids import ClinicianId

WEEK = timedelta(days=7)


def roster_faults(roster: Roster) -> list[Fault]:
    """Everything for which a roster is refused, in order."""
    return [
        *_unknown_ids(roster),
        *_without_responsible(roster),
        *_idle_deputies(roster),
        *_without_lead(roster),
        *hours_without_duty(roster),
        *_shared_phones(roster),
    ]


def roster_warnings(roster: Roster) -> list[Fault]:
    """What works today and fails with one absence: chains of one person, and leave that leaves nobody."""
    return [*_chains_of_one(roster), *_leave_without_cover(roster)]


def unknown_ids(roster: Roster) -> list[Fault]:
    """Ids that something refers to and nobody registered."""
    return list(_unknown_ids(roster))


def hours_without_duty(roster: Roster) -> list[Fault]:
    """Active participants for whom nobody is at work in an hour of the clinic's week.

    The clinic works in the weekly hours of every clinician who is responsible for an active participant.
    """
    first, last = roster.at_utc, roster.at_utc + WEEK
    planned = {one: roster.rota.planned(one, first, last) for one in _everybody(roster)}
    responsible = {roster.responsible(one) for one in roster.active_participants}
    working = merged(span for one, spans in planned.items() if one in responsible for span in spans)
    faults = []
    for participant_id in roster.active_participants:
        covered = merged(span for one in chain_of(roster, participant_id) for span in planned[one])
        if not covered or without(working, covered):
            found = (
                "found a working hour in the week with nobody on duty" if covered else "found nobody with duty hours"
            )
            mend = "Give the responsible clinician, a deputy or the service lead duty then"
            faults.append(Fault(f"participant {participant_id}", found, mend))
    return faults


def chain_of(roster: Roster, participant_id: str) -> tuple[ClinicianId, ...]:
    """Who an alert of a participant can reach, in turn: responsible, deputies, service lead; active ones only."""
    chain = (roster.responsible(participant_id), *roster.deputies(participant_id), roster.service_lead)
    return tuple(dict.fromkeys(one for one in chain if one is not None and roster.is_active(one)))


def _unknown_ids(roster: Roster) -> Iterator[Fault]:
    members = roster.team_members
    people = {
        *roster.responsibilities,
        *(device.participant_id for device in roster.devices),
        *(member.participant_id for member in members),
        *(participant_id for participant_id, _ in roster.consents),
        *(days.participant_id for days in roster.exceptional_days),
    }
    staff = {
        *roster.responsibilities.values(),
        *(member.clinician_id for member in members),
        *(hours.clinician_id for hours in roster.rota.hours),
        *(span.clinician_id for span in roster.rota.spans),
        *([roster.service_lead] if roster.service_lead else []),
    }
    unknown_people, unknown_staff = people - roster.registered_participants, staff - roster.registered_clinicians
    for kind, unknown in (("participant", unknown_people), ("clinician", unknown_staff)):
        for one in sorted(unknown):
            yield Fault(f"{kind} {one}", "found an id that nobody registered", f"Register the {kind}, or mend the id")


def _without_responsible(roster: Roster) -> Iterator[Fault]:
    for participant_id in roster.active_participants:
        if not roster.is_active(roster.responsible(participant_id)):
            found = "found no active clinician who is responsible"
            yield Fault(f"participant {participant_id}", found, "Name one who is active")


def _idle_deputies(roster: Roster) -> Iterator[Fault]:
    for participant_id in roster.active_participants:
        for one, role in roster.care_team(participant_id).items():
            if role is CareRole.DEPUTY and not roster.is_active(one):
                found = f"found the deputy {one}, who is not active"
                yield Fault(f"participant {participant_id}", found, "Take them off the care team or name another")


def _without_lead(roster: Roster) -> Iterator[Fault]:
    if roster.active_participants and not roster.is_active(roster.service_lead):
        yield Fault("site", "found no active service lead", "Name one: what reaches nobody else goes there")


def _shared_phones(roster: Roster) -> Iterator[Fault]:
    exports = Counter((device.source, device.export_id) for device in roster.devices)
    for source, export_id in sorted(export for export, phones in exports.items() if phones > 1):
        if _overlap(roster.devices_for(source, export_id)):
            where = f"device {source}/{export_id}"
            found = "found one export that is two participants' at the same time"
            yield Fault(where, found, "End the first use before the second begins")


def _overlap(phones: tuple[Device, ...]) -> bool:
    """Whether two participants have one phone at once."""
    return any(
        one.participant_id != other.participant_id and one.is_in_use(other.in_use_from_utc)
        for one in phones
        for other in phones
        if one.in_use_from_utc <= other.in_use_from_utc
    )


def _chains_of_one(roster: Roster) -> Iterator[Fault]:
    for participant_id in roster.active_participants:
        if len(chain_of(roster, participant_id)) == 1:
            found = "found a one-person chain: one clinician is all that an alert can reach"
            yield Fault(f"participant {participant_id}", found, "Name a deputy, or another service lead")


def _leave_without_cover(roster: Roster) -> Iterator[Fault]:
    first, last = roster.at_utc, roster.at_utc + WEEK
    at_work = {one: roster.rota.at_work(one, first, last) for one in _everybody(roster)}
    planned = {one: roster.rota.planned(one, first, last) for one in _everybody(roster)}
    for participant_id in roster.active_participants:
        chain = chain_of(roster, participant_id)
        missing = without(
            merged(span for one in chain for span in planned[one]),
            merged(span for one in chain for span in at_work[one]),
        )
        if clipped(missing, first, last):
            found = "found leave in the coming week with nobody on duty in its place"
            yield Fault(f"participant {participant_id}", found, "Record duty for somebody of the chain")


def _everybody(roster: Roster) -> list[ClinicianId]:
    return sorted(one for one in roster.clinicians if roster.is_active(one))
