"""Instants are stored and given back aware and in UTC, on both databases; a naive one is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from pipeline.audit.tables import AuditEvent
from pipeline.clock import FixedClock
from pipeline.store.base import NaiveInstantError
from pipeline.store.store import Store
from tests.plugins.people import OPERATOR


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC),
        datetime(2026, 3, 1, 11, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_an_instant_comes_back_aware_and_in_utc(store: Store, instant: datetime) -> None:
    with store.write(OPERATOR, FixedClock(instant)) as uow:
        uow.record("site.checked", "site", "here")
    with store.read() as session:
        stored = session.scalars(select(AuditEvent.at_utc)).one()
    assert (instant, UTC) == (stored, stored.tzinfo)


def test_a_naive_instant_is_refused() -> None:
    with Session(create_engine("sqlite://")) as session, pytest.raises(NaiveInstantError, match="without a zone"):
        session.execute(select(AuditEvent).where(AuditEvent.at_utc > datetime(2026, 3, 1)))  # noqa: DTZ001 -- the fault
