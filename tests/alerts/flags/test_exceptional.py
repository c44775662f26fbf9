"""Exceptional days stay out of the usual of the one participant they were recorded for."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from alerts.deviations.grid import Grid
from alerts.deviations.profile import declared_profile
from alerts.flags.exceptional import without_exceptional_days
from pipeline.registry.events import ExceptionalDays
from pipeline.registry.words import ExceptionalKind
from tests.alerts.making import Clinic
from tests.plugins.people import FIRST, SECOND

DAY = timedelta(days=1)
MONDAY = date(2025, 12, 1)
PROFILE = declared_profile()


def test_they_are_barred_for_that_participant_from_the_first_to_the_last(sqlite_clinic: Clinic) -> None:
    """One mark begins before the grid, one ends after it, one lies before it whole and one was taken back."""
    spans = [(-3, 1), (5, 40), (-9, -4)]
    marks = [ExceptionalDays(FIRST, MONDAY + a * DAY, MONDAY + b * DAY, ExceptionalKind.ILLNESS) for a, b in spans]
    void = ExceptionalDays(SECOND, MONDAY, MONDAY + DAY, ExceptionalKind.TRAVEL, is_void=True)
    sqlite_clinic.record(*marks, void)
    value = np.ones((2, 7, len(PROFILE.feature_ids)))
    grid = Grid((FIRST, SECOND), MONDAY, PROFILE, value, value, np.zeros((2, 7), dtype=np.int8))

    barred = without_exceptional_days(grid, sqlite_clinic.roster()).is_barred

    assert barred is not None
    assert [True, True, False, False, False, True, True] == barred[0, :, 0].tolist()
    assert not barred[1].any()
