"""Whatever anybody tries, only the transition table's moves succeed, only clinicians decide, and the chain holds."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from alerts.queues.tables import AlertEventRow, AlertRow
from alerts.triage.actions import ActionRefusedError
from alerts.triage.situation import Details
from alerts.triage.transitions import TRANSITIONS
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.audit.event import Actor, ActorKind
from pipeline.audit.tables import AuditEvent
from pipeline.store.store import Store
from pipeline.vocabulary.ids import AlertId
from tests.alerts.making import Clinic, a_clinic
from tests.plugins.people import ADA, BEN, OPERATOR, START, SYSTEM, as_clinician

ACTORS = {ActorKind.CLINICIAN: as_clinician(ADA), ActorKind.OPERATOR: OPERATOR, ActorKind.SYSTEM: SYSTEM}
EVERYTHING = Details(
    reason="written down",
    disposition=Disposition.WATCH,
    is_follow_up_settled=True,
    target_clinician_id=BEN,
    until_at_utc=START + timedelta(days=1, hours=1),
)
"""All that an action may need, so that only state and actor decide."""
TURNS = st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(ActorKind)), min_size=1, max_size=12)
DECISIONS = {Action.ACKNOWLEDGE, Action.DISPOSE, Action.CLOSE, Action.REOPEN, Action.SNOOZE, Action.REASSIGN}


@pytest.fixture
def clinic(store: Store, tmp_path: Path) -> Clinic:
    """The small clinic, on each database in turn."""
    return a_clinic(store, tmp_path / "site")


@pytest.fixture
def sqlite_clinic(sqlite_store: Store, tmp_path: Path) -> Clinic:
    """The same on SQLite only."""
    return a_clinic(sqlite_store, tmp_path / "site")


def test_only_the_moves_of_the_table_succeed(clinic: Clinic) -> None:
    """Every action, from every state, by every kind of actor; the alert is overdue and handed to the one who acts."""
    alert_id = clinic.alert()
    clinic.clock.instant = START + timedelta(days=1)

    for action, state, kind in product(Action, AlertState, ActorKind):
        _put(clinic, alert_id, state)
        row = TRANSITIONS[action]
        is_allowed = state in row.from_states and kind in row.actors
        assert (row.to_state or state if is_allowed else None) == _tried(clinic, alert_id, action, ACTORS[kind])
        assert (row.to_state or state if is_allowed else state) is clinic.row(alert_id).state

    assert clinic.chain_is_intact()
    with clinic.store.read() as session:
        kinds = session.scalars(
            select(AlertEventRow.actor_kind).where(AlertEventRow.action.in_(DECISIONS)).distinct()
        ).all()
    assert [ActorKind.CLINICIAN] == list(kinds)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(ActorKind)), min_size=1, max_size=12),
    st.sampled_from(AlertState),
)
def test_however_people_and_software_take_turns_every_write_is_on_record(
    sqlite_clinic: Clinic, turns: list[tuple[Action, ActorKind]], start: AlertState
) -> None:
    """One audit event for each event of an alert, the chain whole after each, and no decision without a clinician."""
    clinic, alert_id = sqlite_clinic, _the_alert(sqlite_clinic)
    clinic.clock.instant = START + timedelta(days=1)
    _put(clinic, alert_id, start)

    for action, kind in turns:
        before, events, audited = clinic.row(alert_id).state, *_counts(clinic, alert_id)
        after = _tried(clinic, alert_id, action, ACTORS[kind])
        moved = int(after is not None)
        assert (events + moved, audited + moved) == _counts(clinic, alert_id)
        assert clinic.row(alert_id).state is (after or before)
        assert clinic.chain_is_intact()
        row = clinic.row(alert_id)
        assert (row.disposition is None) == (row.state not in {AlertState.DISPOSED, AlertState.CLOSED})


def _tried(clinic: Clinic, alert_id: AlertId, action: Action, actor: Actor) -> AlertState | None:
    """The state after an action, or None where it was refused."""
    try:
        return clinic.act(actor, alert_id, action, EVERYTHING)
    except ActionRefusedError:
        return None


def _the_alert(clinic: Clinic) -> AlertId:
    """The one alert of the clinic, opened by the first example."""
    with clinic.store.read() as session:
        found = session.scalar(select(AlertRow.alert_id))
    return clinic.alert() if found is None else AlertId(found)


def _put(clinic: Clinic, alert_id: AlertId, state: AlertState) -> None:
    """Set an alert back: handed from Ben to Ada, overdue, in a state."""
    decided = None if state.is_live else Disposition.WATCH
    values = {"acknowledge_by_utc": START, "dispose_by_utc": START, "offered_to_id": ADA, "clinician_id": "lead"}
    with clinic.store.write(SYSTEM, clinic.clock) as uow:
        changed = update(AlertRow).where(AlertRow.alert_id == alert_id)
        uow.session.execute(changed.values(**values, state=state, disposition=decided))
        uow.record("test.put", "alert", alert_id)


def _counts(clinic: Clinic, alert_id: AlertId) -> tuple[int, int]:
    """How many events an alert has, and how many audit events of actions."""
    with clinic.store.read() as session:
        events = select(func.count()).select_from(AlertEventRow).where(AlertEventRow.alert_id == alert_id)
        actions = [row.audit_action for row in TRANSITIONS.values()]
        audited = select(func.count()).select_from(AuditEvent)
        audited = audited.where(AuditEvent.object_id == alert_id, AuditEvent.action.in_(actions))
        return session.scalar(events) or 0, session.scalar(audited) or 0
