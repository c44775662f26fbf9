"""How the phone itself is used: at night it speaks for wakefulness, by day its meaning is disputed."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import (
    Candidate,
    Domain,
    Marker,
    Pull,
    Shown,
    Watch,
    WeightClass,
)

PHONE = Domain(
    name="phone",
    label="phone use",
    markers=(
        Marker(
            name="night_use",
            label="phone use at night",
            phrase="used the phone between midnight and five for",
            candidates=(
                Candidate(
                    feature_id="night_screen_min",
                    transform=Transform.LOG1P,
                    shown=Shown.MINUTES,
                    starter_spread=1.2,
                    starter_source="AWARE sample 1.17 (one phone, 31 nights)",
                ),
            ),
            withdrawal=None,
            activation=Pull(1, WeightClass.B),
            literature=("Jackson 2003",),
            is_nightly=True,
        ),
        Marker(
            name="screen_time",
            label="screen time",
            phrase="the screen was on for",
            candidates=(
                Candidate(
                    feature_id="screen_on_h",
                    transform=Transform.LOG1P,
                    shown=Shown.DURATION_H,
                    starter_spread=0.4,
                    starter_source="assumed: no recording of whole days was at hand",
                ),
            ),
            # Screen time rose with depression in one study and fell in another: shown, never scored.
            withdrawal=None,
            activation=None,
            literature=("Saeb 2015", "doi:10.1177/0004867418808900"),
            watch=Watch.NOTHING,
        ),
    ),
)
