"""The outbox: each notice goes out at least once, whatever is killed or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from alerts.delivery import all_channels, deliver
from alerts.delivery.contract import Notice
from alerts.delivery.deliver import LONGEST_WAIT, Delivered
from alerts.queues.tables import AlertEventRow, NoticeRow
from alerts.triage.words import Action
from pipeline.errors import TransientError
from pipeline.registry.recipients import RecipientKind
from pipeline.site import Delivery
from pipeline.store.unit_of_work import UnitOfWork
from tests.alerts.delivery.conftest import Receiver
from tests.alerts.making import KEY, Clinic, with_site
from tests.plugins.people import SECOND, SYSTEM


@dataclass(frozen=True)
class Post:
    """A clinic with a webhook."""

    clinic: Clinic
    receiver: Receiver

    def round(self) -> Delivered:
        """One round of the outbox."""
        clinic = self.clinic
        return deliver.run(clinic.site, clinic.store, clinic.clock, clinic.roster(), KEY)

    def notice(self) -> NoticeRow:
        """The only notice there is."""
        with self.clinic.store.read() as session:
            found = session.scalars(select(NoticeRow)).one()
            session.expunge(found)
            return found


@pytest.fixture
def post(clinic: Clinic, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Post:
    """A clinic with one alert, whose notice waits."""
    monkeypatch.setenv("EVENKEEL_WEBHOOK_SECRET", "invented for this test")
    clinic.alert()
    return Post(with_site(clinic, replace(clinic.site, delivery=Delivery(webhook_url=receiver.url))), receiver)


def test_a_notice_goes_out_once_and_its_delivery_is_on_record(post: Post) -> None:
    assert Delivered(1, 0, 0) == post.round()
    assert Delivered(0, 0, 0) == post.round()

    assert 1 == len(post.receiver.bodies)
    assert "webhook" == post.notice().channel
    with post.clinic.store.read() as session:
        assert [Action.NOTIFY] == list(session.scalars(select(AlertEventRow.action)))
    assert post.clinic.chain_is_intact()


def test_killed_between_sending_and_writing_down_it_goes_out_again_under_the_same_key(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "finish", _killed)
        with pytest.raises(TransientError):
            post.round()

    post.round()

    keys = [sent["Idempotency-Key"] for sent in post.receiver.headers]
    assert 2 == len(keys)
    assert {post.notice().notice_id} == set(keys)
    assert post.notice().delivered_at_utc is not None


def test_what_fails_waits_twice_as_long_each_time_and_goes_out_in_the_end(post: Post) -> None:
    post.receiver.answers = [500, 429, 200]

    waits = []
    for _ in range(2):
        assert Delivered(0, 1, 0) == post.round()
        waits.append(post.notice().next_attempt_at_utc - post.clinic.clock.now_utc())
        assert Delivered(0, 0, 0) == post.round()
        post.clinic.clock.instant = post.notice().next_attempt_at_utc

    assert [timedelta(minutes=1), timedelta(minutes=2)] == waits
    assert Delivered(1, 0, 0) == post.round()


def test_after_days_of_failing_it_is_still_tried_every_hour(post: Post) -> None:
    post.receiver.answers = [503]
    with post.clinic.store.write(SYSTEM, post.clinic.clock) as uow:
        uow.session.execute(update(NoticeRow).values(attempts_count=5000))
        uow.record("test.put", "notice", "all")

    post.round()

    assert post.clinic.clock.now_utc() + LONGEST_WAIT == post.notice().next_attempt_at_utc


def test_a_refused_notice_stays_visible_with_its_code_and_escalation_goes_on(post: Post) -> None:
    post.receiver.answers = [404]

    assert Delivered(0, 0, 1) == post.round()
    assert Delivered(0, 0, 0) == post.round()

    assert ("http_404", None) == (post.notice().error_code, post.notice().delivered_at_utc)
    post.clinic.clock.advance(timedelta(hours=5))
    assert 1 == post.clinic.escalate()


def test_one_refused_notice_holds_no_other_back(post: Post) -> None:
    post.clinic.alert(SECOND)
    post.receiver.answers = [404, 200]

    assert Delivered(1, 0, 1) == post.round()


def test_without_a_channel_the_queue_itself_is_the_notice(clinic: Clinic, receiver: Receiver) -> None:
    clinic.alert()
    post = Post(clinic, receiver)

    assert Delivered(1, 0, 0) == post.round()
    assert "queue" == post.notice().channel


def test_a_notice_for_what_was_decided_meanwhile_is_still_delivered_without_touching_the_alert(post: Post) -> None:
    alert_id = post.notice().alert_id
    post.clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE)  # type: ignore[arg-type]

    assert Delivered(1, 0, 0) == post.round()


@pytest.mark.parametrize("name", sorted(all_channels()))
def test_every_channel_keeps_the_contract(name: str) -> None:
    channel = all_channels()[name]

    assert channel.sentence.endswith(".")
    assert isinstance(channel.is_set_up, Callable)  # type: ignore[arg-type]


def test_a_notice_has_room_for_ids_only() -> None:
    assert {"notice_id", "alert_id", "clinician_id", "recipient_kind"} == {field.name for field in fields(Notice)}
    assert "A review is waiting in Evenkeel (A-1)." == Notice("A-1-0", "A-1", "ada", RecipientKind.CLINICIAN).text


def _killed(_: UnitOfWork) -> None:
    raise TransientError("killed before the commit")
