"""When somebody was enrolled and what they refused, out of dated events."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from features.cohort import REFUSALS, Steps, refused_days, spans_where
from pipeline.vocabulary.local_day import day_edges
from tests.features.build.making import COUNT, SUM, at
from tests.features.making import zones_of


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([], [], []),
        ([(at(1), True)], [], [(at(1), None)]),
        ([(at(1), True), (at(3), False), (at(5), True)], [], [(at(1), at(3)), (at(5), None)]),
        ([(at(1), True)], [(at(2), False), (at(4), True)], [(at(1), at(2)), (at(4), None)]),
        ([(at(1), False)], [(at(2), True)], []),
        ([(at(1), True), (at(1), False)], [], []),
    ],
)
def test_spans_last_from_one_change_to_another(
    first: Steps, second: Steps, expected: list[tuple[datetime, datetime | None]]
) -> None:
    assert expected == list(spans_where(lambda state: state[0] is True and state[1] is not False, first, second))


def test_a_day_is_refused_when_every_stream_that_the_family_reads_was_refused_at_its_beginning() -> None:
    edges = day_edges(zones_of({"a": "UTC"}), date(2024, 3, 1), date(2024, 3, 4))
    refusals = pl.DataFrame([("a", at(2), at(4), "text")], schema=REFUSALS, orient="row")
    assert refused_days(SUM, refusals, edges)["local_day"].to_list() == [date(2024, 3, 3), date(2024, 3, 4)]
    assert refused_days(COUNT, refusals.with_columns(pl.lit("call").alias("stream")), edges).is_empty()
