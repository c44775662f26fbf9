"""A clock that stands still."""

from __future__ import annotations

import pytest

from pipeline.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()
