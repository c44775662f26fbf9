"""Intake: the manifest of export files, the drop folder as last seen, quarantine, counts of runs, dirty days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGES = ("new", "grown", "shrunken", "rewritten")
STATUSES = ("planned", "accepted", "set_aside")


def upgrade() -> None:
    """Create the tables, and the single row that counts markings of dirty days."""
    _create_manifest()
    _create_quarantine()
    _create_counts()
    _create_dirty_days()


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _word(name: str, constraint: str, words: tuple[str, ...]) -> sa.Column[str]:
    kind = sa.Enum(*words, name=constraint, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=False)


def _create_manifest() -> None:
    op.create_table(
        "export_file",
        sa.Column("export_file_id", sa.String(32), primary_key=True),
        sa.Column("logical_id", sa.String(32), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        *(_text(name) for name in ("logical_name", "container", "source", "kind", "export_id")),
        sa.Column("participant_id", sa.String(), nullable=True, index=True),
        _count("size_bytes"),
        _word("change", "file_change", CHANGES),
        _word("status", "file_status", STATUSES),
        _text("code"),
        *(_count(f"rows_{name}_count") for name in ("accepted", "refused", "duplicate")),
        _instant("first_seen_at_utc"),
        sa.Column("run_id", sa.String(), nullable=False, index=True),
    )
    op.create_index(op.f("ix_export_file_status"), "export_file", ["status"])
    op.create_table(
        "export_container",
        sa.Column("container", sa.String(), primary_key=True),
        _count("size_bytes"),
        _count("mtime_ns"),
        _text("claims_digest"),
    )


def _create_quarantine() -> None:
    op.create_table(
        "quarantined_row",
        sa.Column("quarantined_row_id", BIG_KEY, primary_key=True),
        sa.Column(
            "export_file_id", sa.String(32), sa.ForeignKey("export_file.export_file_id"), nullable=False, index=True
        ),
        sa.Column("participant_id", sa.String(), nullable=False, index=True),
        _count("line"),
        _text("stream"),
        _text("rule"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        _instant("refused_at_utc"),
        _text("run_id"),
    )


def _create_counts() -> None:
    op.create_table(
        "intake_count",
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("run_id", "part", "measure", "stream", "name")),
        _count("total_count"),
    )


def _create_dirty_days() -> None:
    op.create_table(
        "dirty_day",
        sa.Column("participant_id", sa.String(), primary_key=True),
        sa.Column("local_day", sa.Date(), primary_key=True),
        sa.Column("shard", sa.Integer(), nullable=False, index=True),
        _count("generation"),
        _instant("marked_at_utc"),
        _text("run_id"),
    )
    counter = op.create_table(
        "dirty_generation",
        sa.Column("counter_id", sa.Integer(), primary_key=True, autoincrement=False),
        _count("generation"),
        sa.CheckConstraint("counter_id = 1", name="single_row"),
    )
    op.bulk_insert(counter, [{"counter_id": 1, "generation": 0}])
