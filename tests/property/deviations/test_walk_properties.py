"""What must hold of every walk, whatever the days were."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.deviations.grid import Grid
from alerts.deviations.night import Judgement
from alerts.deviations.profile import declared_profile
from alerts.deviations.state import from_frame
from alerts.deviations.walk import Walk, walk
from pipeline.site import Detection

FIRST_DAY = date(2024, 1, 1)
PROFILE = declared_profile()
DETECTION = Detection(route_threshold_score=5.0, digest_threshold_score=3.0, assumed_disposition_days=10)
SEEDS = st.integers(0, 2**32 - 1)


def _grid(seed: int, people: int = 3, days: int = 90) -> Grid:
    """Random days in natural units, a fifth of them missing, with one change of behaviour."""
    draw = np.random.default_rng(seed)
    shape = (people, days, len(PROFILE.feature_ids))
    value = 6.0 * np.exp(0.4 * draw.standard_normal(shape))
    value[:, draw.integers(40, days) :] *= np.where(draw.random(shape[2]) < 0.5, 1.4, 0.8)
    value[draw.random(shape) < 0.2] = np.nan
    rest = np.tile((np.arange(days) % 7 >= 5).astype(np.int8), (people, 1))
    return Grid(tuple(f"p{i}" for i in range(people)), FIRST_DAY, PROFILE, value, draw.uniform(0.5, 1.0, shape), rest)


def _cut(grid: Grid, first: int, stop: int) -> Grid:
    """The days from `first` up to `stop` of a grid."""
    return dataclasses.replace(
        grid,
        first_day=grid.day_at(first),
        value=grid.value[:, first:stop],
        coverage_ratio=grid.coverage_ratio[:, first:stop],
        rest=grid.rest[:, first:stop],
    )


def _of(grid: Grid, places: list[int]) -> Grid:
    """Some participants of a grid."""
    return dataclasses.replace(
        grid,
        participants=tuple(grid.participants[place] for place in places),
        value=grid.value[places],
        coverage_ratio=grid.coverage_ratio[places],
        rest=grid.rest[places],
    )


def _assert_same(expected: Judgement, actual: Judgement) -> None:
    """Two judgements agree to the last bit in what is shown and decided."""
    assert expected.day == actual.day
    np.testing.assert_array_equal(expected.score, actual.score)
    np.testing.assert_array_equal(expected.decision, actual.decision)
    np.testing.assert_array_equal(expected.grade, actual.grade)
    np.testing.assert_array_equal(expected.is_mixed, actual.is_mixed)
    np.testing.assert_array_equal(expected.weighing.contribution, actual.weighing.contribution)
    np.testing.assert_array_equal(expected.runs.onset_day, actual.runs.onset_day)
    np.testing.assert_array_equal(expected.normal_score, actual.normal_score)


def _walked(grid: Grid, detection: Detection = DETECTION) -> Walk:
    """A walk from the first day."""
    return walk(grid, detection, PROFILE)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, stop=st.integers(30, 89))
def test_later_days_change_nothing(seed: int, stop: int) -> None:
    """What is judged of a night is the same whether or not later days are known."""
    grid = _grid(seed)

    whole, prefix = _walked(grid), _walked(_cut(grid, 0, stop))

    assert len(prefix.judgements) == stop
    for expected, actual in zip(prefix.judgements, whole.judgements, strict=False):
        _assert_same(expected, actual)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, stop=st.integers(1, 89))
def test_walking_on_from_a_stored_state_is_walking_from_the_start(seed: int, stop: int) -> None:
    """The state survives being stored as a frame after any night."""
    grid = _grid(seed)
    whole, first = _walked(grid), _walked(_cut(grid, 0, stop))
    restored = from_frame(first.state.to_frame(), grid.participants, PROFILE, DETECTION)

    rest = walk(grid, DETECTION, PROFILE, restored)

    for expected, actual in zip(whole.judgements[stop:], rest.judgements, strict=True):
        _assert_same(expected, actual)
    assert whole.state.to_frame().equals(rest.state.to_frame(), null_equal=True)


@settings(max_examples=5, deadline=None)
@given(seed=SEEDS)
def test_days_beyond_the_baselines_reach_are_not_needed_to_walk_on(seed: int) -> None:
    """A resumed walk needs the 120 days before its first night, and no more."""
    grid = _grid(seed, people=2, days=160)
    whole, first = _walked(grid), _walked(_cut(grid, 0, 140))

    rest = walk(_cut(grid, 20, 160), DETECTION, PROFILE, first.state)

    for expected, actual in zip(whole.judgements[140:], rest.judgements, strict=True):
        _assert_same(expected, actual)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_participants_do_not_touch_each_other(seed: int) -> None:
    """Judged together or alone, in any order, a participant gets the same."""
    grid = _grid(seed, days=70)
    together, apart = _walked(grid), _walked(_of(grid, [2, 0]))

    for expected, actual in zip(together.judgements, apart.judgements, strict=True):
        np.testing.assert_array_equal(expected.score[[2, 0]], actual.score)
        np.testing.assert_array_equal(expected.decision[[2, 0]], actual.decision)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_contributions_sum_to_the_score(seed: int) -> None:
    """The bars are the score, within 1e-9."""
    for judgement in _walked(_grid(seed)).judgements:
        np.testing.assert_allclose(judgement.weighing.contribution.sum(axis=2), judgement.score, rtol=0, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_a_running_sum_is_its_days_minus_what_the_cap_and_fading_took(seed: int) -> None:
    """From the onset on, every day's evidence is accounted for."""
    walked = _walked(_grid(seed), dataclasses.replace(DETECTION, assumed_disposition_days=0))
    layout, last = walked.record.layout, walked.judgements[-1]
    days = [(judgement.day - date(1970, 1, 1)).days for judgement in walked.judgements]
    scores = np.stack([judgement.normal_score for judgement in walked.judgements])
    for person, axis, column in zip(*np.nonzero(last.runs.cusum[:, :2]), strict=True):
        since = np.array(days) >= last.runs.onset_day[person, axis, column]
        evidence = layout.sign[axis, column] * scores[since, person, column] - DETECTION.reference_score
        accounted = last.runs.cusum + last.runs.lost_to_cap + last.runs.lost_to_decay
        np.testing.assert_allclose(np.nansum(evidence), accounted[person, axis, column], atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_scores_are_bounded_and_never_missing(seed: int) -> None:
    """Whatever is missing, a score is a number between 0 and three full domains."""
    grid = _grid(seed, days=60)
    grid.value[0] = np.nan
    for judgement in _walked(grid).judgements:
        assert ((judgement.score >= 0.0) & (judgement.score <= 36.0)).all()
        assert (np.abs(judgement.normal_score[np.isfinite(judgement.normal_score)]) <= 3.0).all()
    assert (judgement.score[0] == 0.0).all()


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_shifting_a_record_by_whole_weeks_shifts_its_judgements(seed: int) -> None:
    """Nothing depends on the date itself."""
    grid = _grid(seed, days=70)
    moved = dataclasses.replace(grid, first_day=grid.day_at(70))

    for expected, actual in zip(_walked(grid).judgements, _walked(moved).judgements, strict=True):
        np.testing.assert_array_equal(expected.score, actual.score)
        np.testing.assert_array_equal(expected.decision, actual.decision)


def test_a_participant_without_a_stored_state_begins_afresh() -> None:
    """Someone enrolled later joins the walk of the others."""
    grid = _grid(5, people=2, days=50)
    stored = _walked(_cut(_of(grid, [0]), 0, 40)).state.to_frame()

    joined = walk(grid, DETECTION, PROFILE, from_frame(stored, grid.participants, PROFILE, DETECTION))

    expected = _walked(_of(grid, [0])).judgements[-1].score[0]
    np.testing.assert_array_equal(expected, joined.judgements[-1].score[0])
