"""What the detector does with people one can picture; each naive mistake of such systems has its test here."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest

from alerts.deviations.decision import Decision
from alerts.deviations.grid import Grid
from alerts.deviations.profile import DIRECTIONS, Direction, declared_profile
from alerts.deviations.walk import Walk, walk
from pipeline.site import Detection

MONDAY = date(2024, 1, 1)
PROFILE = declared_profile()
DETECTION = Detection(route_threshold_score=10.0, digest_threshold_score=6.0)
ORDINARY = {
    "steps_count": (6400.0, 900.0),
    "longest_still_h": (9.0, 1.0),
    "outgoing_call_count": (4.0, 1.5),
    "outgoing_text_count": (9.0, 3.0),
    "distance_km": (8.0, 3.0),
    "place_count": (4.0, 1.0),
    "home_time_h": (14.0, 1.5),
    "night_screen_min": (15.0, 8.0),
    "sleep_duration_h": (7.4, 0.8),
    "sleep_midpoint_h": (15.5, 0.7),
    "sleep_offset_h": (19.2, 0.8),
}
"""Level and day-to-day standard deviation of somebody ordinary, natural units."""
WITHDRAWN = {"steps_count": -2500.0, "longest_still_h": 2.5, "distance_km": -5.0, "home_time_h": 4.0}
LATER = {"sleep_midpoint_h": 1.6, "sleep_offset_h": 1.8}
ACTIVE = {"sleep_duration_h": -2.0, "sleep_midpoint_h": -1.5, "sleep_offset_h": -2.0, "steps_count": 3500.0}


def _person(days: int, change: dict[str, float] | None = None, since: int = 70, seed: int = 1) -> Grid:
    """One participant, ordinary until day `since`, changed from then on."""
    draw = np.random.default_rng(seed)
    value = np.full((1, days, len(PROFILE.feature_ids)), np.nan)
    for feature_id, (level, spread) in ORDINARY.items():
        column = PROFILE.feature_ids.index(feature_id)
        value[0, :, column] = np.maximum(0.0, level + spread * draw.standard_normal(days))
        value[0, since:, column] = np.maximum(0.0, value[0, since:, column] + (change or {}).get(feature_id, 0.0))
    rest = np.array([[int((MONDAY + timedelta(days=day)).isoweekday() > 5) for day in range(days)]], dtype=np.int8)
    return Grid(("p1",), MONDAY, PROFILE, value, np.ones_like(value), rest)


def _without(grid: Grid, feature_ids: set[str], days: slice) -> Grid:
    """The same participant with some features missing on some days."""
    value = grid.value.copy()
    for feature_id in feature_ids:
        value[0, days, PROFILE.feature_ids.index(feature_id)] = np.nan
    return dataclasses.replace(grid, value=value)


def _walked(grid: Grid, detection: Detection = DETECTION, **held: np.ndarray) -> Walk:
    """A walk over one participant."""
    return walk(grid, detection, PROFILE, **held)


def _decisions(walked: Walk, direction: Direction) -> list[Decision]:
    """The decisions of every night in one direction."""
    axis = DIRECTIONS.index(direction)
    return [Decision(int(judgement.decision[0, axis])) for judgement in walked.judgements]


def _scores(walked: Walk, direction: Direction) -> list[float]:
    """The scores of every night in one direction."""
    return [float(judgement.score[0, DIRECTIONS.index(direction)]) for judgement in walked.judgements]


def test_somebody_ordinary_raises_nothing() -> None:
    """Half a year of ordinary days."""
    walked = _walked(_person(180))

    assert Decision.RAISED not in _decisions(walked, Direction.WITHDRAWAL) + _decisions(walked, Direction.ACTIVATION)


def test_withdrawal_in_several_domains_is_raised_within_two_weeks_and_as_withdrawal() -> None:
    """Less movement, later sleep, more time at home."""
    walked = _walked(_person(100, WITHDRAWN | LATER))

    raised = _decisions(walked, Direction.WITHDRAWAL).index(Decision.RAISED)
    assert 70 <= raised < 84
    assert Decision.RAISED not in _decisions(walked, Direction.ACTIVATION)


def test_activation_in_several_domains_is_raised_as_activation() -> None:
    """Shorter and earlier sleep, more movement."""
    walked = _walked(_person(100, ACTIVE))

    assert 70 <= _decisions(walked, Direction.ACTIVATION).index(Decision.RAISED) < 84
    assert Decision.RAISED not in _decisions(walked, Direction.WITHDRAWAL)


def test_one_domain_alone_is_never_raised() -> None:
    """Only sleep timing changes: a new shift, a faulty sensor."""
    later = {"sleep_midpoint_h": 4.0, "sleep_offset_h": 4.0}
    found = _decisions(_walked(_person(100, later)), Direction.WITHDRAWAL)

    assert Decision.ONE_DOMAIN in found
    assert Decision.RAISED not in found


def test_one_freak_day_is_not_raised() -> None:
    """Every feature far off on one day, and as usual after it."""
    grid = _person(100, WITHDRAWN | LATER)
    ordinary = _person(100)
    value = ordinary.value.copy()
    value[0, 70] = grid.value[0, 70]

    found = _decisions(_walked(dataclasses.replace(ordinary, value=value)), Direction.WITHDRAWAL)

    assert Decision.RAISED not in found


def test_nothing_is_judged_before_fourteen_valid_days_lie_beyond_the_guard_gap() -> None:
    """Learning ends on day 27: days 0 to 13 are 14 days."""
    found = _decisions(_walked(_person(40)), Direction.WITHDRAWAL)

    assert found[:27] == [Decision.LEARNING] * 27
    assert found[27] is not Decision.LEARNING


def test_a_provisional_baseline_has_a_higher_threshold() -> None:
    """From 14 valid days a quarter more is asked, until 28 days over five weeks with eight rest days are there."""
    walked = _walked(_person(60))
    thresholds = [float(judgement.threshold[0, 0]) for judgement in walked.judgements]

    assert thresholds[30] == 12.5
    assert thresholds.index(10.0) == 48  # days 0 to 34 are five weeks with ten rest days, 14 days before day 48


def test_a_slow_onset_is_still_seen_because_of_the_guard_gap() -> None:
    """A change that grows over 28 days does not become its own baseline; without the gap more of it would."""
    grid = _person(110)
    ramp = np.clip((np.arange(110) - 70) / 28.0, 0.0, 1.0)
    value = grid.value.copy()
    for feature_id, size in (WITHDRAWN | LATER).items():
        value[0, :, PROFILE.feature_ids.index(feature_id)] += size * ramp
    slow = dataclasses.replace(grid, value=np.maximum(value, 0.0))

    guarded = _scores(_walked(slow), Direction.WITHDRAWAL)[98]
    unguarded = _scores(_walked(slow, dataclasses.replace(DETECTION, guard_days=1)), Direction.WITHDRAWAL)[98]

    assert guarded > unguarded


def test_missing_calls_are_not_zero_calls() -> None:
    """A platform that exports no calls is silent about them: nothing is added to withdrawal."""
    column = PROFILE.feature_ids.index("outgoing_call_count")
    calls = {"outgoing_call_count", "outgoing_text_count"}
    zero = _person(100)
    zero.value[0, 70:, [column, column + 1]] = 0.0

    silent = _walked(_without(_person(100), calls, slice(70, None)))
    quiet = _walked(zero)

    assert silent.judgements[-1].runs.cusum[0, 0, column] < 0.5
    assert quiet.judgements[-1].runs.cusum[0, 0, column] > 5.0


def test_sleep_around_midnight_is_no_change() -> None:
    """The middle of sleep wanders either side of midnight: no jump of 24 hours, no run."""
    grid = _person(120)
    column = PROFILE.feature_ids.index("sleep_midpoint_h")
    hours = 12.0 + 0.7 * np.random.default_rng(2).standard_normal(120)
    grid.value[0, :, column] = np.where(hours < 12.0, hours + 24.0, hours)

    walked = _walked(grid)

    assert max(float(judgement.runs.cusum[0, :2, column].max()) for judgement in walked.judgements) < 6.0


def test_a_weekend_of_ones_own_is_not_unusual() -> None:
    """Waking 1.6 h later every weekend: on weekends the score stays near zero, and would be high with one usual."""
    grid = _person(140)
    is_weekend, column = grid.rest[0] == 1, PROFILE.feature_ids.index("sleep_offset_h")
    grid.value[0, is_weekend, column] += 1.6
    unknown = dataclasses.replace(grid, rest=np.full_like(grid.rest, -1))

    own, single = (
        np.array([judgement.normal_score[0, column] for judgement in _walked(each).judgements])[60:][is_weekend[60:]]
        for each in (grid, unknown)
    )

    assert abs(own.mean()) < 0.5
    assert single.mean() > 0.8


def test_alike_neighbouring_days_count_as_fewer() -> None:
    """Two people equal but for the order of their days: slow waves leave a wider prediction than shuffled days."""
    grid = _person(80)
    column = PROFILE.feature_ids.index("steps_count")
    waves = 6400.0 + 1500.0 * np.sin(np.arange(80) / 8.0)
    smooth, shuffled = grid.value.copy(), grid.value.copy()
    smooth[0, :, column] = waves
    shuffled[0, :, column] = np.random.default_rng(3).permutation(waves)

    usual = [_walked(dataclasses.replace(grid, value=value)).judgements[-1].usual for value in (smooth, shuffled)]

    assert usual[0].effective_days[0, column] < 0.7 * usual[1].effective_days[0, column]


def test_a_second_flag_is_not_raised_while_an_alert_is_open() -> None:
    """The open alert is amended instead."""
    found = _decisions(_walked(_person(100, WITHDRAWN | LATER)), Direction.WITHDRAWAL)

    assert found.count(Decision.RAISED) == 1
    assert Decision.UPDATES_OPEN in found


def test_an_alert_that_the_records_hold_open_is_amended() -> None:
    """The detector takes the records' word for it."""
    opened = np.zeros((1, 100, 2), dtype=np.bool_)
    opened[0, 60:, 0] = True

    found = _decisions(_walked(_person(100, WITHDRAWN | LATER), open_directions=opened), Direction.WITHDRAWAL)

    assert Decision.RAISED not in found
    assert Decision.UPDATES_OPEN in found


