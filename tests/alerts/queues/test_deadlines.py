"""Deadlines in working time, also over a weekend and over a change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.queues.deadlines import after_duty, clinic_deadlines
from pipeline.registry.events import DutySpan
from pipeline.registry.words import DutySpanKind
from tests.alerts.making import Clinic
from tests.plugins.people import ADA, BEN, LEAD


def _utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "acknowledge_by", "dispose_by"),
    [
        pytest.param(_utc(1, 5, 8), _utc(1, 5, 12), _utc(1, 6, 12), id="monday morning"),
        pytest.param(_utc(1, 5, 23), _utc(1, 6, 12), _utc(1, 7, 12), id="at night nobody owes anything"),
        pytest.param(_utc(1, 9, 14), _utc(1, 12, 10), _utc(1, 13, 10), id="over the weekend"),
        # Berlin is an hour ahead of UTC until 29 March 2026, then two, and one again from 25 October.
        pytest.param(_utc(3, 27, 14), _utc(3, 30, 9), _utc(3, 31, 9), id="over the weekend on which clocks go forward"),
        pytest.param(_utc(10, 23, 13), _utc(10, 26, 10), _utc(10, 27, 10), id="over the one on which they go back"),
        pytest.param(_utc(3, 29, 0, 30), _utc(3, 30, 11), _utc(3, 31, 11), id="in the hour before clocks change"),
    ],
)
def test_only_working_hours_count(
    sqlite_clinic: Clinic, opened: datetime, acknowledge_by: datetime, dispose_by: datetime
) -> None:
    """Four hours to acknowledge and eight more to decide, nine to five in Berlin."""
    deadlines = clinic_deadlines(sqlite_clinic.roster(), opened, 4.0, 8.0)

    assert (acknowledge_by, dispose_by) == (deadlines.acknowledge_by_utc, deadlines.dispose_by_utc)


def test_leave_of_one_clinician_does_not_stop_the_clinics_clock(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.record(DutySpan(ADA, DutySpanKind.LEAVE, _utc(1, 5, 0), _utc(1, 12, 0)))

    assert _utc(1, 5, 12) == clinic_deadlines(sqlite_clinic.roster(), _utc(1, 5, 8), 4.0, 8.0).acknowledge_by_utc


def test_where_nobody_is_ever_at_work_the_clock_on_the_wall_counts(sqlite_clinic: Clinic) -> None:
    """A deadline that never comes would be silence."""
    away = [DutySpan(one, DutySpanKind.LEAVE, _utc(1, 1, 0), _utc(12, 31, 0)) for one in (ADA, BEN, LEAD)]
    sqlite_clinic.record(*away)

    assert _utc(1, 5, 12) == clinic_deadlines(sqlite_clinic.roster(), _utc(1, 5, 8), 4.0, 8.0).acknowledge_by_utc


def test_duty_that_ends_exactly_when_the_time_is_up_is_enough() -> None:
    shift = (_utc(1, 5, 8), _utc(1, 5, 12))

    assert _utc(1, 5, 12) == after_duty([shift], _utc(1, 5, 7), timedelta(hours=4))
