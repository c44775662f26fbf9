"""One row for each wanted day and feature, with a value or a reason, and no broken promise passes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from features import build
from features.declaration import VALUES, Family
from features.grid import DAYS, FACTS, spread, stated
from pipeline.errors import InvariantError
from tests.features.build.making import COUNT, FAMILIES, SUM, at, feature
from tests.features.making import observed

MARCH_1, MARCH_2 = date(2024, 3, 1), date(2024, 3, 2)
NOBODY = pl.DataFrame(schema=DAYS)
RATIO = Family("toy", "A ratio.", (feature("ratio", maximum=1.0),), (), lambda _: pl.DataFrame(schema=VALUES))


def days(*rows: tuple[str, date]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=DAYS, orient="row")


def said(value: float | None, reason: str | None = None, feature_id: str = "ratio") -> pl.DataFrame:
    """One value of participant a on the first of March."""
    return pl.DataFrame([("a", MARCH_1, feature_id, value, None, None, None, reason)], schema=VALUES, orient="row")


def test_what_a_family_leaves_out_is_no_data() -> None:
    full = stated(RATIO, said(0.5), days(("a", MARCH_1), ("a", MARCH_2), ("b", MARCH_1)), NOBODY)
    assert full.select("participant_id", "local_day", "value", "missing_reason").rows() == [
        ("a", MARCH_1, 0.5, None),
        ("a", MARCH_2, None, "no_data"),
        ("b", MARCH_1, None, "no_data"),
    ]
    assert full.schema == FACTS


def test_a_refused_day_says_consent_and_a_reason_of_the_family_stands() -> None:
    refused = days(("a", MARCH_1), ("b", MARCH_1))
    full = stated(RATIO, said(None, "device_off"), days(("a", MARCH_1), ("b", MARCH_1)), refused)
    assert full["missing_reason"].to_list() == ["device_off", "consent"]


def test_a_value_that_is_not_a_number_is_missing() -> None:
    assert stated(RATIO, said(float("nan")), days(("a", MARCH_1)), NOBODY)["missing_reason"].to_list() == ["no_data"]


def test_a_value_that_rounding_carried_past_its_bound_lies_on_it() -> None:
    assert stated(RATIO, said(1.0 + 1e-12), days(("a", MARCH_1)), NOBODY)["value"].to_list() == [1.0]


def test_a_day_that_was_not_asked_for_is_left_out() -> None:
    assert stated(RATIO, said(0.5), days(("b", MARCH_1)), NOBODY)["participant_id"].to_list() == ["b"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (said(1.25), r"outside their declared range.*'ratio': 1"),
        (said(-0.25), r"outside their declared range"),
        (said(float("inf")), r"outside their declared range"),
        (said(0.25, "no_data"), r"a reason beside a value"),
        (said(None, "lazy"), r"an unknown reason"),
        (said(0.25, feature_id="other"), r"does not declare: \['other'\]"),
        (pl.concat([said(0.25), said(0.25)]), r"2 rows with the key"),
        (said(0.25).drop("value_low"), r"\['value_low'\] missing"),
        (said(0.25).with_columns(pl.col("value").cast(pl.Int64)), r"\['value'\] missing or of another type"),
    ],
)
def test_a_broken_promise_is_named_without_the_reading(values: pl.DataFrame, message: str) -> None:
    with pytest.raises(InvariantError, match=message) as raised:
        stated(RATIO, values, days(("a", MARCH_1)), NOBODY)
    assert "25" not in str(raised.value)


def test_dirt_spreads_forward_by_the_reach_and_no_further() -> None:
    spread_days = spread(days(("a", MARCH_1), ("b", MARCH_2)), 1)
    assert spread_days.rows() == [("a", MARCH_1), ("a", MARCH_2), ("b", MARCH_2), ("b", date(2024, 3, 3))]


def test_families_can_be_computed_from_plain_frames() -> None:
    """As in a notebook: without a site, a store or a lake."""
    texts = pl.DataFrame({"participant_id": ["p", "p", "q"], "at_utc": [at(1), at(2), at(2)]}).with_columns(
        pl.col("at_utc").dt.cast_time_unit("us")
    )
    facts = build.compute(FAMILIES, observed({"text": texts}, MARCH_1, MARCH_2))
    sums = facts.filter(pl.col("feature_id") == "text_peak_count").select("participant_id", "local_day", "value")
    assert sums.rows() == [("p", MARCH_1, 1.0), ("p", MARCH_2, 2.0), ("q", MARCH_1, None), ("q", MARCH_2, 1.0)]


def test_one_family_can_be_computed_by_itself() -> None:
    texts = pl.DataFrame(
        {"participant_id": ["p"], "at_utc": [datetime(2024, 3, 1, 12, tzinfo=UTC)]},
        schema_overrides={"at_utc": pl.Datetime("us", "UTC")},
    )
    facts = build.compute([SUM], observed({"text": texts}, MARCH_1, MARCH_1))
    assert facts["value"].to_list() == [1.0, None]
    assert build.compute([COUNT], observed({}, MARCH_1, MARCH_1))["value"].to_list() == [None] * 4
