"""Escalation: what is overdue moves one step along a path of named people, and never into silence."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from alerts.queues.deadlines import after_duty, clinic_duty
from alerts.queues.freezing import freeze
from alerts.queues.outbox import enqueue
from alerts.queues.route import ROUTER
from alerts.queues.tables import AlertRow
from alerts.triage.actions import ActionRefusedError, act
from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState
from pipeline.clock import Clock
from pipeline.registry.keys import SiteKey
from pipeline.registry.roster import Roster
from pipeline.store.store import Store
from pipeline.vocabulary.ids import AlertId, ClinicianId

LAST_STEP = 2
"""Steps: 1 a deputy, 2 the service lead. After the last the lead is called again and a breach is recorded."""


def run(store: Store, clock: Clock, roster: Roster, key: SiteKey) -> int:
    """Freeze what consent was withdrawn from, then move every overdue alert one step; gives how many moved."""
    freeze(store, clock, roster, key)
    now = clock.now_utc()
    late = or_(
        (AlertRow.state == AlertState.OPEN) & (AlertRow.acknowledge_by_utc <= now),
        AlertRow.state.in_([AlertState.ACKNOWLEDGED, AlertState.IN_REVIEW]) & (AlertRow.dispose_by_utc <= now),
    )
    awake = or_(AlertRow.snoozed_until_utc.is_(None), AlertRow.snoozed_until_utc <= now)
    with store.read() as session:
        overdue = session.scalars(
            select(AlertRow.alert_id).where(late, awake, AlertRow.is_stopped.is_(False)).order_by(AlertRow.alert_id)
        ).all()
    moved_count = 0
    for alert_id in overdue:
        # Somebody may have acted since the alert was found overdue: then it is not moved, and the round goes on.
        with suppress(ActionRefusedError):
            _move(store, clock, roster, key, AlertId(alert_id))
            moved_count += 1
    return moved_count


def _move(store: Store, clock: Clock, roster: Roster, key: SiteKey, alert_id: AlertId) -> None:
    """One alert in a transaction of its own."""
    with store.write(ROUTER, clock) as uow:
        row = uow.session.get_one(AlertRow, alert_id, with_for_update=True)
        hours, now = row.policy["deputy_h" if row.escalation_step == 0 else "lead_h"], clock.now_utc()
        due = after_duty(clinic_duty(roster, now), now, timedelta(hours=hours))
        target = _next_holder(roster, row, now, due)
        act(uow, roster, key, alert_id, Action.ESCALATE, Details(target_clinician_id=target, until_at_utc=due))
        if row.escalation_step > LAST_STEP:
            uow.record("alert.breach", "alert", alert_id, "last_step_passed")
        enqueue(uow, alert_id, row.clinician_id)


def _next_holder(roster: Roster, row: AlertRow, now: datetime, due: datetime) -> ClinicianId | None:
    """First a deputy who is here before the next deadline, then the service lead."""
    others = (one for one in roster.deputies(row.participant_id) if one != row.clinician_id)
    here = (one for one in others if not roster.is_away(one, now, due))
    return next(here, roster.service_lead) if row.escalation_step == 0 else roster.service_lead
