"""A signed POST to an address of the clinic's own, for instance its paging system."""

from __future__ import annotations

import hashlib
import hmac
import json
from http import HTTPStatus

import requests

from alerts.delivery.contract import Channel, DeliveryRefusedError, Notice
from pipeline.errors import ConfigurationError, Fault, TransientError
from pipeline.site import Site
from pipeline.site_folder.settings import secret

PATIENCE_S = (5.0, 10.0)
"""Seconds to connect, and to wait for the answer."""
RETRIED = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


def is_set_up(site: Site) -> bool:
    """Whether the site names an address to call."""
    return site.delivery.webhook_url is not None


def send(site: Site, notice: Notice) -> None:
    """Post the notice, its body signed with EVENKEEL_WEBHOOK_SECRET and its id as the idempotency key."""
    body = json.dumps({"notice_id": notice.notice_id, "to": notice.clinician_id, "text": notice.text}).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": notice.notice_id,
        "X-Evenkeel-Signature": signature(body, _secret()),
    }
    _check(_status(site.delivery.webhook_url or "", body, headers))


def signature(body: bytes, key: str) -> str:
    """What the receiver recomputes: HMAC-SHA256 of the body, in hexadecimal."""
    return "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _secret() -> str:
    """The key that both sides share; a signature that anybody could make is worse than a loud stop."""
    shared = secret("WEBHOOK_SECRET")
    if not shared:
        mend = "Set EVENKEEL_WEBHOOK_SECRET or EVENKEEL_WEBHOOK_SECRET_FILE, or take webhook_url out of site.toml"
        raise ConfigurationError([Fault("delivery.webhook_url", "found no secret to sign with", mend)])
    return shared


def _status(url: str, body: bytes, headers: dict[str, str]) -> int:
    """How the other side answered; the answer's body is not waited for."""
    try:
        with requests.post(
            url, data=body, headers=headers, timeout=PATIENCE_S, allow_redirects=False, stream=True
        ) as answer:
            return answer.status_code
    except requests.RequestException as error:
        # The library's own words hold the address, which may hold a token.
        raise TransientError(f"the webhook could not be reached ({type(error).__name__})") from None


def _check(status: int) -> None:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in RETRIED:
        raise TransientError(f"the webhook answered {status}")
    raise DeliveryRefusedError(f"http_{status}", f"the webhook answered {status}; mend its address or its rights")


WEBHOOK = Channel("webhook", "A signed POST to an address of the clinic's own.", is_set_up, send)
