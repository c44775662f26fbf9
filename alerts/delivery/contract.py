"""What a channel promises: to carry a notice that says nothing but that a review waits, and to say how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import EvenkeelError
from pipeline.registry.recipients import RecipientKind
from pipeline.site import Site


class DeliveryRefusedError(EvenkeelError):
    """The other side refused the notice in a way that no retry mends."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Notice:
    """All that ever leaves: opaque ids. The recipient's kind is a closed type with one value."""

    notice_id: str
    alert_id: str
    clinician_id: str
    recipient_kind: RecipientKind

    @property
    def text(self) -> str:
        """The whole message for a person."""
        return f"A review is waiting in Evenkeel ({self.alert_id})."


@dataclass(frozen=True)
class Channel:
    """A way to reach a clinician: whether a site has set it up, and how it sends.

    `send` raises `TransientError` when a later try may work and `DeliveryRefusedError` when it will not.
    """

    name: str
    sentence: str
    is_set_up: Callable[[Site], bool]
    send: Callable[[Site, Notice], None]
