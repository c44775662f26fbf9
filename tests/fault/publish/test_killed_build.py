"""A build that dies hands nothing over; done again, it writes what it would have written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from features import build
from pipeline.clock import FixedClock
from pipeline.site import Folders, Site
from pipeline.store.store import Store
from pipeline.warehouse import handover, publish, read
from tests.fault.publish.cutting import Cut, cut_at
from tests.features.build.making import EVERYWHERE, FAMILIES, at, deliver, enrol


def test_killed_at_any_step_a_build_hands_over_all_or_nothing_and_can_be_done_again(
    tmp_path: Path, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock(datetime(2024, 6, 1, tzinfo=UTC))
    site = Site(Folders(tmp_path / "site"), "test", "none", "UTC", is_retrospective=True)
    monkeypatch.setattr(build, "all_families", lambda: FAMILIES)
    enrol(sqlite_store, clock, "a", "b")
    deliver(site, sqlite_store, clock, [("a", at(2)), ("b", at(3))])
    expected = build.run(site, sqlite_store, clock, "unharmed", EVERYWHERE).read_bytes()
    for step in range(100):
        try:
            with cut_at(monkeypatch, step):
                build.run(site, sqlite_store, clock, "killed", EVERYWHERE)
        except Cut:
            handed_over = handover.complete(handover.folder_of(site, "killed"))
            # The last step makes a name survive a power cut: before it the handover is whole already.
            assert all(part.files["feature.daily"].read_bytes() == expected for part in handed_over)
            continue
        break
    assert step > 5
    assert build.run(site, sqlite_store, clock, "killed", EVERYWHERE).read_bytes() == expected
    assert publish.run(site, sqlite_store, clock, "killed") > 0
    assert read.latest_daily(site).height == 2 * 3 * 4
