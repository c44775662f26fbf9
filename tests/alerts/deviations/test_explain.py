from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest

from alerts.baselines.standing import Standing
from alerts.deviations.decision import Decision
from alerts.deviations.explain import Bar, Explanation, explain
from alerts.deviations.grade import Grade
from alerts.deviations.grid import Grid
from alerts.deviations.profile import Direction, Shown, declared_profile
from alerts.deviations.walk import Walk, walk
from alerts.deviations.wording import amount, heading, lines, sentence
from pipeline.errors import InvariantError
from pipeline.site import Detection

MONDAY = date(2024, 1, 1)
PROFILE = declared_profile()
DETECTION = Detection(route_threshold_score=8.0, digest_threshold_score=4.0)
NIGHT = date(2024, 3, 18)
SHIFTS = {
    "sleep_midpoint_h": (15.5, 0.7, 2.0),
    "sleep_offset_h": (19.0, 0.8, 2.0),
    "steps_count": (6400.0, 700.0, -2500.0),
    "distance_km": (8.0, 2.0, -5.0),
    "outgoing_call_count": (5.0, 2.0, -3.5),
    "night_screen_min": (15.0, 6.0, 0.0),
    "outgoing_text_count": (9.0, 3.0, 12.0),
    "coverage_gps_ratio": (0.9, 0.02, -0.6),
}
"""Level, day-to-day spread and change on day 65, for two participants of whom only the first changes."""


@pytest.fixture(scope="module")
def walked() -> Walk:
    """Eighty days of two participants."""
    draw = np.random.default_rng(8)
    value = np.full((2, 80, len(PROFILE.feature_ids)), np.nan)
    for feature_id, (level, spread, change) in SHIFTS.items():
        column = PROFILE.feature_ids.index(feature_id)
        value[:, :, column] = level + spread * draw.standard_normal((2, 80))
        value[0, 65:, column] += change
    value[0, 74:76, PROFILE.feature_ids.index("distance_km")] = np.nan
    rest = np.array([[int((MONDAY + timedelta(days=day)).isoweekday() > 5) for day in range(80)]] * 2, np.int8)
    grid = Grid(("p1", "p2"), MONDAY, PROFILE, np.maximum(value, 0.0), np.ones_like(value), rest)
    return walk(grid, DETECTION, PROFILE)


@pytest.fixture(scope="module")
def found(walked: Walk) -> Explanation:
    """The evidence for withdrawal of the participant who changed."""
    return explain(walked, "p1", NIGHT, Direction.WITHDRAWAL)


def _bars(explanation: Explanation) -> dict[str, Bar]:
    """Every bar that counts, by feature."""
    return {bar.feature_id: bar for domain in explanation.domains for bar in domain.bars}


def test_the_bars_are_the_score(found: Explanation) -> None:
    """Domains and features both add up to it."""
    assert found.score > DETECTION.route_threshold_score
    assert sum(domain.contribution for domain in found.domains) == pytest.approx(found.score, abs=1e-9)
    assert sum(bar.contribution for bar in _bars(found).values()) == pytest.approx(found.score, abs=1e-9)


def test_without_a_features_run_the_score_is_smaller_by_its_bar_or_the_runner_up_steps_in(
    walked: Walk, found: Explanation
) -> None:
    """Taking the strongest domain out lets the runner-up in, and nothing else changes."""
    judgement = walked.judgement_of(NIGHT)
    domain = judgement.weighing.domain[0, 0].copy()
    names = [each.name for each in PROFILE.domains]
    domain[names.index(found.domains[0].name)] = 0.0

    without = np.sort(domain)[-DETECTION.top_domain_count :].sum()

    assert found.runner_up is not None
    expected = found.score - found.domains[0].contribution + found.runner_up.contribution
    assert without == pytest.approx(expected, abs=1e-9)


def test_the_onset_is_near_the_day_of_change(found: Explanation) -> None:
    """Day 65 is 6 March; the earliest run began within days of it."""
    assert found.onset_day is not None
    assert abs((found.onset_day - date(2024, 3, 6)).days) <= 7


def test_values_are_in_natural_units(found: Explanation) -> None:
    """Steps, hours since noon."""
    bars = _bars(found)

    assert bars["steps_count"].usual == pytest.approx(6400.0, abs=700.0)
    assert bars["steps_count"].recent == pytest.approx(3900.0, abs=900.0)
    assert bars["sleep_midpoint_h"].usual == pytest.approx(15.5, abs=0.5)
    assert bars["sleep_midpoint_h"].recent == pytest.approx(17.5, abs=1.0)


def test_days_without_data_are_not_counted_as_seen(found: Explanation) -> None:
    """Two of the last seven days have no distance."""
    assert _bars(found)["distance_km"].days_seen == 5


def test_what_moves_the_other_way_is_listed(found: Explanation) -> None:
    """More messages, in a pattern of withdrawal."""
    against = [bar.feature_id for bar in found.against]

    assert against == ["outgoing_text_count"]
    assert found.against[0].days_beyond >= 5
    assert found.against[0].recent > found.against[0].usual


def test_the_other_participant_is_as_usual(walked: Walk) -> None:
    """Nothing leaks."""
    other = explain(walked, "p2", NIGHT, Direction.WITHDRAWAL)

    assert other.decision is Decision.QUIET
    assert other.score < DETECTION.digest_threshold_score
    assert other.standing is Standing.ESTABLISHED
    assert other.grade is Grade.A


