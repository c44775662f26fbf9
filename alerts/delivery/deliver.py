"""One round of the outbox: each waiting notice goes out through every channel that is set up, at least once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from alerts.delivery import all_channels
from alerts.delivery.contract import Channel, DeliveryRefusedError, Notice
from alerts.queues.route import ROUTER
from alerts.queues.tables import AlertRow, NoticeRow
from alerts.triage.actions import act
from alerts.triage.situation import Details
from alerts.triage.words import Action
from pipeline.clock import Clock
from pipeline.errors import TransientError
from pipeline.registry.keys import SiteKey
from pipeline.registry.roster import Roster
from pipeline.site import Site
from pipeline.store.store import Store
from pipeline.vocabulary.ids import AlertId

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
MOST_DOUBLINGS = 6
"""After so many, a wait is as long as it gets."""
QUEUE = "queue"
"""What stands for the channel where none is set up: the notice waits for nobody, the queue itself shows the alert."""


@dataclass(frozen=True)
class Delivered:
    """How a round went."""

    sent_count: int
    waiting_count: int
    refused_count: int


def run(site: Site, store: Store, clock: Clock, roster: Roster, key: SiteKey) -> Delivered:
    """Try every notice whose time has come, each in a transaction of its own."""
    with store.read() as session:
        due = session.scalars(
            select(NoticeRow.notice_id)
            .where(
                NoticeRow.delivered_at_utc.is_(None),
                NoticeRow.error_code.is_(None),
                NoticeRow.next_attempt_at_utc <= clock.now_utc(),
            )
            .order_by(NoticeRow.created_at_utc, NoticeRow.notice_id)
        ).all()
    outcomes = [_try(site, store, clock, roster, key, notice_id) for notice_id in due]
    return Delivered(outcomes.count("sent"), outcomes.count("waiting"), outcomes.count("refused"))


def _try(site: Site, store: Store, clock: Clock, roster: Roster, key: SiteKey, notice_id: str) -> str:
    """Send first, write down after: a kill between the two sends again, with the same idempotency key."""
    with store.read() as session:
        row = session.get_one(NoticeRow, notice_id)
        notice = Notice(row.notice_id, row.alert_id, row.clinician_id, row.recipient_kind)
    channels = [channel for channel in all_channels().values() if channel.is_set_up(site)]
    try:
        for channel in channels:
            channel.send(site, notice)
    except TransientError:
        _put_back(store, clock, notice_id)
        return "waiting"
    except DeliveryRefusedError as error:
        _give_up(store, clock, notice_id, error.code)
        return "refused"
    _write_down(store, clock, roster, key, notice, channels)
    return "sent"


def _write_down(
    store: Store, clock: Clock, roster: Roster, key: SiteKey, notice: Notice, channels: list[Channel]
) -> None:
    with store.write(ROUTER, clock) as uow:
        row = uow.session.get_one(NoticeRow, notice.notice_id)
        row.delivered_at_utc = clock.now_utc()
        row.channel = "+".join(channel.name for channel in channels) or QUEUE
        row.attempts_count += 1
        uow.record("notice.deliver", "notice", notice.notice_id, row.channel)
        if uow.session.get_one(AlertRow, notice.alert_id).state.is_live:
            act(uow, roster, key, AlertId(notice.alert_id), Action.NOTIFY, Details())


def _put_back(store: Store, clock: Clock, notice_id: str) -> None:
    """Wait twice as long after each failed try, up to an hour."""
    with store.write(ROUTER, clock) as uow:
        row = uow.session.get_one(NoticeRow, notice_id)
        wait = min(FIRST_WAIT * 2 ** min(row.attempts_count, MOST_DOUBLINGS), LONGEST_WAIT)
        row.next_attempt_at_utc = clock.now_utc() + wait
        row.attempts_count += 1
        uow.record("notice.retry", "notice", notice_id)


def _give_up(store: Store, clock: Clock, notice_id: str, code: str) -> None:
    """A refused notice stays visible with its code; escalation goes on by the alert's own clock."""
    with store.write(ROUTER, clock) as uow:
        row = uow.session.get_one(NoticeRow, notice_id)
        row.error_code = code
        row.attempts_count += 1
        uow.record("notice.refused", "notice", notice_id, code)
