"""However the same exports are cut into deliveries, the lake ends up with the same bytes."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake import dirty
from tests.plugins.exports import ALL_SHARDS, Bench, bench, deliver, deliver_zip, gps_hour, screen_hour

HOUR = datetime(2024, 3, 9, 22, tzinfo=UTC)
PEOPLE = {"anna": "aaaa1111", "ben": "bbbb2222"}
EVENTS = ("Screen turned on", "Screen turned off", "Power connected")


def all_files() -> dict[str, bytes]:
    """Six hours of two participants over midnight."""
    files: dict[str, bytes] = {}
    for export_id in PEOPLE.values():
        for nth in range(3):
            at_utc = HOUR + timedelta(hours=nth)
            files |= gps_hour(export_id, at_utc, [f"52.{nth},13.{line},30,10" for line in range(3)])
            files |= screen_hour(export_id, at_utc, EVENTS)
    return files


FILES = all_files()


def half_of(content: bytes) -> bytes:
    """The first half of a file's rows, as an hour looks before late uploads arrive."""
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: 1 + len(lines) // 2])


def taken_in(folder: Path, deliveries: list[tuple[dict[str, bytes], bool]]) -> Bench:
    """A site that took in some deliveries one after another, each as a tree or as an archive."""
    made = bench(folder, PEOPLE)
    for number, (files, as_zip) in enumerate(deliveries):
        if as_zip:
            deliver_zip(made.exports / f"delivery-{number}.zip", files)
        else:
            deliver(made.exports / f"delivery-{number}", files)
        made.take_in(f"run-{number}")
    return made


Delivery = tuple[dict[str, bytes], bool]


@st.composite
def deliveries(draw: st.DrawFn) -> list[Delivery]:
    """Three overlapping, shuffled deliveries, some files first half grown, that hold everything between them."""
    shuffled = draw(st.permutations(sorted(FILES)))
    parts: list[Delivery] = []
    for number in range(3):
        names = [name for place, name in enumerate(shuffled) if place % 3 == number or draw(st.booleans())]
        parts.append(({name: FILES[name] for name in names}, draw(st.booleans())))
    early = {name: half_of(FILES[name]) for name in draw(st.lists(st.sampled_from(shuffled), max_size=4, unique=True))}
    return [(early, draw(st.booleans())), *parts]


@settings(max_examples=8, deadline=None)
@given(cut=deliveries())
def test_overlapping_shuffled_deliveries_give_the_same_lake_as_one(cut: list[Delivery]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = taken_in(Path(folder) / "whole", [(FILES, False)])
        made = taken_in(Path(folder) / "cut", cut)
        assert whole.lake_bytes() == made.lake_bytes()
        with whole.store.read() as one, made.store.read() as other:
            assert dirty.pending(one, ALL_SHARDS).equals(dirty.pending(other, ALL_SHARDS))
        whole.store.close()
        made.store.close()


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(3)))
def test_the_order_of_rows_in_a_file_does_not_matter(order: list[int]) -> None:
    [(name, content)] = gps_hour("aaaa1111", HOUR, [f"52.{line},13.4,30,10" for line in range(3)]).items()
    head, *lines = content.splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as folder:
        sorted_once = taken_in(Path(folder) / "sorted", [({name: content}, False)])
        shuffled = taken_in(
            Path(folder) / "shuffled", [({name: b"".join([head, *(lines[at] for at in order)])}, False)]
        )
        assert sorted_once.lake_bytes() == shuffled.lake_bytes()
