"""Hours at work follow the clinic's clock, last over midnight where they say so, and leave takes them away."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.registry.duty import Rota, Span, merged, without
from pipeline.registry.events import DutyHours, DutySpan
from pipeline.registry.words import DutySpanKind
from tests.plugins.people import ADA, BEN, weekdays

SUNDAY = datetime(2026, 3, 29, tzinfo=UTC)
"""The day on which clocks in Berlin go from two to three."""
DAY = timedelta(days=1)


def utc(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_hours_follow_the_clinics_clock_over_a_clock_change() -> None:
    rota = Rota(tuple(weekdays(ADA)))
    friday, monday = rota.at_work(ADA, utc(27, 0), utc(28, 0)), rota.at_work(ADA, utc(30, 0), utc(31, 0))
    assert (friday, monday) == ([(utc(27, 8), utc(27, 16))], [(utc(30, 7), utc(30, 15))])


def test_a_night_over_the_clock_change_is_an_hour_shorter() -> None:
    rota = Rota((DutyHours(ADA, 6, time(20), time(8), "Europe/Berlin"),))
    (night,) = rota.at_work(ADA, utc(28, 12), utc(29, 12))
    assert night == (utc(28, 19), utc(29, 6))


def test_a_night_that_began_before_the_span_still_counts() -> None:
    rota = Rota((DutyHours(ADA, 1, time(20), time(8), "Europe/Berlin"),))
    assert rota.at_work(ADA, utc(3, 2), utc(3, 12)) == [(utc(3, 2), utc(3, 7))]


def test_dated_duty_adds_and_leave_takes_away() -> None:
    spans = (
        DutySpan(ADA, DutySpanKind.DUTY, utc(28, 8), utc(28, 12)),
        DutySpan(ADA, DutySpanKind.LEAVE, utc(27, 12), utc(28, 10)),
        DutySpan(ADA, DutySpanKind.LEAVE, utc(30, 0), utc(30, 0)),
        DutySpan(BEN, DutySpanKind.LEAVE, utc(1, 0), utc(31, 0)),
    )
    rota = Rota(tuple(weekdays(ADA)), spans)
    assert rota.at_work(ADA, utc(27, 0), utc(29, 0)) == [(utc(27, 8), utc(27, 12)), (utc(28, 10), utc(28, 12))]
    assert rota.is_on_leave(ADA, utc(27, 13))
    assert not rota.is_on_leave(ADA, utc(28, 10))


def test_a_weekday_without_hours_is_free() -> None:
    rota = Rota((DutyHours(ADA, 1, None, None, "Europe/Berlin"),))
    assert rota.at_work(ADA, utc(1, 0), utc(31, 0)) == []


HOURS = st.integers(0, 12)
SPANS = st.lists(st.tuples(HOURS, HOURS).map(lambda pair: (min(pair), max(pair) + 1)), max_size=6)


def spans_of(pairs: list[tuple[int, int]]) -> list[Span]:
    return [(SUNDAY + first * DAY, SUNDAY + last * DAY) for first, last in pairs]


@settings(max_examples=50)
@given(SPANS, SPANS)
def test_taking_away_leaves_the_hours_in_one_set_and_not_in_the_other(
    held: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    left = without(merged(spans_of(held)), merged(spans_of(taken)))

    def hours(pairs: list[tuple[int, int]]) -> set[int]:
        return {hour for first, last in pairs for hour in range(first, last)}

    found = {hour for first, last in left for hour in range((first - SUNDAY) // DAY, (last - SUNDAY) // DAY)}
    assert hours(held) - hours(taken) == found
    assert left == merged(left)