def test_numbers_that_go_back_close_nothing() -> None:
    """Only people close: a month after behaviour returned to usual the alert is still open."""
    grid = _person(130, WITHDRAWN | LATER)
    ordinary = _person(130)
    value = grid.value.copy()
    value[0, 90:] = ordinary.value[0, 90:]

    walked = _walked(dataclasses.replace(grid, value=value))

    assert walked.judgements[-1].score[0, 0] < DETECTION.digest_threshold_score
    assert walked.state.is_open[0].tolist() == [True, False, False]


def test_after_a_disposition_the_sum_begins_again_and_a_fortnight_is_refractory() -> None:
    """A flag comes again only when the change goes on beyond it."""
    grid, disposed = _person(110, WITHDRAWN | LATER), np.zeros((1, 110, 2), dtype=np.bool_)
    raised = _decisions(_walked(grid), Direction.WITHDRAWAL).index(Decision.RAISED)
    disposed[0, raised + 1, 0] = True

    walked = _walked(grid, disposed=disposed)
    found = _decisions(walked, Direction.WITHDRAWAL)

    assert _scores(walked, Direction.WITHDRAWAL)[raised + 1] < _scores(walked, Direction.WITHDRAWAL)[raised]
    assert Decision.REFRACTORY in found[raised + 1 : raised + 15]


