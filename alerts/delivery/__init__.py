"""Delivery channels, one module each, found by walking this folder; and the outbox's rounds."""

from __future__ import annotations

import sys
from functools import cache

from alerts.delivery.contract import Channel
from pipeline.walk import declared_in


@cache
def all_channels() -> dict[str, Channel]:
    """Every declared channel by name, in alphabetical order."""
    found = declared_in(sys.modules[__name__], Channel)
    return {channel.name: channel for channel in sorted(found, key=lambda channel: channel.name)}
