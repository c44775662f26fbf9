"""The vectorised walk against a slow, literal reading of the method, on random days with gaps."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from alerts.deviations.decision import Decision
from alerts.deviations.grid import Grid
from alerts.deviations.profile import DIRECTIONS, declared_profile
from alerts.deviations.walk import Walk, walk
from tests.oracle.deviations.plain_reading import DETECTION, Night, Person, Reading

FIRST_DAY = date(2024, 1, 1)
DAYS = 140
PEOPLE = 4
SEEDS = (3, 37)
"""Worlds that between them reach every decision."""


def _world(seed: int) -> tuple[Grid, np.ndarray, np.ndarray]:
    """Random days with gaps, silent stretches, poor coverage, a slow change, masks and dispositions."""
    draw = np.random.default_rng(seed)
    profile = declared_profile()
    shape = (PEOPLE, DAYS, len(profile.feature_ids))
    level = np.array(
        [{"ratio": 0.6, "g": 0.02, "h": 8.0}.get(name.rsplit("_", 1)[1], 5.0) for name in profile.feature_ids]
    )
    value = level * np.exp(0.3 * draw.standard_normal(shape))
    clock = [i for i, name in enumerate(profile.feature_ids) if name in ("sleep_midpoint_h", "sleep_offset_h")]
    value[:, :, clock] = 12.0 + 1.5 * draw.standard_normal((*shape[:2], len(clock)))  # around midnight: 12 h since noon
    value[:, 90:120] *= np.where(draw.random(shape[2]) < 0.5, 1.6, 0.6)
    value[draw.random(shape) < 0.15] = np.nan
    value[1, 60:70] = np.nan
    value[2, :, :2] = np.nan
    value[2, 100:, -3:] = np.nan
    rest = np.array([[int((FIRST_DAY + timedelta(days=i)).isoweekday() > 5) for i in range(DAYS)]] * PEOPLE, np.int8)
    rest[3] = -1
    coverage = draw.choice([1.0, 0.7, 0.5], size=shape)
    coverage[3, 100:] = 0.4
    age = np.full(shape[:2], np.nan)
    age[0, 85:] = np.arange(DAYS - 85) % 12
    opened, disposed = np.zeros((*shape[:2], 2), bool), np.zeros((*shape[:2], 2), bool)
    opened[1, 95:100, 0] = True
    disposed[:, [105, 112, 119, 126, 133], :] = True
    grid = Grid(
        participants=tuple(f"p{i}" for i in range(PEOPLE)),
        first_day=FIRST_DAY,
        profile=profile,
        value=value,
        coverage_ratio=coverage,
        rest=rest,
        is_barred=draw.random(shape) < 0.03,
        is_unscored=draw.random(shape) < 0.03,
        is_contaminated=np.tile(np.arange(PEOPLE)[:, None] == 3, (1, DAYS)),
        device_age_days=age,
    )
    return grid, opened, disposed


def _person(grid: Grid, place: int, opened: np.ndarray, disposed: np.ndarray) -> Person:
    """One participant of a grid as plain lists."""
    present = np.isfinite(grid.value[place]) & ~grid.is_unscored[place]
    values = [
        [float(x) if ok else None for x, ok in zip(*row, strict=True)]
        for row in zip(grid.value[place], present, strict=True)
    ]
    age = np.nan_to_num(grid.device_age_days[place], nan=np.inf)
    return Person(
        values=values,
        coverage=grid.coverage_ratio[place].tolist(),
        rest=grid.rest[place].tolist(),
        barred=grid.is_barred[place].tolist(),
        open_by_record=opened[place].tolist(),
        disposed=disposed[place].tolist(),
        contaminated=grid.is_contaminated[place].tolist(),
        device_age=age.tolist(),
    )


@pytest.fixture(scope="module", params=SEEDS)
def worlds(request: pytest.FixtureRequest) -> tuple[Walk, list[list[dict[str, Night]]]]:
    """A walk over a random world, and the plain reading of each of its participants."""
    grid, opened, disposed = _world(request.param)
    walked = walk(grid, DETECTION, grid.profile, open_directions=opened, disposed=disposed)
    plain = [Reading(_person(grid, place, opened, disposed), grid.profile).nights() for place in range(PEOPLE)]
    return walked, plain


def test_scores_are_those_of_the_plain_reading(worlds) -> None:  # noqa: ANN001
    """Every score within 1e-9."""
    walked, plain = worlds
    expected = np.array([[[night[d.value].score for d in DIRECTIONS] for night in person] for person in plain])

    actual = np.stack([judgement.score for judgement in walked.judgements], axis=1)

    np.testing.assert_allclose(actual, expected, rtol=0.0, atol=1e-9)


def test_contributions_are_those_of_the_plain_reading(worlds) -> None:  # noqa: ANN001
    """Every bar within 1e-9."""
    walked, plain = worlds
    for place, person in enumerate(plain):
        for night, judgement in zip(person, walked.judgements, strict=True):
            for axis, direction in enumerate(DIRECTIONS):
                expected = np.zeros(len(walked.record.layout.columns))
                for column, worth in night[direction.value].bars.items():
                    expected[column] = worth
                np.testing.assert_allclose(judgement.weighing.contribution[place, axis], expected, rtol=0.0, atol=1e-9)


def test_decisions_are_those_of_the_plain_reading(worlds) -> None:  # noqa: ANN001
    """Every decision, on every night."""
    walked, plain = worlds
    expected = [[[night[d.value].decision for d in DIRECTIONS] for night in person] for person in plain]

    codes = np.stack([judgement.decision for judgement in walked.judgements], axis=1)
    actual = [[[Decision(code).name for code in night] for night in person] for person in codes.tolist()]

    assert expected == actual


def test_the_random_worlds_reach_every_decision() -> None:
    """Without this the comparison above would prove little."""
    found: set[int] = set()
    for seed in SEEDS:
        grid, opened, disposed = _world(seed)
        walked = walk(grid, DETECTION, grid.profile, open_directions=opened, disposed=disposed)
        found |= set(np.unique(np.stack([judgement.decision for judgement in walked.judgements])).tolist())

    assert {decision.name for decision in Decision} == {Decision(code).name for code in found}
