"""Alerts: the detector's state by night, flags, alerts and what happened to them, and the outbox of notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("open", "acknowledged", "in_review", "disposed", "closed")
DISPOSITIONS = (
    "contacted",
    "visit_earlier",
    "reviewed_in_session",
    "watch",
    "explained",
    "episode_confirmed",
    "not_confirmed",
    "data_fault",
    "duplicate",
    "crisis_pathway",
    "cannot_assess",
)
SUPPRESSIONS = ("commissioning", "stopped", "no_consent", "already_open", "judged_before")
HUMAN_ONLY = ("acknowledge", "review", "dispose", "close", "reopen", "snooze", "reassign", "accept")
ACTIONS = (*HUMAN_ONLY, "notify", "escalate", "note", "amend", "stop")


def upgrade() -> None:
    """Create the tables, each after what it refers to."""
    _create_detector_state()
    _create_flag()
    _create_alert()
    _create_alert_event()
    _create_notice()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _word(name: str, words: tuple[str, ...], *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)


def _registered(name: str, table: str) -> sa.Column[str]:
    """A column that names a participant or clinician, checked when the transaction ends."""
    key = sa.ForeignKey(f"{table}.{table}_id", deferrable=True, initially="DEFERRED")
    return sa.Column(name, sa.String(), key, nullable=False, index=True)


def _of_alert() -> sa.Column[str]:
    return sa.Column("alert_id", sa.String(), sa.ForeignKey("alert.alert_id"), nullable=False, index=True)


def _create_detector_state() -> None:
    op.create_table(
        "detector_state",
        sa.Column("state_id", BIG_KEY, primary_key=True),
        _registered("participant_id", "participant"),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("sealed_state", sa.LargeBinary(), nullable=False),
        _text("rule_version"),
        _text("config_digest"),
        _instant("judged_at_utc"),
        _text("run_id"),
    )
    op.create_index("ix_detector_state_participant_id_night", "detector_state", ["participant_id", "night"])


def _create_flag() -> None:
    op.create_table(
        "flag",
        sa.Column("flag_id", sa.String(), primary_key=True),
        _registered("participant_id", "participant"),
        sa.Column("night", sa.Date(), nullable=False),
        _word("direction", ("withdrawal", "activation", "unusual")),
        _truth("is_mixed"),
        _word("tier", ("route", "digest")),
        _word("suppression", SUPPRESSIONS, nullable=True),
        _text("grade"),
        _truth("is_provisional"),
        _truth("is_retrospective"),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("sealed_evidence", sa.LargeBinary(), nullable=False),
        _text("evidence_digest"),
        _text("rule_version"),
        _text("config_digest"),
        _instant("raised_at_utc"),
        _instant("settled_at_utc", nullable=True),
        _text("run_id"),
        sa.CheckConstraint("direction <> 'unusual' OR tier = 'digest'", name="unusual_goes_to_the_digest"),
    )


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.String(), primary_key=True),
        sa.Column("flag_id", sa.String(), sa.ForeignKey("flag.flag_id"), nullable=False),
        _registered("participant_id", "participant"),
        _registered("clinician_id", "clinician"),
        sa.Column("offered_to_id", sa.String(), sa.ForeignKey("clinician.clinician_id"), nullable=True),
        _word("route_reason", ("responsible", "deputy", "unroutable")),
        _word("state", STATES),
        _word("disposition", DISPOSITIONS, nullable=True),
        _truth("is_retrospective"),
        _truth("is_stopped"),
        sa.Column("escalation_step", sa.Integer(), nullable=False),
        _instant("opened_at_utc"),
        _instant("acknowledge_by_utc"),
        _instant("dispose_by_utc"),
        _instant("snoozed_until_utc", nullable=True),
        sa.Column("policy", sa.JSON(), nullable=False),
        _text("run_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("flag_id", name=op.f("uq_alert_flag_id")),
        sa.CheckConstraint(
            "(disposition IS NULL) = (state NOT IN ('disposed', 'closed'))", name="decided_with_disposition"
        ),
    )


def _create_alert_event() -> None:
    human_only = ", ".join(f"'{action}'" for action in HUMAN_ONLY)
    op.create_table(
        "alert_event",
        sa.Column("event_id", BIG_KEY, primary_key=True),
        _of_alert(),
        _instant("at_utc"),
        _word("action", ACTIONS),
        _word("from_state", STATES),
        _word("to_state", STATES),
        _word("actor_kind", ("clinician", "operator", "system")),
        _text("actor_id"),
        _text("on_behalf_of_id", nullable=True),
        _word("disposition", DISPOSITIONS, nullable=True),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"actor_kind = 'clinician' OR action NOT IN ({human_only})", name="decided_by_a_clinician"),
    )


def _create_notice() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.String(), primary_key=True),
        _of_alert(),
        _registered("clinician_id", "clinician"),
        _word("recipient_kind", ("clinician",)),
        _instant("created_at_utc"),
        sa.Column("attempts_count", sa.Integer(), nullable=False),
        _instant("next_attempt_at_utc"),
        _instant("delivered_at_utc", nullable=True),
        _text("channel", nullable=True),
        _text("error_code", nullable=True),
    )
