"""A publish that dies leaves the old state; done again, it gives what it would have given."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import FixedClock
from pipeline.intake import dirty
from pipeline.site import Folders, Site
from pipeline.store.store import Store
from pipeline.warehouse import compact, handover, publish, read
from pipeline.warehouse.handover import Note
from tests.fault.publish.cutting import Cut, cut_at
from tests.warehouse.making import DAY, facts, values_of

INTAKE = Actor(ActorKind.SYSTEM, "intake", "nightly")
OLD = [("a", DAY, "x", 1.0)]
NEW = [("a", DAY, "x", 2.0), ("b", DAY, "x", 3.0)]
MANY_STEPS = 60
FEWEST_STEPS = 5
"""Two parts and two pointers take their names, and the dirty days are cleared."""


@pytest.fixture(autouse=True)
def _merging_is_among_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compact, "FAN_IN", 2)
    monkeypatch.delenv("EVENKEEL_FACTS_KEY", raising=False)


def test_killed_at_any_step_the_old_state_stands_or_the_new(
    tmp_path: Path, sqlite_store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts are never half there, never twice, and no dirty day is cleared before its facts can be read."""
    for site in _killed_once(tmp_path, sqlite_store, clock, monkeypatch):
        found = values_of(read.latest_daily(site))
        assert found == NEW or (found == OLD and _pending(sqlite_store)["local_day"].to_list() == [DAY])
        publish.run(site, sqlite_store, clock, "run-2")
        assert values_of(read.latest_daily(site)) == NEW
        assert read.query(site, "SELECT count(*) FROM feature.daily_history").item() == len(OLD) + len(NEW)
        assert _pending(sqlite_store).is_empty()


def test_days_marked_again_while_facts_were_built_stay_dirty(
    tmp_path: Path, sqlite_store: Store, clock: FixedClock
) -> None:
    site = _site(tmp_path, 0)
    _mark(sqlite_store, clock)
    _hand_over(site, sqlite_store, "run-2")
    _mark(sqlite_store, clock)
    publish.run(site, sqlite_store, clock, "run-2")
    assert _pending(sqlite_store)["local_day"].to_list() == [DAY]


def test_an_unfinished_handover_is_not_published(tmp_path: Path, sqlite_store: Store, clock: FixedClock) -> None:
    site = _site(tmp_path, 0)
    _hand_over(site, sqlite_store, "run-2")
    (handover.folder_of(site, "run-2") / "shards-00-64.json").unlink()
    assert publish.run(site, sqlite_store, clock, "run-2") == 0
    assert read.latest_daily(site).is_empty()


def _killed_once(tmp_path: Path, store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site on which the publish of `NEW` over `OLD` died at one step, for each step in turn; at last one unharmed."""
    template = _site(tmp_path, -1)
    publish.append(template, clock, "feature.daily", facts(*OLD), "run-1")
    for step in range(MANY_STEPS):
        site = _site(tmp_path, step)
        shutil.copytree(template.folders.root, site.folders.root)
        _mark(store, clock)
        _hand_over(site, store, "run-2")
        try:
            with cut_at(monkeypatch, step):
                publish.run(site, store, clock, "run-2")
        except Cut:
            yield site
            continue
        assert step >= FEWEST_STEPS
        yield site
        return
    pytest.fail(f"the publish did not end within {MANY_STEPS} steps")


def _site(tmp_path: Path, step: int) -> Site:
    return Site(Folders(tmp_path / f"site-{step}"), "test", "none", "UTC")


def _mark(store: Store, clock: FixedClock) -> None:
    with store.write(INTAKE, clock) as unit:
        dirty.mark(unit, pl.DataFrame({"participant_id": ["a"], "local_day": [DAY]}), "run-1")


def _pending(store: Store) -> pl.DataFrame:
    with store.read() as session:
        return dirty.pending(session, (0, 64))


def _hand_over(site: Site, store: Store, run_id: str) -> None:
    with store.read() as session:
        generation = dirty.generation(session)
    folder, rows = handover.folder_of(site, run_id), facts(*NEW)
    with handover.daily_writer(folder, "shards-00-64", rows.schema) as append:
        append(rows)
    instant = datetime(2024, 3, 2, tzinfo=UTC).isoformat()
    note = Note("shards-00-64", "build", instant, instant, "0", "0", 2, 0, generation, rows.height)
    handover.write(folder, note, {}, built=pl.DataFrame({"participant_id": ["a"], "local_day": [DAY]}))
