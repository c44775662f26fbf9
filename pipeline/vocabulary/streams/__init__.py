"""Every stream Evenkeel knows, one schema each, whatever the platform. A new stream is one new module here."""

from __future__ import annotations

import sys
from functools import cache

from pipeline.vocabulary.stream import Stream
from pipeline.walk import declared_in


@cache
def all_streams() -> dict[str, Stream]:
    """Every declared stream by name, in alphabetical order."""
    found = declared_in(sys.modules[__name__], Stream)
    return {stream.name: stream for stream in sorted(found, key=lambda stream: stream.name)}
