"""Episodes build up as their shapes say, where the plan wants them, and move what they say."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from pipeline.errors import ConfigurationError
from pipeline.synthetic.chance import generator
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.person.confounders import draw_confounders
from pipeline.synthetic.person.domains import Domain
from pipeline.synthetic.person.episodes import Episode, draw_episodes
from pipeline.synthetic.plan import CohortPlan, seat

NOTHING = (0.0,) * len(Domain)


def episode(shape: str) -> Episode:
    return Episode("activation", 10, 30, 35, 60, shape, NOTHING, is_silent=False)


@pytest.mark.parametrize("shape", ["ramp", "step", "two_step"])
def test_severity_is_nothing_before_the_prodrome_and_after_recovery(shape: str) -> None:
    severity = episode(shape).severity(90)
    assert not severity[:11].any()
    assert np.isclose(0.8, severity[30])
    assert np.all(severity[35:61] == 1.0)
    assert not severity[70:].any()


def test_a_ramp_rises_steadily_and_a_step_at_once() -> None:
    ramp, step = episode("ramp").severity(90)[10:31], episode("step").severity(90)[10:31]
    assert np.allclose(np.diff(ramp), 0.04)
    assert np.diff(step).max() > 0.7


def test_two_steps_have_a_partial_recovery_between() -> None:
    severity = episode("two_step").severity(90)
    assert severity[16] > severity[22] > 0.0


def test_a_scheduled_demo_has_three_of_each_direction_inside_the_last_fifty_days() -> None:
    plan = CohortPlan.demo()
    drawn = {
        index: draw_episodes(generator(1, index, "episodes"), plan, seat(plan, index).scheduled, 121)
        for index in range(12)
    }
    found = [each for episodes in drawn.values() for each in episodes]
    assert {"activation": 3, "withdrawal": 3} == Counter(each.direction for each in found)
    assert all(len(episodes) <= 1 for episodes in drawn.values())
    assert all(70 <= each.onset_day < each.peak_day < each.end_day < 120 for each in found)
    assert all(each.end_day - each.peak_day >= 18 for each in found)
    assert not any(each.is_silent for each in found)


def test_the_demo_has_episodes_on_each_platform_and_system() -> None:
    plan = CohortPlan.demo()
    with_one = [seat(plan, index) for index in range(12) if seat(plan, index).scheduled]
    assert {("beiwe", "android"), ("beiwe", "ios"), ("studentlife", "android")} == {(s.source, s.os) for s in with_one}


def test_by_rate_episodes_are_rare_and_some_are_silent() -> None:
    plan = CohortPlan(400, 365, seed=2)
    drawn = [draw_episodes(generator(2, index, "episodes"), plan, None, 365) for index in range(400)]
    found = [each for episodes in drawn for each in episodes]
    assert 0.3 < len(found) / 400 < 0.5
    assert 0.1 < np.mean([each.is_silent for each in found]) < 0.3
    assert 12 < np.median([each.onset_day - each.prodrome_start_day for each in found]) < 21
    assert all(not any(each.effect) for each in found if each.is_silent)


def test_domains_answer_as_often_as_the_plan_says() -> None:
    plan = CohortPlan(400, 365, seed=2, onsets_per_year=2.0, silent_share=0.0)
    drawn = [draw_episodes(generator(2, index, "episodes"), plan, None, 365) for index in range(400)]
    effects = np.array([each.effect for episodes in drawn for each in episodes if each.direction == "withdrawal"])
    activity = effects[:, Domain.ACTIVITY]
    assert 0.5 < np.mean(activity != 0.0) < 0.7
    assert 0.04 < np.mean(activity[activity != 0.0] > 0.0) < 0.17
    assert 0.4 <= np.abs(activity[activity != 0.0]).min()
    assert np.abs(activity).max() <= 1.5


def test_an_activation_shortens_sleep_and_a_withdrawal_lessens_steps(scheduled_lives: list[Life]) -> None:
    for life in scheduled_lives:
        (one,) = life.episodes
        severity = one.severity(life.plan.day_count)
        hours = (life.nights.offset_s - life.nights.onset_s)[:-1] / 3600.0
        walked = np.bincount(life.minutes.day, life.minutes.is_walking, minlength=life.plan.day_count)
        if one.effect[Domain.SLEEP_AMOUNT] < -1.0:
            assert hours[severity == 1.0].mean() < hours[severity == 0.0].mean() - 0.5
        if one.effect[Domain.ACTIVITY] < -1.0:
            assert walked[severity == 1.0].mean() < 0.85 * walked[severity == 0.0].mean()


def test_confounders_come_as_often_as_assumed_and_do_not_overlap() -> None:
    drawn = [draw_confounders(generator(4, index, "confounders"), "Europe/Berlin", 365) for index in range(300)]
    kinds = Counter(event.kind.name for events in drawn for event in events)
    assert 1.8 < kinds["travel"] / 300 < 4.0
    assert 1.5 < kinds["illness"] / 300 < 3.0
    assert 0.3 < kinds["phone_swap"] / 300 < 0.5
    far = [event for events in drawn for event in events if event.zone is not None]
    assert 0.2 < len(far) / kinds["travel"] < 0.4
    for events in drawn:
        lasting = [event for event in events if not event.kind.is_instant]
        assert all(one.last_day < two.first_day for one, two in pairwise(lasting))


def test_a_plan_of_nobody_or_of_too_few_days_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least one participant"):
        CohortPlan(0, 120, seed=1)
    with pytest.raises(ConfigurationError, match="1 participants for 3 days"):
        CohortPlan(1, 3, seed=1)
