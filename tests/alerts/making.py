"""A clinic whose participants agreed, and alerts in its queues, made in a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from alerts.deviations.profile import Direction
from alerts.flags.evidence import EVIDENCE_PURPOSE, digest_of
from alerts.flags.tables import FlagRow
from alerts.flags.words import Tier
from alerts.queues import escalate, route
from alerts.queues.route import Routed, alert_id_of
from alerts.queues.tables import AlertRow
from alerts.triage.actions import act
from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState, Disposition
from pipeline.audit.event import Actor
from pipeline.audit.verification import verify
from pipeline.clock import FixedClock
from pipeline.registry.events import SITE, Consent, Dated, Switch
from pipeline.registry.keys import KeyRing, SiteKey, ensure_keys
from pipeline.registry.purposes import ALERT_CLINICIAN, ANALYSE_WITH_AI
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.words import ConsentStatus, SwitchKind, SwitchScope
from pipeline.site import Folders, Site
from pipeline.store.store import Store
from pipeline.vocabulary.ids import AlertId, ParticipantId
from tests.plugins.people import ADA, FIRST, OPERATOR, SECOND, START, SYSTEM, as_clinician, clinic, record_all

KEY = SiteKey(b"k" * 32)
NIGHT = date(2026, 1, 4)
EVIDENCE = b'{"sentences":["Moved 3,000 (usual 6,000) on 6 of the last 7 days."]}'
DECIDED = Details(disposition=Disposition.WATCH)
COMMISSIONED = Switch(SwitchKind.COMMISSIONED, SwitchScope.SITE, SITE, is_on=True)


@dataclass(frozen=True)
class Clinic:
    """A store with people in it, its clock and its site."""

    site: Site
    store: Store
    clock: FixedClock

    def roster(self) -> Roster:
        """The roster at this instant."""
        with self.store.read() as session:
            return roster_at(session, self.clock.now_utc())

    def record(self, *events: Dated) -> None:
        """Record events of the registry."""
        with self.store.write(OPERATOR, self.clock) as uow:
            record_all(uow, *events)

    def flag(
        self,
        participant_id: ParticipantId = FIRST,
        night: date = NIGHT,
        direction: Direction = Direction.WITHDRAWAL,
        tier: Tier = Tier.ROUTE,
    ) -> str:
        """A flag that waits to be routed; gives its id."""
        flag_id = f"F-{participant_id}-{night}-{direction.value}"
        with self.store.write(SYSTEM, self.clock) as uow:
            sealed = KeyRing(uow.session, KEY).seal(participant_id, EVIDENCE, EVIDENCE_PURPOSE)
            uow.session.add(
                FlagRow(
                    flag_id=flag_id,
                    participant_id=participant_id,
                    night=night,
                    direction=direction,
                    is_mixed=False,
                    tier=tier,
                    suppression=None,
                    grade="A",
                    is_provisional=False,
                    is_retrospective=False,
                    score=20.0,
                    threshold=18.2,
                    sealed_evidence=sealed,
                    evidence_digest=digest_of(EVIDENCE),
                    rule_version="gdc-1",
                    config_digest="ab" * 16,
                    raised_at_utc=self.clock.now_utc(),
                    settled_at_utc=None,
                    run_id="run",
                )
            )
            uow.record("flag.raise", "flag", flag_id)
        return flag_id

    def route(self) -> Routed:
        """Settle the flags that wait."""
        return route.run(self.site, self.store, self.clock, "run", self.roster(), KEY)

    def alert(self, participant_id: ParticipantId = FIRST, night: date = NIGHT) -> AlertId:
        """An alert in a queue; gives its id."""
        flag_id = self.flag(participant_id, night)
        self.route()
        return AlertId(alert_id_of(flag_id))

    def escalate(self) -> int:
        """One round of escalation."""
        return escalate.run(self.store, self.clock, self.roster(), KEY)

    def act(self, actor: Actor, alert_id: AlertId, action: Action, details: Details = Details()) -> AlertState:  # noqa: B008 -- frozen
        """Take an action."""
        with self.store.write(actor, self.clock) as uow:
            return act(uow, self.roster(), KEY, alert_id, action, details)

    def work_through(self, alert_id: AlertId, *actions: Action) -> None:
        """Let Ada take actions one after another, with whatever each needs."""
        for action in actions:
            self.act(as_clinician(ADA), alert_id, action, BRINGS.get(action, Details()))

    def row(self, alert_id: AlertId) -> AlertRow:
        """An alert as it is stored."""
        with self.store.read() as session:
            found = session.get_one(AlertRow, alert_id)
            session.expunge(found)
            return found

    def chain_is_intact(self) -> bool:
        """Whether the audit chain verifies."""
        with self.store.read() as session:
            return verify(session).is_intact


BRINGS = {
    Action.DISPOSE: DECIDED,
    Action.CLOSE: Details(is_follow_up_settled=True),
    Action.REOPEN: Details(reason="seen again"),
    Action.SNOOZE: Details(reason="at a conference", until_at_utc=START + timedelta(hours=12)),
    Action.REASSIGN: Details(reason="knows the person better"),
}


def consents(
    participant_id: ParticipantId, status: ConsentStatus = ConsentStatus.GIVEN, purposes: tuple[str, ...] = ()
) -> list[Consent]:
    """What a participant says to the analysis and to alerts."""
    asked = purposes or (ANALYSE_WITH_AI, ALERT_CLINICIAN)
    return [Consent(participant_id, purpose, status, "v1", "signed form") for purpose in asked]


def a_clinic(store: Store, root: Path) -> Clinic:
    """The small clinic on a Monday morning, commissioned, with consents and keys."""
    made = Clinic(Site(Folders(root), "test", "none", "Europe/Berlin"), store, FixedClock(START))
    with store.write(OPERATOR, made.clock) as uow:
        record_all(uow, *clinic(), *consents(FIRST), *consents(SECOND), COMMISSIONED)
        ensure_keys(uow, KEY)
    return made


def with_site(clinic_: Clinic, site: Site) -> Clinic:
    """The same clinic under other settings."""
    return replace(clinic_, site=site)
