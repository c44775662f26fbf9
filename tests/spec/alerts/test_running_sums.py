"""Running sums by hand: small tables of evidence, and the sums, onsets and fading that are to come out."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.deviations.evidence import NO_DAY, Runs, accumulate, cleared

REFERENCE = 0.5
MISSING = None


def _fresh() -> Runs:
    """One participant, one direction, one feature, before the first day."""
    cell = np.zeros((1, 1, 1))
    return Runs(cell, np.full((1, 1, 1), NO_DAY, np.int32), cell, cell, np.zeros((1, 1), np.int32))


def _run(evidence: list[float | None], since: Runs | None = None, first_day: int = 100) -> list[Runs]:
    """The sums after each day; None is a missing day."""
    runs, found = since or _fresh(), []
    for day, pull in enumerate(evidence, start=first_day):
        is_scored = np.array([[pull is not None]])
        runs = accumulate(runs, np.array([[[np.nan if pull is None else pull]]]), is_scored, day, REFERENCE)
        found.append(runs)
    return found


def _sums(evidence: list[float | None]) -> list[float]:
    """The sums after each day."""
    return [float(runs.cusum[0, 0, 0]) for runs in _run(evidence)]


def test_a_sum_adds_what_exceeds_half_a_standard_deviation() -> None:
    """1.0, 2.0, 0.0, -3.0, 1.5 leave 0.5, 2.0, 1.5, 0, 1.0."""
    assert _sums([1.0, 2.0, 0.0, -3.0, 1.5]) == pytest.approx([0.5, 2.0, 1.5, 0.0, 1.0])


def test_the_onset_is_the_day_after_the_last_zero() -> None:
    """The sum is zero on day 101, so the run that stands on day 104 began on day 102."""
    runs = _run([0.9, -2.0, 1.0, 0.2, 2.0])

    assert [int(r.onset_day[0, 0, 0]) for r in runs] == [100, NO_DAY, 102, 102, 102]


def test_no_feature_speaks_louder_than_twelve() -> None:
    """Six days at 3 would make 15."""
    runs = _run([3.0] * 6)

    assert runs[-1].cusum[0, 0, 0] == 12.0
    assert runs[-1].lost_to_cap[0, 0, 0] == pytest.approx(3.0)


def test_four_missing_days_change_nothing_and_the_fifth_takes_a_fifth() -> None:
    """Missing is neither zero nor usual: the sum is held, then fades."""
    assert _sums([3.0, *[MISSING] * 6]) == pytest.approx([2.5, 2.5, 2.5, 2.5, 2.5, 2.0, 1.6])


def test_what_fading_took_is_kept_apart() -> None:
    """2.5 faded to 1.6."""
    assert _run([3.0, *[MISSING] * 6])[-1].lost_to_decay[0, 0, 0] == pytest.approx(0.9)


def test_a_gap_does_not_end_a_run() -> None:
    """The onset stays through missing days."""
    assert _run([3.0, MISSING, MISSING, 1.0])[-1].onset_day[0, 0, 0] == 100


def test_a_run_that_has_faded_away_is_over() -> None:
    """After weeks of silence new evidence begins a new run, with its own onset."""
    runs = _run([1.0, *[MISSING] * 40, 2.0])

    assert runs[-2].cusum[0, 0, 0] == 0.0
    assert runs[-1].onset_day[0, 0, 0] == 141
    assert runs[-1].lost_to_decay[0, 0, 0] == 0.0


def test_a_faint_run_is_held_over_a_missing_day() -> None:
    """Only fading ends a faint run, not the first missing day."""
    assert _sums([0.505, MISSING]) == pytest.approx([0.005, 0.005])


def test_a_disposition_sets_the_sums_of_its_direction_to_zero() -> None:
    """Only a person resets; what comes after begins at zero."""
    runs = cleared(_run([3.0, 3.0])[-1], np.array([[True]]))

    assert runs.cusum[0, 0, 0] == 0.0
    assert _run([1.0], since=runs, first_day=102)[-1].onset_day[0, 0, 0] == 102


def test_a_disposition_leaves_the_other_direction_alone() -> None:
    """Two directions have two sums."""
    both = Runs(
        np.full((1, 2, 1), 4.0),
        np.full((1, 2, 1), 7, np.int32),
        np.zeros((1, 2, 1)),
        np.zeros((1, 2, 1)),
        np.zeros((1, 1), np.int32),
    )

    assert cleared(both, np.array([[True, False]])).cusum[0, :, 0].tolist() == [0.0, 4.0]
