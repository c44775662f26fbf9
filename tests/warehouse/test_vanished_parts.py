"""A reader that took the pointer just before parts were merged away starts over from the new one."""

from __future__ import annotations

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import TransientError
from pipeline.site import Site
from pipeline.warehouse import publish, read, views
from pipeline.warehouse.manifest import Manifest, current
from tests.warehouse.making import DAY, facts, values_of


def test_a_reader_whose_parts_are_gone_takes_the_new_pointer(
    site: Site, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[Manifest] = []
    for number in range(20):
        publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", float(number))), "run")
        states.append(current(site.folders.facts))
    stale = iter([states[3]])
    monkeypatch.setattr(views, "current", lambda folder: next(stale, None) or current(folder))
    assert values_of(read.latest_daily(site)) == [("a", DAY, "x", 19.0)]


def test_parts_that_stay_gone_are_named(site: Site, clock: FixedClock) -> None:
    publish.append(site, clock, "feature.daily", facts(("a", DAY, "x", 1.0)), "run")
    for part in (site.folders.facts / "parts").iterdir():
        part.unlink()
    with pytest.raises(TransientError, match="restore a backup"):
        read.latest_daily(site)
