"""One module per platform. A source declares its readers and is found by walking this folder; readers are pure."""

from __future__ import annotations

import sys
from functools import cache

from pipeline.sources.contract import Source
from pipeline.walk import declared_in


@cache
def all_sources() -> dict[str, Source]:
    """Every declared source by name, in alphabetical order."""
    found = declared_in(sys.modules[__name__], Source)
    return {source.name: source for source in sorted(found, key=lambda source: source.name)}
