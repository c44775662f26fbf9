"""The transition table: for each action its states, who may take it, what it must bring, and its wording. Data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from alerts.triage.situation import Details, Situation
from alerts.triage.words import Action, AlertState
from pipeline.audit.event import ActorKind

LONGEST_SNOOZE = timedelta(hours=72)
"""A snooze puts an alert off, it does not settle it: three days is a weekend and a day."""

Guard = Callable[[Situation, Details], str | None]
"""Looks at an alert and at what the actor brings; gives the reason why not, or None."""


def brings_reason(_: Situation, details: Details) -> str | None:
    """The action must say why."""
    return None if details.reason.strip() else "a reason is needed"


def brings_disposition(_: Situation, details: Details) -> str | None:
    """A disposition needs its code, and a written reason where it sets the alert aside."""
    if details.disposition is None:
        return "a disposition is needed"
    if details.disposition.needs_reason and not details.reason.strip():
        return f"a reason is needed for {details.disposition.value}"
    return None


def brings_follow_up(_: Situation, details: Details) -> str | None:
    """Closing needs the word that follow-up is arranged or not needed."""
    return None if details.is_follow_up_settled else "say that follow-up is arranged, or that none is needed"


def brings_target(situation: Situation, details: Details) -> str | None:
    """Another named clinician must be the target."""
    if details.target_clinician_id is None:
        return "name the clinician to hand over to"
    return "the alert is already theirs" if details.target_clinician_id == situation.holder_id else None


def is_handed_to_actor(situation: Situation, details: Details) -> str | None:
    """Only the clinician to whom an alert was handed may accept it."""
    return None if situation.offered_to_id == details.actor_id else "this alert was not handed to you"


def wakes_in_time(situation: Situation, details: Details) -> str | None:
    """A snooze needs an end within 72 hours."""
    if details.until_at_utc is None:
        return "say until when"
    if not situation.now_utc < details.until_at_utc <= situation.now_utc + LONGEST_SNOOZE:
        return "a snooze ends within 72 hours"
    return None


def is_overdue(situation: Situation, _: Details) -> str | None:
    """Only what is late moves along its path."""
    due = situation.acknowledge_by_utc if situation.state is AlertState.OPEN else situation.dispose_by_utc
    return None if due <= situation.now_utc else "the deadline has not passed"


@dataclass(frozen=True)
class Transition:
    """One action: from which states, to which (None: the state stays), by whom, under which guards."""

    action: Action
    from_states: frozenset[AlertState]
    to_state: AlertState | None
    actors: frozenset[ActorKind]
    guards: tuple[Guard, ...]
    wording: str

    @property
    def audit_action(self) -> str:
        """The word of the audit event."""
        return f"alert.{self.action.value}"


LIVE = frozenset(state for state in AlertState if state.is_live)
ALL = frozenset(AlertState)
CLINICIAN = frozenset({ActorKind.CLINICIAN})
SYSTEM = frozenset({ActorKind.SYSTEM})
OPERATOR = frozenset({ActorKind.OPERATOR})

_ROWS = (
    Transition(Action.NOTIFY, LIVE, None, SYSTEM, (), "a notice was delivered"),
    Transition(Action.ESCALATE, LIVE, None, SYSTEM, (is_overdue,), "moved one step, because its deadline passed"),
    Transition(
        Action.ACKNOWLEDGE,
        frozenset({AlertState.OPEN}),
        AlertState.ACKNOWLEDGED,
        CLINICIAN,
        (),
        "acknowledged",
    ),
    Transition(Action.NOTE, LIVE, None, OPERATOR, (), "an operator spoke for the clinician; no clock stops"),
    Transition(
        Action.REVIEW,
        frozenset({AlertState.ACKNOWLEDGED}),
        AlertState.IN_REVIEW,
        CLINICIAN,
        (),
        "the brief was opened",
    ),
    Transition(Action.REASSIGN, LIVE, None, CLINICIAN, (brings_target, brings_reason), "offered to another clinician"),
    Transition(Action.ACCEPT, LIVE, None, CLINICIAN, (is_handed_to_actor,), "accepted from another clinician"),
    Transition(Action.SNOOZE, LIVE, None, CLINICIAN, (wakes_in_time, brings_reason), "put off"),
    Transition(
        Action.DISPOSE,
        frozenset({AlertState.IN_REVIEW}),
        AlertState.DISPOSED,
        CLINICIAN,
        (brings_disposition,),
        "decided",
    ),
    Transition(
        Action.CLOSE,
        frozenset({AlertState.DISPOSED}),
        AlertState.CLOSED,
        CLINICIAN,
        (brings_follow_up,),
        "closed",
    ),
    Transition(
        Action.REOPEN,
        frozenset({AlertState.DISPOSED, AlertState.CLOSED}),
        AlertState.OPEN,
        CLINICIAN,
        (brings_reason,),
        "opened again",
    ),
    Transition(Action.AMEND, ALL, None, SYSTEM, (), "later data changed the score; the evidence shown then is kept"),
    Transition(Action.STOP, ALL, None, SYSTEM, (), "frozen, because consent was withdrawn"),
)

TRANSITIONS: Mapping[Action, Transition] = {row.action: row for row in _ROWS}
