"""A site without anything published, and a clock that stands still."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.site import Folders, Site
from tests.warehouse.making import NIGHT


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(Folders(tmp_path / "site"), "test", "none", "UTC")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NIGHT)


@pytest.fixture(autouse=True)
def _without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of the machine that runs the tests reaches them."""
    monkeypatch.delenv("EVENKEEL_FACTS_KEY", raising=False)
    monkeypatch.delenv("EVENKEEL_FACTS_KEY_FILE", raising=False)
