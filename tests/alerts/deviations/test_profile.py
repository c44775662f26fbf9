from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from alerts.baselines.transform import Transform
from alerts.deviations.layout import layout_of, spreads_of
from alerts.deviations.profile import (
    Candidate,
    Direction,
    Domain,
    Marker,
    Shown,
    Watch,
    WeightClass,
    declared_profile,
)
from pipeline.errors import InvariantError

PROFILE = declared_profile()
MARKERS = [marker for domain in PROFILE.domains for marker in domain.markers]


def _pulls(name: str) -> tuple[str, str]:
    """Sign and class of a marker for withdrawal and activation."""
    marker = next(marker for marker in MARKERS if marker.name == name)
    withdrawal, activation = (
        f"{pull.sign:+d}{pull.weight_class}" if pull else "0" for pull in (marker.withdrawal, marker.activation)
    )
    return withdrawal, activation


@pytest.mark.parametrize(
    ("name", "withdrawal", "activation"),
    [
        ("sleep_duration", "0", "-1A"),
        ("sleep_midpoint", "+1A", "-1A"),
        ("wake_time", "+1A", "-1A"),
        ("relative_amplitude", "-1B", "0"),
        ("movement", "-1A", "+1B"),
        ("longest_still", "+1A", "-1B"),
        ("distance", "-1B", "+1C"),
        ("places", "-1B", "+1C"),
        ("home_time", "+1B", "-1C"),
        ("outgoing_calls", "-1B", "+1B"),
        ("outgoing_texts", "-1B", "+1B"),
        ("call_contacts", "-1B", "+1B"),
        ("night_use", "0", "+1B"),
        ("screen_time", "0", "0"),
        ("location_coverage", "0", "0"),
        ("movement_coverage", "0", "0"),
    ],
)
def test_the_profile_is_the_one_that_was_agreed(name: str, withdrawal: str, activation: str) -> None:
    """Signs and classes change with a version and a reason, never by the way."""
    assert (withdrawal, activation) == _pulls(name)


def test_every_marker_is_in_the_table_above() -> None:
    """Sixteen markers."""
    assert len(MARKERS) == 16


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.name)
def test_every_marker_says_where_it_comes_from(marker: Marker) -> None:
    """Literature, wording, and a positive starter spread with its source."""
    assert marker.literature
    assert marker.label
    assert marker.phrase
    assert all(candidate.starter_spread > 0.0 and candidate.starter_source for candidate in marker.candidates)


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.name)
def test_clock_features_are_written_as_clock_times(marker: Marker) -> None:
    """And nothing else is."""
    for candidate in marker.candidates:
        assert (candidate.transform is Transform.CLOCK) == (candidate.shown is Shown.CLOCK_SINCE_NOON_H)


def test_the_directions_are_patterns_of_behaviour() -> None:
    """Names that a clinician reads."""
    expected = ["withdrawal pattern", "activation pattern", "unusual pattern"]

    assert expected == [direction.wording for direction in Direction]


def test_weight_classes_have_their_agreed_weights() -> None:
    """A 1, B 0.6, C 0.3."""
    assert [weight_class.weight for weight_class in WeightClass] == [1.0, 0.6, 0.3]


def test_the_digest_changes_with_a_sign() -> None:
    """A flag names exactly the profile it was raised by."""
    assert PROFILE.digest == declared_profile().digest
    assert PROFILE.digest != declared_profile(scores_long_sleep=True).digest


def test_a_feature_declared_twice_is_refused() -> None:
    """It would count twice."""
    twice = dataclasses.replace(PROFILE, domains=(*PROFILE.domains, PROFILE.domains[0]))

    with pytest.raises(InvariantError, match="declared twice"):
        _ = twice.feature_ids


def test_columns_of_a_domain_lie_side_by_side_and_rivals_come_first() -> None:
    """The layout follows the declaration."""
    layout = layout_of(PROFILE)

    assert layout.feature_ids == PROFILE.feature_ids
    for place, domain in enumerate(layout.domains):
        assert layout.columns[int(layout.starts[place])].domain is domain
    for index, column in enumerate(layout.columns):
        assert all(rival < index and layout.columns[rival].marker is column.marker for rival in column.rivals)


def test_what_is_only_displayed_has_no_weight_anywhere() -> None:
    """Screen time is shown and never scored."""
    layout = layout_of(PROFILE)

    assert layout.weight[:, layout.feature_ids.index("screen_on_h")].tolist() == [0.0, 0.0, 0.0]


def test_a_sites_own_spread_replaces_the_starter_value() -> None:
    """Only where the site has one."""
    layout = layout_of(PROFILE)
    spreads = spreads_of(layout, {"distance_km": 0.55})

    assert spreads[layout.feature_ids.index("distance_km")] == 0.55
    others = np.delete(np.arange(spreads.size), layout.feature_ids.index("distance_km"))
    np.testing.assert_array_equal(layout.starter_spread[others], spreads[others])


def test_a_new_marker_is_a_value_and_nothing_else() -> None:
    """A domain of one's own takes its place in the arrays without a change of code."""
    candidate = Candidate("typing_speed_ratio", Transform.LOGIT, Shown.SHARE, 0.4, "invented for this test")
    marker = Marker("typing", "typing", "typed at", (candidate,), None, None, ("none",), Watch.BOTH_WAYS)
    own = dataclasses.replace(PROFILE, domains=(*PROFILE.domains, Domain("typing", "typing", (marker,))))

    assert layout_of(own).feature_ids[-1] == "typing_speed_ratio"
    assert not marker.is_scored
