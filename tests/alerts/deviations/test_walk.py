from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from alerts.deviations.decision import Decision
from alerts.deviations.grade import Grade, grades, recent_coverage
from alerts.deviations.grid import Grid
from alerts.deviations.profile import declared_profile
from alerts.deviations.state import fresh_state, from_frame
from alerts.deviations.tables import baselines_frame, contributions_frame, judgements_frame
from alerts.deviations.walk import Walk, walk
from pipeline.errors import InvariantError
from pipeline.site import Detection

FIRST_DAY = date(2024, 1, 1)
PROFILE = declared_profile()
DETECTION = Detection()
DAYS = 60


def _grid(days: int = DAYS, first_day: date = FIRST_DAY) -> Grid:
    """Two participants with noise."""
    value = 5.0 * np.exp(0.3 * np.random.default_rng(2).standard_normal((2, days, len(PROFILE.feature_ids))))
    rest = np.tile((np.arange(days) % 7 >= 5).astype(np.int8), (2, 1))
    return Grid(("a", "b"), first_day, PROFILE, value, np.ones_like(value), rest)


@pytest.fixture(scope="module")
def walked() -> Walk:
    """Sixty nights of two participants."""
    return walk(_grid(), DETECTION, PROFILE)


def test_every_participant_night_and_direction_has_one_decision(walked: Walk) -> None:
    """Not raising is recorded like raising."""
    frame = judgements_frame(walked)

    assert frame.height == 2 * DAYS * 3
    assert frame.select("participant_id", "local_day", "direction").unique().height == frame.height
    assert set(frame["decision"]) <= {decision.name.lower() for decision in Decision}


def test_contributions_as_a_frame_sum_to_the_scores(walked: Walk) -> None:
    """What is stored adds up."""
    keys = ["participant_id", "local_day", "direction"]
    sums = contributions_frame(walked).group_by(keys).agg(pl.col("contribution").sum())
    both = judgements_frame(walked).join(sums, on=keys, how="left").with_columns(pl.col("contribution").fill_null(0.0))

    np.testing.assert_allclose(both["contribution"].to_numpy(), both["score"].to_numpy(), rtol=0.0, atol=1e-9)


def test_an_onset_lies_on_or_before_its_night(walked: Walk) -> None:
    """And never before the walk."""
    frame = contributions_frame(walked)

    assert frame.filter(~pl.col("onset_day").is_between(pl.lit(FIRST_DAY), pl.col("local_day"))).height == 0


def test_baselines_as_a_frame_are_in_natural_units_with_low_below_high(walked: Walk) -> None:
    """One row where there is a baseline, the score null before 14 days."""
    frame = baselines_frame(walked)

    assert (frame["usual_low"] <= frame["usual_high"]).all()
    assert (
        frame.filter(pl.col("day_count") < 14)["normal_score"].null_count()
        == frame.filter(pl.col("day_count") < 14).height
    )
    assert frame["local_day"].min() == FIRST_DAY + timedelta(days=15)


def test_a_walk_over_no_night_has_empty_frames_and_the_same_state(walked: Walk) -> None:
    """Judging twice judges nothing the second time."""
    again = walk(_grid(), DETECTION, PROFILE, walked.state)

    assert again.judgements == ()
    assert again.state is walked.state
    assert judgements_frame(again).is_empty()


def test_the_state_as_a_frame_has_one_row_a_participant(walked: Walk) -> None:
    """And comes back the same."""
    frame = walked.state.to_frame()

    assert frame["participant_id"].to_list() == ["a", "b"]
    assert from_frame(frame, ("a", "b"), PROFILE, DETECTION).to_frame().equals(frame, null_equal=True)


def test_states_of_different_nights_do_not_mix(walked: Walk) -> None:
    """One participant a night behind the other is a mistake of the caller."""
    frame = walked.state.to_frame().with_columns(
        pl.when(pl.col("participant_id") == "a").then(pl.date(2024, 2, 1)).otherwise("as_of_day").alias("as_of_day")
    )

    with pytest.raises(InvariantError, match="expected one night of profile"):
        from_frame(frame, ("a", "b"), PROFILE, DETECTION)


