"""What guards, policies and permissions look at: the alert as it stands, and what the actor brings. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.triage.words import AlertState, Disposition
from pipeline.vocabulary.ids import AlertId, ClinicianId, ParticipantId


@dataclass(frozen=True)
class Situation:
    """An alert at an instant."""

    alert_id: AlertId
    participant_id: ParticipantId
    state: AlertState
    holder_id: ClinicianId
    offered_to_id: ClinicianId | None
    acknowledge_by_utc: datetime
    dispose_by_utc: datetime
    escalation_step: int
    is_stopped: bool
    now_utc: datetime


@dataclass(frozen=True)
class Details:
    """What an actor brings to an action; empty where the action needs nothing. `actor_id` is filled in by `act`."""

    actor_id: str = ""
    reason: str = ""
    disposition: Disposition | None = None
    is_follow_up_settled: bool = False
    target_clinician_id: ClinicianId | None = None
    until_at_utc: datetime | None = None
    on_behalf_of_id: ClinicianId | None = None
