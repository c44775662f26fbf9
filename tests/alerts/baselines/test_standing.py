from __future__ import annotations

import numpy as np
import pytest

from alerts.baselines.standing import Standing, Standings, standings_on
from pipeline.site import Detection


def _standings(valid: list[int], night: int, *, rest: int | None = None, open_days: int = 0) -> Standings:
    """The standing of one participant; days are valid (1) or not (0), Saturdays and Sundays are rest."""
    classes = (np.arange(len(valid)) % 7 >= 5).astype(np.int8) if rest is None else np.full(len(valid), rest, np.int8)
    was_open = np.zeros((1, 120), dtype=np.bool_)
    was_open[0, 120 - open_days :] = True
    return standings_on(night, np.array([valid], dtype=np.bool_), classes[None], was_open, Detection())


@pytest.mark.parametrize(
    ("days", "expected"),
    [(13, Standing.LEARNING), (14, Standing.PROVISIONAL), (34, Standing.PROVISIONAL), (35, Standing.ESTABLISHED)],
)
def test_a_baseline_is_established_after_five_weeks(days: int, expected: Standing) -> None:
    """Counted in valid days that lie beyond the guard gap."""
    assert Standing(_standings([1] * days, night=days + 13).standing[0]) is expected


def test_five_weeks_with_few_valid_days_are_provisional() -> None:
    """Every second day for eight weeks is 28 days, every third is not."""
    assert Standing(_standings([1, 0] * 28, night=69).standing[0]) is Standing.ESTABLISHED
    assert Standing(_standings([1, 0, 0] * 19, night=70).standing[0]) is Standing.PROVISIONAL


def test_five_weeks_without_rest_days_are_provisional() -> None:
    """Weekends cannot be judged when none was seen; where rest days are unknown they are not asked for."""
    work_days = [1, 1, 1, 1, 1, 0, 0] * 8

    assert Standing(_standings(work_days, night=69).standing[0]) is Standing.PROVISIONAL
    assert Standing(_standings(work_days, night=69, rest=-1).standing[0]) is Standing.ESTABLISHED


def test_a_long_open_alert_starves_the_baseline_and_it_shows() -> None:
    """Sixty days with an open alert: the last usable day is 61 days ago."""
    standings = _standings([1] * 100, night=100, open_days=60)

    assert standings.ended_days_ago[0] == 61
    assert standings.day_count[0] == 40


def test_without_a_valid_day_there_is_no_last_one() -> None:
    """-1, before the first day beyond the guard gap and without any data."""
    assert _standings([1] * 5, night=5).ended_days_ago[0] == -1
    assert _standings([0] * 50, night=50).ended_days_ago[0] == -1


def test_every_standing_has_its_wording() -> None:
    """Console and evidence show it."""
    assert len({standing.wording for standing in Standing}) == len(Standing)