def test_a_masked_trip_is_no_evidence_and_no_usual() -> None:
    """Days away count neither for the score nor for later baselines."""
    grid = _person(120, WITHDRAWN | LATER)
    trip = np.zeros(grid.value.shape, dtype=np.bool_)
    trip[0, 70:] = True

    walked = _walked(dataclasses.replace(grid, is_unscored=trip))

    assert max(_scores(walked, Direction.WITHDRAWAL)[70:]) <= max(_scores(walked, Direction.WITHDRAWAL)[:70])
    column = PROFILE.feature_ids.index("steps_count")
    expected = _walked(_person(120)).judgements[83].usual.centre[0, column]
    assert walked.judgements[119].usual.centre[0, column] == pytest.approx(expected, abs=0.15 * abs(expected))


def test_a_contaminated_baseline_raises_no_withdrawal_but_activation() -> None:
    """Enrolled in an episode: until a clinician accepts a window, only the other direction is judged."""
    contaminated = np.ones((1, 100), dtype=np.bool_)

    low = _walked(dataclasses.replace(_person(100, WITHDRAWN | LATER), is_contaminated=contaminated))
    high = _walked(dataclasses.replace(_person(100, ACTIVE), is_contaminated=contaminated))

    assert set(_decisions(low, Direction.WITHDRAWAL)[27:]) == {Decision.CONTAMINATED}
    assert Decision.RAISED in _decisions(high, Direction.ACTIVATION)


