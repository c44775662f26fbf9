"""Fixtures that every kind of test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.plugins.databases"]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real exports; skipped where it is not at hand, a failure in CI."""
    folder = os.environ.get("EVENKEEL_REAL_DATA")
    if folder and Path(folder).is_dir():
        return Path(folder)
    reason = "EVENKEEL_REAL_DATA names no folder of real exports"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
