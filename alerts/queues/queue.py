"""Reading queues: the open alerts of a clinician or of all, by deadline, with what each is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from alerts.deviations.profile import Direction
from alerts.flags.evidence import EVIDENCE_PURPOSE, sentences
from alerts.flags.tables import FlagRow
from alerts.queues.tables import AlertRow
from alerts.queues.words import RouteReason
from alerts.triage.words import AlertState, Disposition
from pipeline.registry.keys import KeyRing
from pipeline.vocabulary.ids import AlertId, ClinicianId


@dataclass(frozen=True)
class QueuedAlert:
    """One alert as a queue lists it: no reading, no name of a participant."""

    alert_id: AlertId
    clinician_id: ClinicianId
    participant_id: str
    direction: Direction
    is_mixed: bool
    night: date
    grade: str
    is_provisional: bool
    is_retrospective: bool
    route_reason: RouteReason
    state: AlertState
    disposition: Disposition | None
    escalation_step: int
    is_stopped: bool
    snoozed_until_utc: datetime | None
    acknowledge_by_utc: datetime
    dispose_by_utc: datetime

    @property
    def due_utc(self) -> datetime:
        """The deadline that comes next."""
        return self.acknowledge_by_utc if self.state is AlertState.OPEN else self.dispose_by_utc


def open_alerts(session: Session, clinician_id: str | None = None) -> Sequence[QueuedAlert]:
    """Alerts that somebody still has to work on, the nearest deadline first."""
    chosen = _listing().where(AlertRow.state.in_([state for state in AlertState if state.is_live]))
    if clinician_id is not None:
        chosen = chosen.where(AlertRow.clinician_id == clinician_id)
    found = [_queued(alert, flag) for alert, flag in session.execute(chosen)]
    return sorted(found, key=lambda one: (one.due_utc, one.alert_id))


def one_alert(session: Session, alert_id: str) -> QueuedAlert | None:
    """One alert by its id, whatever its state."""
    row = session.execute(_listing().where(AlertRow.alert_id == alert_id)).first()
    return None if row is None else _queued(*row)


def brief_of(session: Session, keys: KeyRing, alert_id: str) -> Sequence[str]:
    """The sentences of an alert's frozen evidence."""
    flag = session.scalars(
        select(FlagRow).join(AlertRow, AlertRow.flag_id == FlagRow.flag_id).where(AlertRow.alert_id == alert_id)
    ).one()
    return sentences(keys.open(flag.participant_id, flag.sealed_evidence, EVIDENCE_PURPOSE))


def _listing() -> Select[AlertRow, FlagRow]:
    return select(AlertRow, FlagRow).join(FlagRow, FlagRow.flag_id == AlertRow.flag_id)


def _queued(alert: AlertRow, flag: FlagRow) -> QueuedAlert:
    return QueuedAlert(
        alert_id=AlertId(alert.alert_id),
        clinician_id=ClinicianId(alert.clinician_id),
        participant_id=alert.participant_id,
        direction=flag.direction,
        is_mixed=flag.is_mixed,
        night=flag.night,
        grade=flag.grade,
        is_provisional=flag.is_provisional,
        is_retrospective=flag.is_retrospective,
        route_reason=alert.route_reason,
        state=alert.state,
        disposition=alert.disposition,
        escalation_step=alert.escalation_step,
        is_stopped=alert.is_stopped,
        snoozed_until_utc=alert.snoozed_until_utc,
        acknowledge_by_utc=alert.acknowledge_by_utc,
        dispose_by_utc=alert.dispose_by_utc,
    )
