"""Tables of alerts, of what happened to each, and of the notices that wait to be delivered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from alerts.flags.tables import FlagRow
from alerts.queues.words import RouteReason
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.audit.event import ActorKind
from pipeline.registry.recipients import RecipientKind
from pipeline.registry.tables import clinician_reference, participant_reference
from pipeline.store.base import BIG_KEY, Base, word_of

HUMAN_ONLY = "action NOT IN ('acknowledge', 'review', 'dispose', 'close', 'reopen', 'snooze', 'reassign', 'accept')"


class AlertRow(Base):
    """An alert: a flag in the queue of a named clinician. `policy` is the service level as it was when it opened."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(
            "(disposition IS NULL) = (state NOT IN ('disposed', 'closed'))", name="decided_with_disposition"
        ),
    )

    alert_id: Mapped[str] = mapped_column(primary_key=True)
    flag_id: Mapped[str] = mapped_column(ForeignKey(FlagRow.flag_id), unique=True)
    participant_id: Mapped[str] = participant_reference()
    clinician_id: Mapped[str] = clinician_reference()
    offered_to_id: Mapped[str | None] = mapped_column(ForeignKey("clinician.clinician_id"))
    route_reason: Mapped[RouteReason] = mapped_column(word_of(RouteReason, "route_reason"))
    state: Mapped[AlertState] = mapped_column(word_of(AlertState, "state"))
    disposition: Mapped[Disposition | None] = mapped_column(word_of(Disposition, "disposition"))
    is_retrospective: Mapped[bool]
    is_stopped: Mapped[bool] = mapped_column(default=False)
    escalation_step: Mapped[int] = mapped_column(default=0)
    opened_at_utc: Mapped[datetime]
    acknowledge_by_utc: Mapped[datetime]
    dispose_by_utc: Mapped[datetime]
    snoozed_until_utc: Mapped[datetime | None]
    policy: Mapped[dict[str, float]] = mapped_column(JSON)
    run_id: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads a plain class attribute


class AlertEventRow(Base):
    """One thing that was done to an alert; only ever added. What only people may do, only people can be written for."""

    __tablename__ = "alert_event"
    __table_args__ = (CheckConstraint(f"actor_kind = 'clinician' OR {HUMAN_ONLY}", name="decided_by_a_clinician"),)

    event_id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.alert_id"), index=True)
    at_utc: Mapped[datetime]
    action: Mapped[Action] = mapped_column(word_of(Action, "action"))
    from_state: Mapped[AlertState] = mapped_column(word_of(AlertState, "from_state"))
    to_state: Mapped[AlertState] = mapped_column(word_of(AlertState, "to_state"))
    actor_kind: Mapped[ActorKind] = mapped_column(word_of(ActorKind, "actor_kind"))
    actor_id: Mapped[str]
    on_behalf_of_id: Mapped[str | None]
    disposition: Mapped[Disposition | None] = mapped_column(word_of(Disposition, "disposition"))
    sealed_reason: Mapped[bytes | None]


class NoticeRow(Base):
    """A notice that waits in the outbox or was delivered. It says that a review waits, and nothing else."""

    __tablename__ = "notice"

    notice_id: Mapped[str] = mapped_column(primary_key=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.alert_id"), index=True)
    clinician_id: Mapped[str] = clinician_reference()
    recipient_kind: Mapped[RecipientKind] = mapped_column(
        word_of(RecipientKind, "recipient_kind"), default=RecipientKind.CLINICIAN
    )
    created_at_utc: Mapped[datetime]
    attempts_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at_utc: Mapped[datetime]
    delivered_at_utc: Mapped[datetime | None]
    channel: Mapped[str | None]
    error_code: Mapped[str | None]
