"""Killed at every write, intake run again gives the lake and the manifest of a run that was never killed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.intake import dirty
from pipeline.intake.summary import IntakeSummary
from pipeline.intake.tables import ExportFile, QuarantinedRow
from pipeline.site import Folders, Site
from pipeline.store.store import open_store
from tests.plugins.exports import ALL_SHARDS, OPERATOR, Bench, bench, deliver, deliver_zip, gps_hour, screen_hour

HOUR = datetime(2024, 3, 10, 20, tzinfo=UTC)
ROW = "52.5,13.4,30,10"
RANGES = ((0, 32), (32, 64))
WRITES = ((os, "replace"), (os, "fsync"), (Session, "commit"))
"""Every way in which a step makes something last: a name taken, bytes forced to disk, a transaction ended."""


class Killed(BaseException):
    """As kill -9 would end the process here; no handler of errors may stop it."""


class Counter:
    """Counts the writes of all kinds together, and kills before or after one of them."""

    def __init__(self, nth: int, *, is_after: bool) -> None:
        self.nth = nth
        self.is_after = is_after
        self.count = 0

    def wrapping(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """The write, which counts itself."""

        def counted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 -- stands for any of the writes
            self.count += 1
            if self.count == self.nth and not self.is_after:
                raise Killed
            result = write(*arguments, **named)
            if self.count == self.nth:
                raise Killed
            return result

        return counted


@dataclass(frozen=True)
class Unharmed:
    """What a run that nobody killed counted and left behind, and how many writes it took."""

    outcome: IntakeSummary
    lake: dict[str, bytes]
    manifest: list[tuple[object, ...]]
    dirty: set[tuple[object, ...]]
    write_count: int


@contextmanager
def killing(nth: int, *, is_after: bool) -> Iterator[Counter]:
    """Kill at the nth write; at none if nth is 0."""
    counter = Counter(nth, is_after=is_after)
    with pytest.MonkeyPatch.context() as patch:
        # One partition at a time, so that the nth write is always the same one.
        patch.setattr("pipeline.intake.staging.WRITERS", 1)
        for owner, name in WRITES:
            patch.setattr(owner, name, counter.wrapping(getattr(owner, name)))
        yield counter


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two participants; a lake with a day in it, and a delivery that grows a file and adds others, one row bad."""
    folder = tmp_path_factory.mktemp("prepared") / "site"
    made = bench(folder, {"anna": "aaaa1111", "ben": "bbbb2222"})
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW]))
    made.take_in("before")
    deliver(made.exports, gps_hour("aaaa1111", HOUR, [ROW, ROW]))
    later = HOUR + timedelta(hours=9)
    deliver_zip(made.exports / "more.zip", gps_hour("bbbb2222", later, [ROW, "95,1,1,1"]))
    deliver(made.exports, screen_hour("bbbb2222", HOUR, ["Screen turned on", "Screen turned off"]))
    made.store.close()
    return folder


@contextmanager
def copy_of(prepared: Path, folder: Path) -> Iterator[Bench]:
    """A site of one's own, in the prepared state."""
    shutil.copytree(prepared, folder)
    site = Site(Folders(folder), "test", "test", "Europe/Berlin")
    with closing(open_store(site.store_url)) as store:
        yield Bench(site, store)
    shutil.rmtree(folder)


def manifest(made: Bench) -> list[tuple[object, ...]]:
    """What the store says of files and quarantined rows, but for the run that last took a file up."""
    files = select(
        ExportFile.logical_name,
        ExportFile.digest,
        ExportFile.status,
        ExportFile.change,
        ExportFile.rows_accepted_count,
        ExportFile.rows_duplicate_count,
        ExportFile.rows_refused_count,
    ).order_by(ExportFile.export_file_id)
    rows = select(QuarantinedRow.line, QuarantinedRow.stream, QuarantinedRow.rule)
    with made.store.read() as session:
        return [tuple(row) for row in (*session.execute(files), *session.execute(rows))]


def dirty_days(made: Bench) -> set[tuple[object, ...]]:
    """Every dirty participant-day."""
    with made.store.read() as session:
        return set(dirty.pending(session, ALL_SHARDS).rows())


@pytest.fixture(scope="module")
def unharmed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Unharmed:
    """A run that nobody killed."""
    with copy_of(prepared, tmp_path_factory.mktemp("unharmed") / "site") as made:
        with killing(0, is_after=False) as counter:
            outcome = made.take_in("run-1", RANGES)
        return Unharmed(outcome, made.lake_bytes(), manifest(made), dirty_days(made), counter.count)


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
def test_the_same_run_tried_again_ends_as_if_never_killed(
    unharmed: Unharmed, prepared: Path, tmp_path: Path, *, is_after: bool
) -> None:
    for nth in range(1, unharmed.write_count + 1):
        with copy_of(prepared, tmp_path / "site") as made:
            with pytest.raises(Killed), killing(nth, is_after=is_after):
                made.take_in("run-1", RANGES)
            assert unharmed.outcome == made.take_in("run-1", RANGES), nth
            assert unharmed.lake == made.lake_bytes(), nth
            assert unharmed.manifest == manifest(made), nth
            assert unharmed.dirty <= dirty_days(made), nth
            assert not list(made.site.folders.lake.rglob(".*")), nth


def test_another_run_after_a_killed_one_loses_nothing(unharmed: Unharmed, prepared: Path, tmp_path: Path) -> None:
    for nth in range(1, unharmed.write_count + 1):
        with copy_of(prepared, tmp_path / "site") as made:
            with pytest.raises(Killed), killing(nth, is_after=True):
                made.take_in("killed", RANGES)
            made.take_in("next", RANGES)
            assert unharmed.lake == made.lake_bytes(), nth
            assert {"accepted"} == {str(row[2]) for row in manifest(made) if len(row) > 3}, nth
            assert unharmed.dirty <= dirty_days(made), nth


def test_a_partition_that_another_run_swept_is_staged_again(unharmed: Unharmed, prepared: Path, tmp_path: Path) -> None:
    with copy_of(prepared, tmp_path / "site") as made:
        with pytest.raises(Killed), killing(unharmed.write_count // 2, is_after=True):
            made.take_in("run-1", RANGES)
        for temporary in made.site.folders.lake.rglob("*.part"):
            temporary.unlink()
        made.take_in("run-1", RANGES)
        assert unharmed.lake == made.lake_bytes()


def test_days_stated_while_a_killed_run_waited_are_marked_again(prepared: Path, tmp_path: Path) -> None:
    with copy_of(prepared, tmp_path / "site") as made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pipeline.intake.commit.replace_all", Counter(1, is_after=False).wrapping(len))
            with pytest.raises(Killed):
                made.take_in("run-1")
        marked = dirty_days(made)
        with made.store.read() as session:
            built, generation = dirty.pending(session, ALL_SHARDS), dirty.generation(session)
        with made.store.write(OPERATOR, made.clock) as unit:
            dirty.clear(unit, built, generation)
        made.take_in("run-1")
        assert marked >= dirty_days(made) > set()