def test_poor_data_raise_nothing_and_say_so() -> None:
    """A third of each day observed: grade D, a digest line at most."""
    grid = _person(110, {name: 3.0 * size for name, size in (WITHDRAWN | LATER).items()})

    found = _decisions(_walked(dataclasses.replace(grid, coverage_ratio=np.full_like(grid.value, 0.33))), DIRECTIONS[0])

    assert Decision.GRADE_D in found
    assert Decision.RAISED not in found


def test_both_directions_high_within_a_week_are_mixed() -> None:
    """Later sleep and less distance, with short nights, night use and calls."""
    mixed = LATER | {"distance_km": -6.0, "home_time_h": 5.0, "steps_count": -2500.0, "longest_still_h": 2.5}
    mixed |= {
        "sleep_duration_h": -3.0,
        "night_screen_min": 120.0,
        "outgoing_call_count": 12.0,
        "outgoing_text_count": 30.0,
    }

    walked = _walked(_person(100, mixed))

    assert walked.judgements[-1].is_mixed[0]
    assert not _walked(_person(100, WITHDRAWN | LATER)).judgements[-1].is_mixed[0]


def test_a_change_without_a_direction_goes_to_the_digest_only() -> None:
    """Opposite signs within domains: unusual for this person, and nothing for the queue."""
    odd = {"steps_count": -2500.0, "longest_still_h": -2.5, "distance_km": 15.0, "place_count": -3.0}
    odd |= {"outgoing_call_count": 12.0, "outgoing_text_count": -8.0, "sleep_duration_h": 2.5}

    walked = _walked(_person(100, odd))

    assert Decision.DIGEST in _decisions(walked, Direction.UNUSUAL)
    assert Decision.RAISED not in _decisions(walked, Direction.UNUSUAL)


def test_long_sleep_speaks_for_withdrawal_only_where_a_site_says_so() -> None:
    """Both shorter and longer sleep come before depression."""
    grid = _person(90, {"sleep_duration_h": 2.5})
    own = declared_profile(scores_long_sleep=True)
    column = PROFILE.feature_ids.index("sleep_duration_h")

    default = _walked(grid)
    chosen = walk(dataclasses.replace(grid, profile=own), DETECTION, own)

    assert default.judgements[-1].runs.cusum[0, 0, column] == 0.0
    assert chosen.judgements[-1].runs.cusum[0, 0, column] > 5.0


def test_a_marker_is_judged_by_its_first_usable_feature() -> None:
    """Where steps are not recorded, movement takes their place."""
    grid = _without(_person(90), {"steps_count"}, slice(None))
    movement = PROFILE.feature_ids.index("movement_mean_g")
    grid.value[0, :, movement] = 0.02 + 0.002 * np.random.default_rng(4).standard_normal(90)

    chosen = _walked(grid).judgements[-1].weighing.is_chosen[0]

    assert chosen[movement]
    assert not chosen[PROFILE.feature_ids.index("steps_count")]


def test_a_flag_taken_as_disposed_of_after_a_fixed_time_can_come_again() -> None:
    """For commissioning and calibration, where nobody disposes."""
    grid = _person(130, WITHDRAWN | LATER)
    settings = dataclasses.replace(DETECTION, assumed_disposition_days=5)

    found = _decisions(_walked(grid, settings), Direction.WITHDRAWAL)

    assert found.count(Decision.RAISED) > 1
