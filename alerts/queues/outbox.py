"""The outbox: a notice is written in the transaction of the alert it speaks of, and delivered at least once."""

from __future__ import annotations

from sqlalchemy import func, select

from alerts.queues.tables import NoticeRow
from pipeline.store.unit_of_work import UnitOfWork


def enqueue(uow: UnitOfWork, alert_id: str, clinician_id: str) -> None:
    """Put the next notice of an alert into the outbox; its id, the idempotency key, is its number on that alert."""
    numbered = select(func.count()).where(NoticeRow.alert_id == alert_id)
    notice_id = f"{alert_id}-{uow.session.scalar(numbered)}"
    now = uow.clock.now_utc()
    uow.session.add(
        NoticeRow(
            notice_id=notice_id,
            alert_id=alert_id,
            clinician_id=clinician_id,
            created_at_utc=now,
            next_attempt_at_utc=now,
            delivered_at_utc=None,
            channel=None,
            error_code=None,
        )
    )
    uow.record("notice.enqueue", "notice", notice_id)
