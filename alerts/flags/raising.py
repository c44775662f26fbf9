"""Raising: what the walk decided becomes a flag with frozen evidence, once, whatever is judged again."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from alerts.baselines.standing import Standing
from alerts.deviations.decision import Decision
from alerts.deviations.explain import Explanation, explain
from alerts.deviations.night import Judgement
from alerts.deviations.profile import DIRECTIONS, Direction
from alerts.deviations.walk import RULE_VERSION, Walk
from alerts.flags.evidence import EVIDENCE_PURPOSE, digest_of, frozen
from alerts.flags.tables import DetectorStateRow, FlagRow
from alerts.flags.words import Suppression, Tier
from pipeline.registry.keys import KeyRing
from pipeline.site import Site
from pipeline.store.unit_of_work import UnitOfWork

TIERS = {Decision.RAISED: Tier.ROUTE, Decision.DIGEST: Tier.DIGEST, Decision.GRADE_D: Tier.DIGEST}
"""What reaches a clinician, and how; every other decision is published as a judgement and opens nothing."""
DIGEST_EVERY = timedelta(days=7)
"""The digest is weekly: a direction that stays high is one line a week."""
LATE_AFTER = timedelta(hours=36)
"""A night judged later than this after its local day began anew is retrospective: more than a missed run."""


def raise_flags(
    uow: UnitOfWork, keys: KeyRing, site: Site, walk: Walk, judgement: Judgement, rule_digest: str, run_id: str
) -> int:
    """Write the flags of one night; gives how many are new."""
    count = 0
    for person, axis in np.argwhere(np.isin(judgement.decision, [int(decision) for decision in TIERS])).tolist():
        participant_id, direction = walk.record.grid.participants[person], DIRECTIONS[axis]
        tier = TIERS[Decision(int(judgement.decision[person, axis]))]
        if direction is Direction.UNUSUAL:
            tier = Tier.DIGEST
        if tier is Tier.DIGEST and _is_listed(uow.session, participant_id, direction, judgement.day):
            continue
        explanation = explain(walk, participant_id, judgement.day, direction)
        count += _write(uow, keys, site, explanation, tier, rule_digest, run_id)
    return count


def _is_listed(session: Session, participant_id: str, direction: Direction, night: date) -> bool:
    """Whether the digest of the last week has a line for this direction already."""
    recent = select(FlagRow.flag_id).where(
        FlagRow.participant_id == participant_id,
        FlagRow.direction == direction,
        FlagRow.night > night - DIGEST_EVERY,
        FlagRow.night <= night,
    )
    return bool(session.scalar(select(exists(recent))))


def _write(
    uow: UnitOfWork, keys: KeyRing, site: Site, explanation: Explanation, tier: Tier, rule_digest: str, run_id: str
) -> int:
    flag_id = flag_id_of(explanation, tier, rule_digest)
    if uow.session.get(FlagRow, flag_id) is not None:
        return 0
    now = uow.clock.now_utc()
    evidence = frozen(explanation, rule_digest)
    uow.session.add(
        FlagRow(
            flag_id=flag_id,
            participant_id=explanation.participant_id,
            night=explanation.night,
            direction=explanation.direction,
            is_mixed=explanation.is_mixed,
            tier=tier,
            suppression=_judged_before(uow.session, explanation, rule_digest),
            grade=explanation.grade.name,
            is_provisional=explanation.standing is Standing.PROVISIONAL,
            is_retrospective=is_late(site, explanation.night, now),
            score=explanation.score,
            threshold=explanation.threshold,
            sealed_evidence=keys.seal(explanation.participant_id, evidence, EVIDENCE_PURPOSE),
            evidence_digest=digest_of(evidence),
            rule_version=RULE_VERSION,
            config_digest=rule_digest,
            raised_at_utc=now,
            settled_at_utc=None,
            run_id=run_id,
        )
    )
    uow.session.flush()
    uow.record("flag.raise", "flag", flag_id, tier.value)
    return 1


def flag_id_of(explanation: Explanation, tier: Tier, rule_digest: str) -> str:
    """The same participant, night, direction, tier and rule always make the same flag."""
    parts = (
        explanation.participant_id,
        explanation.night.isoformat(),
        explanation.direction.value,
        tier.value,
        rule_digest,
    )
    return "F-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()


def is_late(site: Site, night: date, now: datetime) -> bool:
    """Whether a night is judged so long after its end that its clinician must be told that it is past."""
    ended = datetime.combine(night + timedelta(days=1), time(site.day_starts_h), ZoneInfo(site.zone))
    return now - ended.astimezone(UTC) > LATE_AFTER


def _judged_before(session: Session, explanation: Explanation, rule_digest: str) -> Suppression | None:
    """A changed rule walks over the past anew, and what it would have raised there comes too late for anybody."""
    by_another_rule = select(DetectorStateRow.state_id).where(
        DetectorStateRow.participant_id == explanation.participant_id,
        DetectorStateRow.night == explanation.night,
        DetectorStateRow.config_digest != rule_digest,
    )
    return Suppression.JUDGED_BEFORE if session.scalar(select(exists(by_another_rule))) else None
