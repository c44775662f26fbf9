"""The one place where an alert changes: asks policy, then permission, then writes the change with its audit event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.queues.deadlines import after_duty, clinic_deadlines, clinic_duty
from alerts.queues.outbox import enqueue
from alerts.queues.tables import AlertEventRow, AlertRow
from alerts.triage import permissions, policies
from alerts.triage.situation import Details, Situation
from alerts.triage.transitions import TRANSITIONS
from alerts.triage.words import Action, AlertState
from pipeline.errors import EvenkeelError
from pipeline.registry.keys import KeyRing, SiteKey
from pipeline.registry.roster import Roster
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import AlertId, ClinicianId, ParticipantId

REASON_PURPOSE = "alert_reason"
"""What a written reason is sealed for: it may hold what a clinician knows about a person."""


class UnknownAlertError(EvenkeelError):
    """No alert has this id."""


class ActionRefusedError(EvenkeelError):
    """The alert or the person may not do this now; the message says why."""


def act(
    uow: UnitOfWork, roster: Roster, key: SiteKey, alert_id: AlertId, action: Action, details: Details
) -> AlertState:
    """Take an action on an alert and give its new state. Who acts is the unit's actor, whatever the details say.

    Raises:
        UnknownAlertError: no alert has this id.
        ActionRefusedError: policy or permission says no, with the reason.
    """
    # Locked, so that of two who act at once the second sees what the first did.
    row = uow.session.get(AlertRow, alert_id, with_for_update=True)
    if row is None:
        raise UnknownAlertError(f"found no alert {alert_id}; `evenkeel queue` lists the open ones")
    now = uow.clock.now_utc()
    details = replace(details, actor_id=uow.actor.actor_id)
    before = situation(row, now)
    refusal = policies.why_not(action, before, details) or permissions.why_not(
        action, uow.actor, before, details, roster
    )
    if refusal:
        raise ActionRefusedError(f"cannot {action.value} alert {alert_id}: {refusal}")
    _change(row, action, details, roster, now)
    _write_event(uow, key, row, before.state, action, details)
    uow.record(TRANSITIONS[action].audit_action, "alert", alert_id)
    if action is Action.REOPEN:
        enqueue(uow, alert_id, row.clinician_id)
    return row.state


def situation(row: AlertRow, now: datetime) -> Situation:
    """An alert's row as the value that guards look at."""
    return Situation(
        alert_id=AlertId(row.alert_id),
        participant_id=ParticipantId(row.participant_id),
        state=row.state,
        holder_id=ClinicianId(row.clinician_id),
        offered_to_id=None if row.offered_to_id is None else ClinicianId(row.offered_to_id),
        acknowledge_by_utc=row.acknowledge_by_utc,
        dispose_by_utc=row.dispose_by_utc,
        escalation_step=row.escalation_step,
        is_stopped=row.is_stopped,
        now_utc=now,
    )


def _change(row: AlertRow, action: Action, details: Details, roster: Roster, now: datetime) -> None:
    """Move the state as the table says, and the attributes that the action is about."""
    target = TRANSITIONS[action].to_state
    if target is not None:
        row.state = target
    effect = _EFFECTS.get(action)
    if effect is not None:
        effect(row, details, roster, now)


def _start_disposition_clock(row: AlertRow, details: Details, roster: Roster, now: datetime) -> None:
    dispose = timedelta(hours=row.policy["dispose_h"])
    row.dispose_by_utc = after_duty(clinic_duty(roster, now), now, dispose)
    row.clinician_id = details.actor_id


def _decide(row: AlertRow, details: Details, _: Roster, __: datetime) -> None:
    row.disposition = details.disposition


def _offer(row: AlertRow, details: Details, _: Roster, __: datetime) -> None:
    # Responsibility stays with the sender until the other accepts.
    row.offered_to_id = details.target_clinician_id


def _take_over(row: AlertRow, details: Details, _: Roster, __: datetime) -> None:
    row.clinician_id, row.offered_to_id = details.actor_id, None


def _put_off(row: AlertRow, details: Details, _: Roster, __: datetime) -> None:
    row.snoozed_until_utc = details.until_at_utc


def _open_again(row: AlertRow, _: Details, roster: Roster, now: datetime) -> None:
    again = clinic_deadlines(roster, now, row.policy["acknowledge_h"], row.policy["dispose_h"])
    row.disposition, row.offered_to_id, row.snoozed_until_utc = None, None, None
    row.escalation_step = 0
    row.acknowledge_by_utc, row.dispose_by_utc = again.acknowledge_by_utc, again.dispose_by_utc


def _one_step_further(row: AlertRow, details: Details, _: Roster, now: datetime) -> None:
    due = details.until_at_utc or now
    row.escalation_step += 1
    row.clinician_id = details.target_clinician_id or row.clinician_id
    if row.state is AlertState.OPEN:
        row.acknowledge_by_utc = due
    else:
        row.dispose_by_utc = due


def _freeze(row: AlertRow, _: Details, __: Roster, ___: datetime) -> None:
    row.is_stopped = True


_EFFECTS: Mapping[Action, Callable[[AlertRow, Details, Roster, datetime], None]] = {
    Action.ACKNOWLEDGE: _start_disposition_clock,
    Action.DISPOSE: _decide,
    Action.REASSIGN: _offer,
    Action.ACCEPT: _take_over,
    Action.SNOOZE: _put_off,
    Action.REOPEN: _open_again,
    Action.ESCALATE: _one_step_further,
    Action.STOP: _freeze,
}


def _write_event(
    uow: UnitOfWork, key: SiteKey, row: AlertRow, before: AlertState, action: Action, details: Details
) -> None:
    sealed = None
    if details.reason:
        sealed = KeyRing(uow.session, key).seal(row.participant_id, details.reason.encode(), REASON_PURPOSE)
    uow.session.add(
        AlertEventRow(
            alert_id=row.alert_id,
            at_utc=uow.clock.now_utc(),
            action=action,
            from_state=before,
            to_state=row.state,
            actor_kind=uow.actor.kind,
            actor_id=uow.actor.actor_id,
            on_behalf_of_id=details.on_behalf_of_id,
            disposition=details.disposition,
            sealed_reason=sealed,
        )
    )
