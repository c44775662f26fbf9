"""Whether every active participant has a named, active clinician who answers for them, from an instant on. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from pipeline.errors import Fault
from pipeline.registry.events import Clinician, Participant, Responsibility
from pipeline.registry.history import Noted
from pipeline.registry.words import ParticipantStatus

Standing = Participant | Clinician | Responsibility
"""The events by which somebody may come to stand alone."""


def unattended(
    notes: Iterable[Noted[Participant] | Noted[Clinician] | Noted[Responsibility]], from_utc: datetime
) -> list[Fault]:
    """Every participant who is active, at an instant or later, without an active responsible clinician, each once.

    Walks through all events in the order in which they come into force, and looks after each instant at those
    participants only whom the instant touched. What held before the first instant is history, and not judged: a
    site may be set up today for data of long ago.
    """
    walk, found = _Walk(), dict[str, Fault]()
    ordered = sorted(notes, key=lambda note: note.rank)
    for _, together in groupby(ordered, key=lambda note: max(note.effective_at_utc, from_utc)):
        touched = walk.advance([note.event for note in together])
        found.update({one: _fault(one) for one in walk.unattended_of(touched) if one not in found})
    return [found[participant_id] for participant_id in sorted(found)]


@dataclass
class _Walk:
    """The state between two instants."""

    is_active: dict[str, bool] = field(default_factory=dict)
    clinician_is_active: dict[str, bool] = field(default_factory=dict)
    responsible: dict[str, str] = field(default_factory=dict)
    answered_for: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def advance(self, events: Sequence[Standing]) -> set[str]:
        """Let the events of one instant come into force, and name the participants whom they touch."""
        return {participant_id for event in events for participant_id in self._apply(event)}

    def unattended_of(self, participant_ids: Iterable[str]) -> Iterator[str]:
        """Which of these are active without an active clinician who answers for them."""
        for one in participant_ids:
            if self.is_active.get(one) and not self.clinician_is_active.get(self.responsible.get(one, "")):
                yield one

    def _apply(self, event: Standing) -> set[str]:
        if isinstance(event, Participant):
            self.is_active[event.participant_id] = event.status is ParticipantStatus.ACTIVE
            return {event.participant_id}
        if isinstance(event, Responsibility):
            self.answered_for[self.responsible.get(event.participant_id, "")].discard(event.participant_id)
            self.responsible[event.participant_id] = event.clinician_id
            self.answered_for[event.clinician_id].add(event.participant_id)
            return {event.participant_id}
        self.clinician_is_active[event.clinician_id] = event.is_active
        return set(self.answered_for[event.clinician_id])


def _fault(participant_id: str) -> Fault:
    return Fault(
        where=f"participant {participant_id}",
        found="found no active clinician who is responsible while the participant is active",
        mend="Name a responsible clinician who is active, in the same edit",
    )
