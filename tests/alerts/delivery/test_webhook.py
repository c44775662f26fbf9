"""The webhook against a receiver that misbehaves: what is tried again, what is given up, and what is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerts.delivery import webhook
from alerts.delivery.contract import DeliveryRefusedError, Notice
from pipeline.errors import ConfigurationError, TransientError
from pipeline.registry.recipients import RecipientKind
from pipeline.site import Delivery, Folders, Site
from tests.alerts.delivery.conftest import HANG, Receiver

NOTICE = Notice("A-1-0", "A-1", "ada", RecipientKind.CLINICIAN)
SECRET = "shared with the paging system"  # noqa: S105 -- invented


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENKEEL_WEBHOOK_SECRET", SECRET)


def _site(url: str | None) -> Site:
    return Site(Folders(Path("nowhere")), "test", "none", "UTC", delivery=Delivery(webhook_url=url))


def test_what_is_sent_is_signed_and_carries_its_idempotency_key(receiver: Receiver) -> None:
    webhook.send(_site(receiver.url), NOTICE)

    assert "A-1-0" == receiver.headers[0]["Idempotency-Key"]
    assert webhook.signature(receiver.bodies[0], SECRET) == receiver.headers[0]["X-Evenkeel-Signature"]


def test_a_notice_says_that_a_review_waits_and_nothing_else(receiver: Receiver) -> None:
    webhook.send(_site(receiver.url), NOTICE)

    assert {"notice_id": "A-1-0", "to": "ada", "text": "A review is waiting in Evenkeel (A-1)."} == json.loads(
        receiver.bodies[0]
    )


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]

    with pytest.raises(TransientError, match=str(status)):
        webhook.send(_site(receiver.url), NOTICE)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410])
def test_what_no_retry_mends_is_refused_with_its_code_and_no_redirect_is_followed(
    receiver: Receiver, status: int
) -> None:
    receiver.answers = [status, 200]

    with pytest.raises(DeliveryRefusedError) as caught:
        webhook.send(_site(receiver.url), NOTICE)

    assert f"http_{status}" == caught.value.code
    assert 1 == len(receiver.bodies)


def test_an_answer_that_never_comes_is_not_waited_for(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PATIENCE_S", (0.2, 0.05))
    receiver.answers = [HANG]

    with pytest.raises(TransientError, match="ReadTimeout"):
        webhook.send(_site(receiver.url), NOTICE)


def test_nobody_there_may_pass_and_the_address_stays_out_of_the_words() -> None:
    with pytest.raises(TransientError) as caught:
        webhook.send(_site("http://127.0.0.1:9/token-in-the-path"), NOTICE)

    assert "token" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_without_a_secret_nothing_is_sent(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody could make a signature with an empty key."""
    monkeypatch.delenv("EVENKEEL_WEBHOOK_SECRET")

    with pytest.raises(ConfigurationError, match="EVENKEEL_WEBHOOK_SECRET"):
        webhook.send(_site(receiver.url), NOTICE)

    assert [] == receiver.bodies


def test_it_is_set_up_where_the_site_names_an_address() -> None:
    assert webhook.is_set_up(_site("https://example.test"))
    assert not webhook.is_set_up(_site(None))
