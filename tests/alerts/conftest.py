"""The small clinic, on each database in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store.store import Store
from tests.alerts.making import Clinic, a_clinic


@pytest.fixture
def clinic(store: Store, tmp_path: Path) -> Clinic:
    """A commissioned clinic on a Monday morning."""
    return a_clinic(store, tmp_path / "site")


@pytest.fixture
def sqlite_clinic(sqlite_store: Store, tmp_path: Path) -> Clinic:
    """The same on SQLite only, for tests in which the database is not the point."""
    return a_clinic(sqlite_store, tmp_path / "site")
