"""The declarative base: one metadata for every table, named constraints, and instants that are aware and in UTC.

Tables are declared in modules named `tables.py`, next to the code that owns them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Enum, Integer, LargeBinary, MetaData, String
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from pipeline.errors import InvariantError

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")
"""A growing integer key; SQLite numbers rows by itself only in a column declared INTEGER."""


class NaiveInstantError(InvariantError, DontWrapMixin):
    """An instant without a zone was about to be stored."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in, stored in UTC, aware and in UTC out; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveInstantError("found an instant without a zone, expected one that is aware: give it tzinfo=UTC")
        instant = value.astimezone(UTC)
        # SQLite keeps text without a zone: every value in the column is UTC.
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def word_of(words: type[StrEnum], name: str) -> Enum:
    """A column type for a closed set of words: text, with a check that the database itself keeps."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """What every table of the relational store is declared on."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads a plain class attribute
        datetime: UtcDateTime(),
        date: Date(),
        str: String(),
        bytes: LargeBinary(),
        bool: Boolean(),
    }
