"""Readers in other processes never block, and never see half a publish."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from pipeline.clock import FixedClock
from pipeline.site import Site
from pipeline.warehouse import publish, read
from tests.warehouse.making import DAY, facts, values_of

PEOPLE = ("a", "b", "c")
READER = """
import sys
from pathlib import Path
from pipeline.warehouse.views import published
with published(Path(sys.argv[1]), None) as con:
    for _ in sys.stdin:
        print(con.execute("SELECT min(value), max(value) FROM feature.daily").fetchall(), flush=True)
"""


def test_a_reader_open_while_others_publish_keeps_the_state_it_opened(site: Site, clock: FixedClock) -> None:
    """The other process opened its parts before twenty publishes merged and removed them."""
    _publish(site, clock, 0.0)
    with _other_process(site.folders.facts) as reader:
        assert _ask(reader) == "[(0.0, 0.0)]"
        for number in range(1, 20):
            _publish(site, clock, float(number))
        assert _ask(reader) == "[(0.0, 0.0)]"
    assert values_of(read.latest_daily(site)) == [(person, DAY, "x", 19.0) for person in PEOPLE]


def test_readers_beside_a_publisher_see_whole_publishes_only(site: Site, clock: FixedClock) -> None:
    """Each publish gives everybody the same new value: two values at once would be half a publish."""
    _publish(site, clock, 0.0)
    with ThreadPoolExecutor(3) as threads:
        writing = threads.submit(_publish_all, site, clock)
        reading = [threads.submit(_states, site) for _ in range(2)]
        writing.result()
        seen = [state for future in reading for state in future.result()]
    assert all(len(set(state)) == 1 and len(state) == len(PEOPLE) for state in seen)


def _publish_all(site: Site, clock: FixedClock) -> None:
    for number in range(1, 20):
        _publish(site, clock, float(number))


def _states(site: Site) -> list[list[float]]:
    return [read.latest_daily(site)["value"].to_list() for _ in range(15)]


def _publish(site: Site, clock: FixedClock, value: float) -> None:
    clock.advance(timedelta(days=1))
    publish.append(site, clock, "feature.daily", facts(*((person, DAY, "x", value) for person in PEOPLE)), "run")


@contextmanager
def _other_process(facts_folder: Path) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", READER, str(facts_folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_root()) as reader:  # noqa: S603 -- our own words
        yield reader


def _ask(reader: subprocess.Popen[str]) -> str:
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write("\n")
    reader.stdin.flush()
    return reader.stdout.readline().strip()


def _root() -> Path:
    return Path(__file__).parents[2]
