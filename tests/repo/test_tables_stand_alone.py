"""Every module that writes can be the first one a process imports: its tables bring along what they refer to."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["alerts.triage.actions", "alerts.queues.outbox", "alerts.flags.memory"])
def test_the_tables_behind_a_module_know_all_that_they_refer_to(module: str) -> None:
    code = f"import {module}; from pipeline.store.base import Base; print(len(Base.metadata.sorted_tables))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)  # noqa: S603

    assert done.returncode == 0, done.stderr[-400:]