def test_a_state_of_another_profile_is_refused(walked: Walk) -> None:
    """Its columns would mean other features."""
    other = declared_profile(scores_long_sleep=True)

    with pytest.raises(InvariantError, match="expected one night of profile"):
        from_frame(walked.state.to_frame(), ("a", "b"), other, DETECTION)


def test_a_state_of_other_settings_is_refused(walked: Walk) -> None:
    """The days looked back on are part of it."""
    shorter = dataclasses.replace(DETECTION, baseline_search_days=90)

    with pytest.raises(InvariantError, match="of other settings"):
        from_frame(walked.state.to_frame(), ("a", "b"), PROFILE, shorter)


def test_no_stored_state_at_all_is_not_taken_for_a_fresh_one(walked: Walk) -> None:
    """Beginning afresh is said, not assumed."""
    with pytest.raises(InvariantError, match="expected one night of profile"):
        from_frame(walked.state.to_frame().clear(), ("a", "b"), PROFILE, DETECTION)


def test_a_grid_of_another_profile_is_refused() -> None:
    """Grid and profile belong together."""
    with pytest.raises(InvariantError, match="another directional profile"):
        walk(_grid(20), DETECTION, declared_profile(scores_long_sleep=True))


def test_a_state_of_other_participants_is_refused() -> None:
    """Rows are matched by place."""
    state = fresh_state(("a", "c"), PROFILE, DETECTION, FIRST_DAY)

    with pytest.raises(InvariantError, match="other participants"):
        walk(_grid(20), DETECTION, PROFILE, state)


def test_a_grid_that_begins_too_late_for_the_baselines_is_refused() -> None:
    """Walking on with a short history would change the usual without a word."""
    state = fresh_state(("a", "b"), PROFILE, DETECTION, FIRST_DAY)

    with pytest.raises(InvariantError, match="begin by 2024-01-01"):
        walk(_grid(20, first_day=date(2024, 1, 2)), DETECTION, PROFILE, state)


def test_a_sites_own_spread_is_used() -> None:
    """A larger prior spread makes the same days less remarkable."""
    pooled = dict.fromkeys(PROFILE.feature_ids, 50.0)

    calm = walk(_grid(), DETECTION, PROFILE, pooled=pooled)

    assert judgements_frame(calm)["score"].max() == 0.0


@pytest.mark.parametrize(
    ("coverage", "days", "device_age", "expected"),
    [
        (0.9, 42, np.nan, Grade.A),
        (0.9, 42, 20.0, Grade.B),
        (0.7, 42, np.nan, Grade.B),
        (0.9, 20, np.nan, Grade.C),
        (0.9, 42, 8.0, Grade.C),
        (0.4, 42, np.nan, Grade.D),
        (0.9, 42, 3.0, Grade.D),
        (0.9, 5, np.nan, Grade.D),
    ],
)
def test_the_grade_is_that_of_the_weakest_part(coverage: float, days: int, device_age: float, expected: Grade) -> None:
    """Coverage, baseline and device must each be good enough."""
    found = grades(np.array([coverage]), np.array([days], dtype=np.int32), np.array([device_age]))

    assert Grade(int(found[0])) is expected


def test_coverage_counts_missing_days_as_nothing() -> None:
    """Two features in use over two days, one of four cells missing; a feature not in use does not count."""
    covered = np.array([[[1.0, 0.5, 1.0], [0.0, 0.5, 1.0]]])

    assert recent_coverage(covered, np.array([[True, True, False]]))[0] == pytest.approx(0.5)
    assert recent_coverage(covered, np.array([[False, False, False]]))[0] == 0.0


def test_every_decision_has_its_wording() -> None:
    """Also those that say why nothing was raised."""
    assert len({decision.wording for decision in Decision}) == len(Decision)
