"""Folding events in the database's order gives what replaying them one by one gives, for every pair of instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.registry.events import Clinician, Consent, Participant, Responsibility
from pipeline.registry.history import Noted, latest
from pipeline.registry.kinds import CONSENT, PARTICIPANT
from pipeline.registry.standing import unattended
from pipeline.registry.words import ConsentStatus, ParticipantStatus
from pipeline.vocabulary.ids import ClinicianId, ParticipantId

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 6)
PEOPLE = st.sampled_from(["p-1", "p-2"])


def day(number: int) -> datetime:
    return EPOCH + timedelta(days=number)


class Told(NamedTuple):
    """What somebody recorded on a day: that from another day on a participant stands so."""

    participant_id: str
    effective: int
    recorded: int
    status: ParticipantStatus


TOLD = st.lists(st.builds(Told, PEOPLE, INSTANTS, INSTANTS, st.sampled_from(ParticipantStatus)), max_size=12)


def notes_of(told: list[Told]) -> list[Noted[Participant]]:
    events = [Participant(ParticipantId(one.participant_id), one.status, "UTC") for one in told]
    noted = [
        Noted(event, day(one.effective), day(one.recorded), number)
        for number, (event, one) in enumerate(zip(events, told, strict=True))
    ]
    return sorted(noted, key=lambda note: note.rank)


def replayed(told: list[Told], at: int, known: int) -> dict[str, ParticipantStatus]:
    """Live through every recording up to `known`, rewriting all days from the one it is about up to the next change."""
    state: dict[tuple[str, int], ParticipantStatus] = {}
    changes: dict[str, set[int]] = {"p-1": set(), "p-2": set()}
    for one in sorted(told, key=lambda one: one.recorded):
        if one.recorded > known:
            continue
        later = [number for number in changes[one.participant_id] if number > one.effective]
        for number in range(one.effective, min(later, default=7)):
            state[one.participant_id, number] = one.status
        changes[one.participant_id].add(one.effective)
    return {person: status for (person, number), status in state.items() if number == at}


@settings(max_examples=50)
@given(TOLD, INSTANTS, INSTANTS)
def test_the_state_at_an_instant_is_what_replaying_gives(told: list[Told], at: int, known: int) -> None:
    noted = [note for note in notes_of(told) if note.recorded_at_utc <= day(known)]
    folded = {one.participant_id: one.status for one in latest(PARTICIPANT, noted, day(at)).values()}
    assert replayed(told, at, known) == folded


@settings(max_examples=50)
@given(TOLD, INSTANTS, INSTANTS)
def test_what_is_recorded_later_never_changes_what_was_known(told: list[Told], at: int, known: int) -> None:
    early = [one for one in told if one.recorded <= known]

    def held(some: list[Told]) -> object:
        return latest(PARTICIPANT, [note for note in notes_of(some) if note.recorded_at_utc <= day(known)], day(at))

    assert held(early) == held(told)


@settings(max_examples=50)
@given(st.lists(st.tuples(INSTANTS, st.sampled_from(ConsentStatus)), min_size=1, max_size=8), st.randoms())
def test_consent_does_not_depend_on_the_order_of_recording(
    said: list[tuple[int, ConsentStatus]], random: Random
) -> None:
    def last(order: list[tuple[int, ConsentStatus]]) -> ConsentStatus:
        notes = [
            Noted(Consent(ParticipantId("p-1"), "collect", status, "v1", "form"), day(at), EPOCH, number)
            for number, (at, status) in enumerate(order)
        ]
        held = latest(CONSENT, sorted(notes, key=lambda note: note.rank), day(7))
        return next(iter(held.values())).status

    newest = max(at for at, _ in said)
    withdrawn = (newest, ConsentStatus.WITHDRAWN) in said
    shuffled = random.sample(said, len(said))
    assert (ConsentStatus.WITHDRAWN if withdrawn else ConsentStatus.GIVEN) == last(said) == last(shuffled)


STEPS = st.lists(
    st.one_of(
        st.builds(lambda p, s: Participant(ParticipantId(p), s, "UTC"), PEOPLE, st.sampled_from(ParticipantStatus)),
        st.builds(
            lambda c, a: Clinician(ClinicianId(c), c, "nurse", is_active=a), st.sampled_from("ab"), st.booleans()
        ),
        st.builds(lambda p, c: Responsibility(ParticipantId(p), ClinicianId(c)), PEOPLE, st.sampled_from("ab")),
    ).flatmap(lambda event: st.tuples(st.just(event), INSTANTS)),
    max_size=12,
)


@settings(max_examples=50)
@given(STEPS, INSTANTS)
def test_the_walk_finds_who_a_look_at_every_day_finds(
    steps: list[tuple[Participant | Clinician | Responsibility, int]], since: int
) -> None:
    notes = [Noted(event, day(at), EPOCH, number) for number, (event, at) in enumerate(steps)]
    expected = {person for number in range(since, 7) for person in unattended_on(steps, number)}
    found = unattended(notes, day(since))  # type: ignore[arg-type]  # a list of notes of a union is a union of notes
    assert sorted(f"participant {person}" for person in expected) == [fault.where for fault in found]


def unattended_on(steps: list[tuple[Participant | Clinician | Responsibility, int]], number: int) -> set[str]:
    """Who stands alone at the end of a day: apply everything up to it, in order, and look."""
    status: dict[str, ParticipantStatus] = {}
    active: dict[str, bool] = {}
    responsible: dict[str, str] = {}
    for event, _ in sorted((step for step in steps if step[1] <= number), key=lambda step: step[1]):
        if isinstance(event, Participant):
            status[event.participant_id] = event.status
        elif isinstance(event, Clinician):
            active[event.clinician_id] = event.is_active
        else:
            responsible[event.participant_id] = event.clinician_id
    people = (person for person, one in status.items() if one is ParticipantStatus.ACTIVE)
    return {person for person in people if not active.get(responsible.get(person, ""), False)}
