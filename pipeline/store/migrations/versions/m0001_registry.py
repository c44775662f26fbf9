"""The audit chain, the registry's events and the keys of participants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from pipeline.store.migrations.append_only import install, make_append_only

revision = "0001"
down_revision = None

FIRST_PREVIOUS_HASH = "0" * 64
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTORS = ("clinician", "operator", "system")


def upgrade() -> None:
    """Create the tables, the single rows that are locked, and the triggers that keep events as they are."""
    install()
    _create_audit()
    _create_anchors()
    _create_people()
    _create_duty()
    _create_agreements()
    _create_sealed()
    _create_bookkeeping()


def _instant() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _word(name: str, words: tuple[str, ...]) -> sa.Column[str]:
    """A column for a closed set of words."""
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _reference(to: str) -> sa.Column[str]:
    """A column that names a participant or a clinician; checked when the transaction ends."""
    key = sa.ForeignKey(f"{to}.{to}_id", deferrable=True, initially="DEFERRED")
    return sa.Column(f"{to}_id", sa.String(), key, nullable=False)


def _create_events(table: str, *columns: SchemaItem, references: tuple[str, ...] = ()) -> None:
    """Create a table of dated events, an index on each column that refers elsewhere, and its triggers."""
    op.create_table(
        table,
        sa.Column("event_id", BIG_KEY, nullable=False),
        sa.Column("effective_at_utc", _instant(), nullable=False),
        sa.Column("recorded_at_utc", _instant(), nullable=False),
        _word("recorded_by_kind", ACTORS),
        _text("recorded_by"),
        *(_reference(to) for to in references),
        *columns,
        sa.PrimaryKeyConstraint("event_id"),
    )
    for to in references:
        op.create_index(f"ix_{table}_{to}_id", table, [f"{to}_id"])
    make_append_only(table, "event_id")


def _create_audit() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", BIG_KEY, autoincrement=False, nullable=False),
        sa.Column("at_utc", _instant(), nullable=False),
        _word("actor_kind", ACTORS),
        *(_text(name) for name in ("actor_id", "role", "action", "object_kind", "object_id", "reason")),
        _text("details_digest", nullable=True),
        _text("config_digest", nullable=True),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_audit_event_actor_id", "audit_event", ["actor_id"])
    op.create_index("ix_audit_event_object_id", "audit_event", ["object_id"])
    make_append_only("audit_event", "seq")
    head = op.create_table(
        "audit_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("head_id"),
        sa.CheckConstraint("head_id = 1", name="single_row"),
    )
    op.bulk_insert(head, [{"head_id": 1, "seq": 0, "hash": FIRST_PREVIOUS_HASH}])


def _create_anchors() -> None:
    op.create_table("participant", _text("participant_id"), sa.PrimaryKeyConstraint("participant_id"))
    op.create_table("clinician", _text("clinician_id"), sa.PrimaryKeyConstraint("clinician_id"))


def _create_people() -> None:
    _create_events(
        "participant_event",
        _word("status", ("active", "paused", "ended")),
        _text("zone"),
        sa.Column("work_pattern", sa.String(7)),
        references=("participant",),
    )
    _create_events(
        "device_event",
        *(_text(name) for name in ("device_id", "source", "export_id")),
        _word("os", ("android", "ios", "unknown")),
        sa.Column("in_use_from_utc", _instant(), nullable=False),
        sa.Column("in_use_to_utc", _instant()),
        references=("participant",),
    )
    _create_events(
        "clinician_event",
        _text("display_name"),
        _text("role"),
        _text("licence_id", nullable=True),
        _text("licence_jurisdiction", nullable=True),
        _flag("is_active"),
        references=("clinician",),
    )
    _create_events("credential_event", _text("credential_hash"), references=("clinician",))


def _create_duty() -> None:
    _create_events("responsibility_event", references=("participant", "clinician"))
    _create_events(
        "team_member_event",
        _word("role", ("deputy", "member")),
        _flag("is_member"),
        references=("participant", "clinician"),
    )
    _create_events("service_lead_event", references=("clinician",))
    _create_events(
        "duty_hours_event",
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_local", sa.Time()),
        sa.Column("ends_local", sa.Time()),
        _text("zone"),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        references=("clinician",),
    )
    _create_events(
        "duty_span_event",
        _word("kind", ("duty", "leave")),
        sa.Column("from_at_utc", _instant(), nullable=False),
        sa.Column("to_at_utc", _instant(), nullable=False),
        sa.CheckConstraint("to_at_utc >= from_at_utc", name="ends_after_start"),
        references=("clinician",),
    )


def _create_agreements() -> None:
    _create_events(
        "consent_event",
        _text("purpose"),
        _word("status", ("given", "withdrawn")),
        _text("disclosure_version"),
        _text("basis"),
        references=("participant",),
    )
    _create_events(
        "switch_event",
        _word("kind", ("commissioned", "stopped")),
        _word("scope", ("site", "rule", "participant")),
        _text("scope_id"),
        _flag("is_on"),
        sa.CheckConstraint("kind <> 'commissioned' OR recorded_by_kind <> 'system'", name="commissioned_by_a_human"),
    )
    _create_events(
        "exceptional_days_event",
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _word("kind", ("travel", "illness", "holiday", "life_event", "other")),
        _flag("is_void"),
        references=("participant",),
    )


def _create_sealed() -> None:
    _create_events(
        "subgroup_event",
        _text("attribute"),
        sa.Column("sealed_value", sa.LargeBinary()),
        references=("participant",),
    )
    _create_events(
        "identity_event", sa.Column("sealed_identity", sa.LargeBinary(), nullable=False), references=("participant",)
    )
    op.create_table(
        "participant_key",
        _reference("participant"),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("created_at_utc", _instant(), nullable=False),
        sa.Column("destroyed_at_utc", _instant()),
        sa.PrimaryKeyConstraint("participant_id"),
    )


def _create_bookkeeping() -> None:
    _create_events("accepted_roster", sa.Column("known_at_utc", _instant(), nullable=False))
    _create_events("imported_row", *(_text(name) for name in ("kind", "row_key", "row_json", "source_label")))
    op.create_index("ix_imported_row_row_key", "imported_row", ["row_key"])
    head = op.create_table(
        "registry_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at_utc", _instant()),
        sa.Column("accepted_at_utc", _instant()),
        sa.PrimaryKeyConstraint("head_id"),
        sa.CheckConstraint("head_id = 1", name="single_row"),
    )
    op.bulk_insert(head, [{"head_id": 1}])
