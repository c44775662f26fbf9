from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import FixedClock
from pipeline.intake import dirty
from pipeline.intake.merge import TOUCHED
from pipeline.store.store import Store
from pipeline.vocabulary.ids import SHARD_COUNT, shard_of

ALL = (0, SHARD_COUNT)
ACTOR = Actor(ActorKind.SYSTEM, "test", "system")
TENTH, ELEVENTH = date(2024, 3, 10), date(2024, 3, 11)
ENROLLED = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = pl.DataFrame(
    {
        "participant_id": ["anna", "ben"],
        "from_at_utc": [ENROLLED, ENROLLED],
        "zone": ["Europe/Berlin", "America/New_York"],
    }
)


def days(*rows: tuple[str, date]) -> pl.DataFrame:
    """Participant-days."""
    return pl.DataFrame(list(rows), schema=dirty.DAYS, orient="row")


def mark(store: Store, *rows: tuple[str, date]) -> None:
    """Mark days in a unit of their own."""
    with store.write(ACTOR, FixedClock()) as unit:
        dirty.mark(unit, days(*rows), "run-1")


def touched(*rows: tuple[str, datetime, datetime]) -> pl.DataFrame:
    """Spans about which something is new."""
    return pl.DataFrame(list(rows), schema=TOUCHED, orient="row")


def test_marked_days_are_pending_sorted_and_once(store: Store) -> None:
    mark(store, ("ben", TENTH), ("anna", ELEVENTH), ("anna", TENTH), ("anna", TENTH))
    mark(store, ("anna", TENTH))
    with store.read() as session:
        assert [("anna", TENTH), ("anna", ELEVENTH), ("ben", TENTH)] == dirty.pending(session, ALL).rows()


def test_pending_days_are_those_of_the_shards_asked_for(store: Store) -> None:
    mark(store, ("anna", TENTH), ("ben", TENTH))
    shard = shard_of("anna")
    assert shard != shard_of("ben")
    with store.read() as session:
        assert [("anna", TENTH)] == dirty.pending(session, (shard, shard + 1)).rows()


def test_what_was_stated_is_cleared(store: Store) -> None:
    mark(store, ("anna", TENTH), ("anna", ELEVENTH))
    with store.read() as session:
        generation = dirty.generation(session)
    with store.write(ACTOR, FixedClock()) as unit:
        dirty.clear(unit, days(("anna", TENTH)), generation)
    with store.read() as session:
        assert [("anna", ELEVENTH)] == dirty.pending(session, ALL).rows()


def test_a_day_marked_again_since_it_was_read_stays_dirty(store: Store) -> None:
    mark(store, ("anna", TENTH))
    with store.read() as session:
        generation = dirty.generation(session)
        built = dirty.pending(session, ALL)
    mark(store, ("anna", TENTH))
    with store.write(ACTOR, FixedClock()) as unit:
        dirty.clear(unit, built, generation)
    with store.read() as session:
        assert built.equals(dirty.pending(session, ALL))


def test_generations_go_on_counting_when_nothing_is_dirty(store: Store) -> None:
    mark(store, ("anna", TENTH))
    with store.write(ACTOR, FixedClock()) as unit:
        dirty.clear(unit, days(("anna", TENTH)), 1)
    mark(store, ("anna", TENTH))
    with store.read() as session:
        assert dirty.generation(session) == 2


def test_clearing_nothing_clears_nothing(store: Store) -> None:
    mark(store, ("anna", TENTH))
    with store.write(ACTOR, FixedClock()) as unit:
        dirty.clear(unit, days(), 9)
    with store.read() as session:
        assert dirty.pending(session, ALL).height == 1


@pytest.mark.parametrize(
    ("participant", "at_utc", "day"),
    [
        ("anna", datetime(2024, 3, 10, 2, 45, tzinfo=UTC), date(2024, 3, 9)),
        ("anna", datetime(2024, 3, 10, 3, 0, tzinfo=UTC), TENTH),
        # Clocks went forward in New York that night: four in the morning is 08:00 UTC, not 09:00.
        ("ben", datetime(2024, 3, 10, 7, 45, tzinfo=UTC), date(2024, 3, 9)),
        ("ben", datetime(2024, 3, 10, 8, 0, tzinfo=UTC), TENTH),
    ],
)
def test_an_instant_touches_its_local_day(participant: str, at_utc: datetime, day: date) -> None:
    found = dirty.touched_days(touched((participant, at_utc, at_utc)), ZONES, 4)
    assert [(participant, day)] == found.rows()


def test_a_span_touches_every_local_day_it_reaches_and_no_one_elses() -> None:
    start = datetime(2024, 3, 10, 12, tzinfo=UTC)
    spans = touched(("anna", start, start + timedelta(days=2)), ("ben", start, start))
    expected = [("anna", TENTH), ("anna", ELEVENTH), ("anna", date(2024, 3, 12)), ("ben", TENTH)]
    assert expected == dirty.touched_days(spans, ZONES, 4).rows()


def test_nothing_new_touches_no_day() -> None:
    assert dirty.touched_days(touched(), ZONES, 4).is_empty()
