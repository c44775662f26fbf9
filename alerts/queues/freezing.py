"""Freezing: an alert whose participant withdrew consent stops at once, visibly, and waits for a clinician's word."""

from __future__ import annotations

from sqlalchemy import select

from alerts.flags.held import agrees_to_alerts
from alerts.queues.route import ROUTER
from alerts.queues.tables import AlertRow
from alerts.triage.actions import act
from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState
from pipeline.clock import Clock
from pipeline.registry.keys import SiteKey
from pipeline.registry.roster import Roster
from pipeline.store.store import Store
from pipeline.vocabulary.ids import AlertId


def freeze(store: Store, clock: Clock, roster: Roster, key: SiteKey) -> int:
    """Stop every live alert of a participant who no longer agrees; gives how many were stopped."""
    live = select(AlertRow.alert_id, AlertRow.participant_id).where(
        AlertRow.state.in_([state for state in AlertState if state.is_live]), AlertRow.is_stopped.is_(False)
    )
    with store.read() as session:
        found = session.execute(live.order_by(AlertRow.alert_id)).all()
    withdrawn = [alert_id for alert_id, participant_id in found if not agrees_to_alerts(roster, participant_id)]
    for alert_id in withdrawn:
        with store.write(ROUTER, clock) as uow:
            act(uow, roster, key, AlertId(alert_id), Action.STOP, Details())
    return len(withdrawn)
