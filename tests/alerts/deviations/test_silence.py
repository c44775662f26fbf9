from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from alerts.deviations.profile import declared_profile
from alerts.deviations.silence import Silence, contact_lost, silences

MONDAY = date(2024, 1, 1)
HEARD, TECHNICAL, UNEXPLAINED = int(Silence.HEARD), int(Silence.TECHNICAL), int(Silence.UNEXPLAINED)


def _kinds(*reasons: str | None) -> Silence:
    """The kind of one day whose features have these missing reasons; None is a value."""
    rows = [("a", MONDAY, "steps_count", None if reason else 0.0, reason) for reason in reasons]
    schema = ["participant_id", "local_day", "feature_id", "value", "missing_reason"]
    daily = pl.DataFrame(
        rows, schema=schema, orient="row", schema_overrides={"value": pl.Float64, "missing_reason": pl.String}
    )
    return Silence(int(silences(daily, declared_profile(), ("a",), MONDAY, MONDAY)[0, 0]))


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ((None,), Silence.HEARD),
        (("no_data", None), Silence.HEARD),
        (("awaiting_data", "no_data"), Silence.AWAITED),
        (("permission", "no_data"), Silence.WITHHELD),
        (("consent", "device_off"), Silence.WITHHELD),
        (("device_off", "no_data"), Silence.TECHNICAL),
        (("app_not_running",), Silence.TECHNICAL),
        (("no_data", "low_coverage"), Silence.UNEXPLAINED),
    ],
)
def test_the_best_known_reason_is_the_days(reasons: tuple[str | None, ...], expected: Silence) -> None:
    """A value beats every reason, a reason beats none."""
    assert _kinds(*reasons) is expected


def test_zero_steps_are_heard() -> None:
    """A person who is quiet is not silent: low values are scored."""
    assert _kinds(None) is Silence.HEARD


def test_days_without_a_row_are_unexplained_and_participants_are_apart() -> None:
    """Only the second participant's second day has a row; coverage alone is no sign of life."""
    daily = pl.DataFrame(
        {
            "participant_id": ["b", "a"],
            "local_day": [MONDAY + timedelta(days=1), MONDAY],
            "feature_id": ["steps_count", "coverage_gps_ratio"],
            "value": [10.0, 0.0],
            "missing_reason": [None, None],
        },
        schema_overrides={"missing_reason": pl.String},
    )

    found = silences(daily, declared_profile(), ("a", "b"), MONDAY, MONDAY + timedelta(days=1))

    assert found.tolist() == [[UNEXPLAINED, UNEXPLAINED], [UNEXPLAINED, HEARD]]


def _lost(*days: int) -> list[int]:
    """The days on which contact counts as lost."""
    return np.flatnonzero(contact_lost(np.array([days], dtype=np.int8))[0]).tolist()


def test_three_unexplained_days_after_a_reliable_month_are_contact_lost() -> None:
    """From the third day on, until something is heard."""
    assert _lost(*[HEARD] * 30, *[UNEXPLAINED] * 5, HEARD) == [32, 33, 34]


def test_two_days_are_not() -> None:
    """A weekend without the phone."""
    assert _lost(*[HEARD] * 30, UNEXPLAINED, UNEXPLAINED, HEARD) == []


def test_somebody_often_silent_is_not_lost_when_silent_again() -> None:
    """Every week has had such a gap."""
    assert _lost(*([HEARD] * 4 + [UNEXPLAINED] * 3) * 10) == []


def test_somebody_hardly_known_is_not_lost() -> None:
    """Ten days make no habit."""
    assert _lost(*[HEARD] * 10, *[UNEXPLAINED] * 6) == []


def test_an_explained_gap_is_not_contact_lost() -> None:
    """A phone that is off is a matter for whoever keeps the phones running."""
    assert _lost(*[HEARD] * 30, *[TECHNICAL] * 6) == []


def test_one_silent_participant_says_nothing_about_another() -> None:
    """Two at once."""
    both = np.array([[HEARD] * 34, [HEARD] * 30 + [UNEXPLAINED] * 4], dtype=np.int8)

    assert contact_lost(both).sum(axis=1).tolist() == [0, 2]


def test_every_kind_has_its_wording() -> None:
    """For the person it is brought to."""
    assert len({kind.wording for kind in Silence}) == len(Silence)
