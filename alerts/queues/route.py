"""Routing: every flag that waits becomes an alert in a named queue, a line of the digest, or a recorded suppression."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.flags.held import why_held
from alerts.flags.tables import FlagRow
from alerts.flags.words import Suppression, Tier
from alerts.queues.deadlines import clinic_deadlines
from alerts.queues.outbox import enqueue
from alerts.queues.recipient import route_of
from alerts.queues.tables import AlertRow
from alerts.triage.actions import act
from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState
from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.registry.keys import SiteKey
from pipeline.registry.roster import Roster
from pipeline.site import ServiceLevels, Site
from pipeline.store.store import Store
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.vocabulary.ids import AlertId

ROUTER = Actor(ActorKind.SYSTEM, "router", "pipeline")


@dataclass(frozen=True)
class Routed:
    """What became of the flags that waited."""

    alert_count: int
    digest_count: int
    suppressed_count: int


def run(site: Site, store: Store, clock: Clock, run_id: str, roster: Roster, key: SiteKey) -> Routed:
    """Settle every flag that waits, each in a transaction of its own, so that a killed run loses and doubles none."""
    with store.read() as session:
        waiting = session.scalars(
            select(FlagRow.flag_id).where(FlagRow.settled_at_utc.is_(None)).order_by(FlagRow.night, FlagRow.flag_id)
        ).all()
    levels = site.service_levels
    outcomes = [_settle(store, clock, flag_id, _Desk(roster, key, levels, run_id)) for flag_id in waiting]
    return Routed(
        alert_count=outcomes.count(Tier.ROUTE),
        digest_count=outcomes.count(Tier.DIGEST),
        suppressed_count=outcomes.count(None),
    )


@dataclass(frozen=True)
class _Desk:
    """What every flag of a run is settled by."""

    roster: Roster
    key: SiteKey
    levels: ServiceLevels
    run_id: str


def _settle(store: Store, clock: Clock, flag_id: str, desk: _Desk) -> Tier | None:
    """Settle one flag: its tier if it was let through, None if it was suppressed."""
    with store.write(ROUTER, clock) as uow:
        flag = uow.session.get_one(FlagRow, flag_id, with_for_update=True)
        if flag.settled_at_utc is not None:
            return flag.tier if flag.suppression is None else None
        flag.settled_at_utc = clock.now_utc()
        flag.suppression = flag.suppression or why_held(desk.roster, flag.participant_id) or _joined(uow, flag, desk)
        if flag.suppression is not None:
            uow.record("flag.suppress", "flag", flag_id, flag.suppression.value)
            return None
        if flag.tier is Tier.ROUTE:
            _open_alert(uow, flag, desk)
        else:
            uow.record("flag.digest", "flag", flag_id)
        return flag.tier


def _joined(uow: UnitOfWork, flag: FlagRow, desk: _Desk) -> Suppression | None:
    """Let a flag join the live alert of its direction, if there is one: amended, and its holder told once more."""
    live = _live_alert(uow.session, flag) if flag.tier is Tier.ROUTE else None
    if live is None:
        return None
    act(uow, desk.roster, desk.key, AlertId(live.alert_id), Action.AMEND, Details())
    enqueue(uow, live.alert_id, live.clinician_id)
    return Suppression.ALREADY_OPEN


def _live_alert(session: Session, flag: FlagRow) -> AlertRow | None:
    """The alert of the flag's participant and direction that a clinician already holds."""
    return session.scalars(
        select(AlertRow)
        .join(FlagRow, FlagRow.flag_id == AlertRow.flag_id)
        .where(
            AlertRow.participant_id == flag.participant_id,
            FlagRow.direction == flag.direction,
            AlertRow.state.in_([state for state in AlertState if state.is_live]),
        )
        .order_by(AlertRow.opened_at_utc, AlertRow.alert_id)
        .limit(1)
    ).first()


def _open_alert(uow: UnitOfWork, flag: FlagRow, desk: _Desk) -> None:
    """Open an alert for a flag in the queue of a named clinician; the service level is copied onto it."""
    now, levels = uow.clock.now_utc(), desk.levels
    deadlines = clinic_deadlines(desk.roster, now, levels.acknowledge_h, levels.dispose_h)
    chosen = route_of(desk.roster, flag.participant_id, now, deadlines.acknowledge_by_utc)
    alert = AlertRow(
        alert_id=alert_id_of(flag.flag_id),
        flag_id=flag.flag_id,
        participant_id=flag.participant_id,
        clinician_id=chosen.recipient.clinician_id,
        offered_to_id=None,
        route_reason=chosen.reason,
        state=AlertState.OPEN,
        disposition=None,
        is_retrospective=flag.is_retrospective,
        opened_at_utc=now,
        acknowledge_by_utc=deadlines.acknowledge_by_utc,
        dispose_by_utc=deadlines.dispose_by_utc,
        snoozed_until_utc=None,
        policy=asdict(levels),
        run_id=desk.run_id,
    )
    uow.session.add(alert)
    uow.session.flush()
    enqueue(uow, alert.alert_id, chosen.recipient.clinician_id)
    uow.record("alert.open", "alert", alert.alert_id, chosen.reason.value)


def alert_id_of(flag_id: str) -> str:
    """The opaque id under which people speak of an alert; the same flag always gives the same one."""
    return "A-" + hashlib.blake2b(flag_id.encode(), digest_size=8).hexdigest()
