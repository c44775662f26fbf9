"""A site of a finished study, and toy families in place of the real ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from features import build
from pipeline.clock import FixedClock
from pipeline.site import Folders, Site
from tests.features.build.making import FAMILIES


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(Folders(tmp_path / "site"), "test", "none", "UTC", is_retrospective=True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 6, 1, 6, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _toy_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "all_families", lambda: FAMILIES)
    monkeypatch.delenv("EVENKEEL_FACTS_KEY", raising=False)
    monkeypatch.delenv("EVENKEEL_FACTS_KEY_FILE", raising=False)
