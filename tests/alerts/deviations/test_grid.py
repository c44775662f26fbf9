from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from alerts.deviations.grid import Grid, to_grid
from alerts.deviations.profile import declared_profile
from pipeline.errors import InvariantError

PROFILE = declared_profile()
STEPS, HOME = PROFILE.feature_ids.index("steps_count"), PROFILE.feature_ids.index("home_time_h")
FRIDAY, SUNDAY = date(2024, 1, 5), date(2024, 1, 7)
PEOPLE = pl.DataFrame({"participant_id": ["b", "a"], "work_pattern": ["shift", None]})
SCHEMA = {
    "participant_id": pl.String,
    "local_day": pl.Date,
    "feature_id": pl.String,
    "value": pl.Float64,
    "coverage_ratio": pl.Float64,
    "missing_reason": pl.String,
}
DAILY = pl.DataFrame(
    [
        ("a", FRIDAY, "steps_count", 5000.0, 0.8, None),
        ("b", SUNDAY, "steps_count", 0.0, None, None),
        ("a", SUNDAY, "home_time_h", None, 0.1, "low_coverage"),
        ("a", FRIDAY, "no_such_feature_h", 1.0, 1.0, None),
        ("a", date(2023, 12, 31), "steps_count", 7.0, 1.0, None),
        ("stranger", FRIDAY, "steps_count", 7.0, 1.0, None),
    ],
    schema=SCHEMA,
    orient="row",
)


def _grid(daily: pl.DataFrame = DAILY) -> Grid:
    """Two people, Friday to Sunday."""
    return to_grid(daily, PROFILE, PEOPLE, FRIDAY, SUNDAY)


def test_values_come_to_their_participant_day_and_feature() -> None:
    """Participants are sorted; what is not asked for is left aside."""
    grid = _grid()

    assert grid.participants == ("a", "b")
    assert grid.value[0, 0, STEPS] == 5000.0
    assert np.isfinite(grid.value).sum() == 2


def test_zero_is_a_value_and_missing_is_not() -> None:
    """No steps are zero steps; a null is nothing."""
    grid = _grid()

    assert grid.value[1, 2, STEPS] == 0.0
    assert np.isnan(grid.value[0, 2, HOME])


def test_unknown_coverage_counts_as_whole() -> None:
    """A null coverage is 1, a known one stays."""
    grid = _grid()

    assert grid.coverage_ratio[1, 2, STEPS] == 1.0
    assert grid.coverage_ratio[0, 0, STEPS] == 0.8


def test_weekends_are_rest_unless_work_follows_no_calendar() -> None:
    """Friday works, Saturday and Sunday rest; a shift worker's days are unknown."""
    assert _grid().rest.tolist() == [[0, 1, 1], [-1, -1, -1]]


def test_the_order_of_rows_does_not_matter() -> None:
    """Rows may come as they like."""
    np.testing.assert_array_equal(_grid().value, _grid(DAILY.reverse()).value)


def test_a_feature_given_twice_is_refused() -> None:
    """Which one would count is not for the detector to guess."""
    with pytest.raises(InvariantError, match="found 1 daily features given twice"):
        _grid(pl.concat([DAILY, DAILY.head(1)]))


def test_nothing_at_all_is_an_empty_grid() -> None:
    """A first night before any data."""
    grid = _grid(pl.DataFrame(schema=SCHEMA))

    assert grid.value.shape == (2, 3, len(PROFILE.feature_ids))
    assert not grid.is_usable.any()


def test_what_was_observed_for_no_time_is_not_usable() -> None:
    """A value with coverage 0 is not a value."""
    assert not _grid(DAILY.with_columns(pl.lit(0.0).alias("coverage_ratio"))).is_usable.any()


def test_days_have_an_index_and_back() -> None:
    """The first day is 0."""
    grid = _grid()

    assert grid.index_of(SUNDAY) == 2
    assert grid.last_day == grid.day_at(2) == SUNDAY
