"""Tables of flags and of the detector's state after each night."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from alerts.deviations.profile import Direction
from alerts.flags.words import Suppression, Tier
from pipeline.registry.tables import participant_reference
from pipeline.store.base import BIG_KEY, Base, word_of


class FlagRow(Base):
    """A flag: its evidence is sealed with the participant's key, and only a digest of it is in the open.

    Either it was suppressed, with the reason, or it is for a queue or the digest; `settled_at_utc` is the instant at
    which routing dealt with it.
    """

    __tablename__ = "flag"
    __table_args__ = (CheckConstraint("direction <> 'unusual' OR tier = 'digest'", name="unusual_goes_to_the_digest"),)

    flag_id: Mapped[str] = mapped_column(primary_key=True)
    participant_id: Mapped[str] = participant_reference()
    night: Mapped[date]
    direction: Mapped[Direction] = mapped_column(word_of(Direction, "direction"))
    is_mixed: Mapped[bool]
    tier: Mapped[Tier] = mapped_column(word_of(Tier, "tier"))
    suppression: Mapped[Suppression | None] = mapped_column(word_of(Suppression, "suppression"))
    grade: Mapped[str]
    is_provisional: Mapped[bool]
    is_retrospective: Mapped[bool]
    score: Mapped[float]
    threshold: Mapped[float]
    sealed_evidence: Mapped[bytes]
    evidence_digest: Mapped[str]
    rule_version: Mapped[str]
    config_digest: Mapped[str]
    raised_at_utc: Mapped[datetime]
    settled_at_utc: Mapped[datetime | None]
    run_id: Mapped[str]


class DetectorStateRow(Base):
    """The detector's state of one participant after one night; a night judged again adds a row beside the old."""

    __tablename__ = "detector_state"
    __table_args__ = (Index("ix_detector_state_participant_id_night", "participant_id", "night"),)

    state_id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    participant_id: Mapped[str] = participant_reference()
    night: Mapped[date]
    sealed_state: Mapped[bytes]
    rule_version: Mapped[str]
    config_digest: Mapped[str]
    judged_at_utc: Mapped[datetime]
    run_id: Mapped[str]
