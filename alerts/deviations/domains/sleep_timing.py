"""When the person sleeps: later speaks for withdrawal, earlier for activation."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Pull, Shown, WeightClass

_LITERATURE = ("doi:10.1111/bdi.70054", "doi:10.1038/s41746-024-01333-z", "Moon 2016")

SLEEP_TIMING = Domain(
    name="sleep_timing",
    label="sleep timing",
    markers=(
        Marker(
            name="sleep_midpoint",
            label="middle of sleep",
            phrase="the middle of sleep was at",
            candidates=(
                Candidate(
                    feature_id="sleep_midpoint_h",
                    transform=Transform.CLOCK,
                    shown=Shown.CLOCK_SINCE_NOON_H,
                    starter_spread=1.1,
                    starter_source="PMData 1.10 (wearable, 616 nights)",
                ),
            ),
            withdrawal=Pull(1, WeightClass.A),
            activation=Pull(-1, WeightClass.A),
            literature=_LITERATURE,
            is_nightly=True,
        ),
        Marker(
            name="wake_time",
            label="waking time",
            phrase="woke at",
            candidates=(
                Candidate(
                    feature_id="sleep_offset_h",
                    transform=Transform.CLOCK,
                    shown=Shown.CLOCK_SINCE_NOON_H,
                    starter_spread=1.2,
                    starter_source="PMData 1.19 (wearable, 616 nights)",
                ),
            ),
            withdrawal=Pull(1, WeightClass.A),
            activation=Pull(-1, WeightClass.A),
            literature=_LITERATURE,
            is_nightly=True,
        ),
    ),
)
