"""Each guard of the transition table: what is missing, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.queues.tables import HUMAN_ONLY
from alerts.triage.policies import why_not
from alerts.triage.situation import Details, Situation
from alerts.triage.transitions import CLINICIAN, LONGEST_SNOOZE, TRANSITIONS
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.vocabulary.ids import AlertId
from tests.plugins.people import ADA, BEN, FIRST, START

HOUR = timedelta(hours=1)


def _alert(state: AlertState = AlertState.OPEN, *, is_late: bool = False) -> Situation:
    due = START - HOUR if is_late else START + HOUR
    return Situation(AlertId("A-1"), FIRST, state, ADA, None, due, due, 0, is_stopped=False, now_utc=START)


@pytest.mark.parametrize(
    ("action", "state", "details", "missing"),
    [
        (Action.DISPOSE, AlertState.IN_REVIEW, Details(), "a disposition is needed"),
        (Action.CLOSE, AlertState.DISPOSED, Details(), "follow-up"),
        (Action.REOPEN, AlertState.CLOSED, Details(reason="  "), "a reason is needed"),
        (Action.REASSIGN, AlertState.OPEN, Details(reason="why"), "name the clinician"),
        (Action.REASSIGN, AlertState.OPEN, Details(reason="why", target_clinician_id=ADA), "already theirs"),
        (Action.REASSIGN, AlertState.OPEN, Details(target_clinician_id=BEN), "a reason is needed"),
        (Action.ACCEPT, AlertState.OPEN, Details(actor_id=BEN), "not handed to you"),
        (Action.SNOOZE, AlertState.OPEN, Details(reason="why"), "until when"),
        (Action.SNOOZE, AlertState.OPEN, Details(until_at_utc=START + HOUR), "a reason is needed"),
        (Action.ESCALATE, AlertState.OPEN, Details(), "has not passed"),
        (Action.REVIEW, AlertState.OPEN, Details(), "acknowledge it first"),
        (Action.DISPOSE, AlertState.ACKNOWLEDGED, Details(), "open its brief first"),
        (Action.ACKNOWLEDGE, AlertState.CLOSED, Details(), "it is closed"),
    ],
)
def test_what_is_missing_is_named(action: Action, state: AlertState, details: Details, missing: str) -> None:
    assert missing in (why_not(action, _alert(state), details) or "")


@pytest.mark.parametrize("disposition", [one for one in Disposition if one.needs_reason])
def test_setting_an_alert_aside_needs_a_written_reason(disposition: Disposition) -> None:
    bare = Details(disposition=disposition)
    in_review = _alert(AlertState.IN_REVIEW)

    assert disposition.value in (why_not(Action.DISPOSE, in_review, bare) or "")
    assert why_not(Action.DISPOSE, in_review, replace(bare, reason="a journey")) is None


def test_a_snooze_ends_within_72_hours_and_not_in_the_past() -> None:
    latest = Details(reason="why", until_at_utc=START + LONGEST_SNOOZE)

    assert why_not(Action.SNOOZE, _alert(), latest) is None
    for wrong in (START, START + LONGEST_SNOOZE + timedelta(microseconds=1)):
        assert "within 72 hours" in (why_not(Action.SNOOZE, _alert(), replace(latest, until_at_utc=wrong)) or "")


@pytest.mark.parametrize("state", [AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_REVIEW])
def test_what_is_late_may_move_on(state: AlertState) -> None:
    assert why_not(Action.ESCALATE, _alert(state, is_late=True), Details()) is None


def test_the_database_and_the_table_agree_on_what_only_people_may_do() -> None:
    by_people = {action.value for action, row in TRANSITIONS.items() if row.actors == CLINICIAN}
    named = {word.strip("' ") for word in HUMAN_ONLY.partition("(")[2].rstrip(")").split(",")}

    assert by_people == named


def test_every_action_has_its_row_and_every_word_its_wording() -> None:
    assert set(Action) == set(TRANSITIONS)
    assert all(row.wording for row in TRANSITIONS.values())
    assert all(disposition.wording for disposition in Disposition)
