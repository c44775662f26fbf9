"""Whatever arrives when, the facts end as if everything had arrived at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features import build
from pipeline.clock import FixedClock
from pipeline.site import Folders, Site
from pipeline.store.store import open_store
from pipeline.warehouse import publish, read
from tests.features.build.making import EVERYWHERE, FAMILIES, Sent, at, deliver, enrol

TEXTS = st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 20 * 24)), min_size=1, max_size=25, unique=True)


@settings(max_examples=5, deadline=None, derandomize=True)
@given(TEXTS, st.integers(0, 25), st.integers(0, 25))
def test_three_deliveries_in_any_order_give_the_facts_of_one(
    sqlite_template: Path, texts: list[tuple[str, int]], first: int, second: int
) -> None:
    sent = [(person, at(1) + timedelta(hours=hour)) for person, hour in texts]
    low, high = sorted((first, second))
    # The second delivery brings some of the first again.
    deliveries = [sent[:low], sent[max(0, low - 2) : high], sent[high:]]
    assert _facts_after(sqlite_template, [sent]).equals(_facts_after(sqlite_template, deliveries))


def _facts_after(template: Path, deliveries: Sequence[Sequence[Sent]]) -> pl.DataFrame:
    """The published facts after a night for each delivery, without when they were published."""
    with tempfile.TemporaryDirectory() as folder, patch.object(build, "all_families", lambda: FAMILIES):
        site = Site(Folders(Path(folder)), "test", "none", "UTC", is_retrospective=True)
        clock = FixedClock(datetime(2024, 6, 1, tzinfo=UTC))
        shutil.copy(template, Path(folder) / "store.sqlite")
        with closing(open_store(f"sqlite:///{folder}/store.sqlite")) as store:
            enrol(store, clock, "a", "b")
            arrived: list[Sent] = []
            for number, delivery in enumerate(deliveries):
                deliver(site, store, clock, delivery, earlier=arrived)
                arrived += delivery
                build.run(site, store, clock, f"run-{number}", EVERYWHERE)
                publish.run(site, store, clock, f"run-{number}")
        return read.latest_daily(site).drop("computed_at_utc", "run_id")