def test_a_fall_of_coverage_is_unusual_and_speaks_for_no_direction(walked: Walk) -> None:
    """It is a question to ask, not a sign of withdrawal."""
    unusual = explain(walked, "p1", NIGHT, Direction.UNUSUAL)
    withdrawal = explain(walked, "p1", NIGHT, Direction.WITHDRAWAL)

    assert _bars(unusual)["coverage_gps_ratio"].days_beyond == 7
    assert "coverage_gps_ratio" not in _bars(withdrawal)


@pytest.mark.parametrize("direction", list(Direction))
def test_every_night_can_be_explained_from_the_first_on(walked: Walk, direction: Direction) -> None:
    """With no baseline, half of one, and a whole one."""
    for judgement in walked.judgements[::9]:
        explanation = explain(walked, "p1", judgement.day, direction)
        total = sum(domain.contribution for domain in explanation.domains)
        assert total == pytest.approx(explanation.score, abs=1e-9)
        assert lines(explanation)


def test_a_night_that_was_not_judged_is_refused(walked: Walk) -> None:
    """The message names the night."""
    with pytest.raises(InvariantError, match="no judgement of 2030-01-01"):
        explain(walked, "p1", date(2030, 1, 1), Direction.WITHDRAWAL)


def test_the_sentences_say_what_changed_and_what_did_not(found: Explanation) -> None:
    """Heading, changes, the other way, how far the data carry."""
    text = lines(found)

    assert text[0].startswith("Withdrawal pattern since ")
    assert any(line.startswith("The middle of sleep was at ") for line in text)
    assert any(line.startswith("The other way: Outgoing messages: ") for line in text)
    assert text[-1] == "Established baseline; data grade A."


def test_days_without_data_are_named(found: Explanation) -> None:
    """Seven days are not claimed where five were seen."""
    assert "of the 5 days with data in the last week." in sentence(_bars(found)["distance_km"])


def test_a_feature_that_stayed_as_usual_says_so(found: Explanation) -> None:
    """No day is claimed."""
    bar = dataclasses.replace(_bars(found)["steps_count"], days_beyond=0, days_seen=6)

    assert sentence(bar).endswith("as usual on the 6 days with data in the last week.")


def test_a_sentence_compares_with_the_usual(found: Explanation) -> None:
    """In hours and minutes, on how many nights."""
    bar = dataclasses.replace(
        _bars(found)["sleep_offset_h"],
        marker=next(m for d in PROFILE.domains for m in d.markers if m.name == "sleep_duration"),
        shown=Shown.DURATION_H,
        recent=5.1666,
        usual=7.4166,
        spread=0.9166,
        days_beyond=6,
        days_seen=7,
    )

    assert sentence(bar) == "Slept 5 h 10 (usual 7 h 25 ± 55 min) on 6 of the last 7 nights."


def test_the_cap_and_the_fading_are_told(found: Explanation) -> None:
    """A bar that was cut says so."""
    bar = dataclasses.replace(_bars(found)["steps_count"], lost_to_cap=1.0, lost_to_decay=1.0)
    domain = dataclasses.replace(found.domains[0], bars=(bar,))

    text = lines(dataclasses.replace(found, domains=(domain,)))[1]

    assert text.endswith("Counted up to the limit for one feature. Counted less because days are missing.")


def test_a_provisional_baseline_says_how_many_days_it_has(found: Explanation) -> None:
    """The number of days stands beside the word."""
    early = dataclasses.replace(found, standing=Standing.PROVISIONAL, baseline_days=19)

    assert lines(early)[-1] == "Provisional baseline, n = 19 days; data grade A."


def test_a_mixed_pattern_is_named(found: Explanation) -> None:
    """Both directions are high."""
    assert heading(dataclasses.replace(found, is_mixed=True)).endswith("a mixed pattern.")


def test_nothing_is_said_of_illness(walked: Walk) -> None:
    """Words that a clinician alone may use."""
    for direction in Direction:
        text = " ".join(lines(explain(walked, "p1", NIGHT, direction))).lower()
        for word in ("mania", "manic", "depress", "episode", "risk", "probab", "detected", "predict", "diagnos"):
            assert word not in text


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        (7.4166, Shown.DURATION_H, "7 h 25"),
        (0.9, Shown.DURATION_H, "54 min"),
        (0.999, Shown.DURATION_H, "1 h 00"),
        (16.17, Shown.CLOCK_SINCE_NOON_H, "04:10"),
        (11.999, Shown.CLOCK_SINCE_NOON_H, "00:00"),
        (25.5, Shown.CLOCK_SINCE_NOON_H, "13:30"),
        (-8.5, Shown.CLOCK_SINCE_NOON_H, "03:30"),
        (44.6, Shown.MINUTES, "45 min"),
        (2.25, Shown.COUNT, "2.2"),
        (6400.2, Shown.COUNT, "6,400"),
        (4.24, Shown.KILOMETRES, "4.2 km"),
        (0.823, Shown.SHARE, "82 %"),
        (0.0213, Shown.MILLI_G, "21 thousandths of g"),
    ],
)
def test_amounts_are_written_as_people_write_them(value: float, shown: Shown, expected: str) -> None:
    """Every kind of value."""
    assert expected == amount(value, shown)
