"""Local times become the right instants where clocks change, against the standard library."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.synthetic.wall_clock import wall_clock

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo")


def seconds(utc: str) -> float:
    return datetime.fromisoformat(f"{utc}+00:00").timestamp()


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(ZONES), st.datetimes(datetime(2025, 1, 2), datetime(2025, 12, 30)))  # noqa: DTZ001 -- naive on purpose
def test_local_times_agree_with_the_standard_library(zone: str, local: datetime) -> None:
    clock = wall_clock(zone, date(2025, 1, 1), date(2025, 12, 31))
    local_s = local.replace(tzinfo=UTC).timestamp()
    expected = local.replace(tzinfo=ZoneInfo(zone)).timestamp()
    assert np.isclose(expected, clock.to_utc(np.array([local_s]))[0], atol=1e-3)


def test_a_skipped_hour_moves_on() -> None:
    clock = wall_clock("America/New_York", date(2025, 3, 1), date(2025, 3, 31))
    skipped = clock.to_utc(np.array([seconds("2025-03-09T02:30")]))[0]
    assert seconds("2025-03-09T07:30") == skipped


def test_of_a_repeated_hour_the_first_is_meant() -> None:
    clock = wall_clock("America/New_York", date(2025, 11, 1), date(2025, 11, 30))
    repeated = clock.to_utc(np.array([seconds("2025-11-02T01:30")]))[0]
    assert seconds("2025-11-02T05:30") == repeated
