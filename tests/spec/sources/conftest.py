"""What the tables of the specification share."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from pipeline.sources import all_sources
from pipeline.sources.contract import Body, Reading

Read = Callable[..., Reading]


@pytest.fixture
def read() -> Read:
    """Reads the text of one file as a source's reader of its name's kind does."""

    def read_text(source: str, name: str, text: str, os: str = "unknown") -> Reading:
        platform = all_sources()[source]
        claim = platform.claim(name)
        assert claim is not None
        body = Body(0, name, dedent(text).lstrip("\n").encode(), os)
        return platform.reader(claim.kind).read((body,))

    return read_text
