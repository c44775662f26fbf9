"""How far and how often the person leaves home."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Pull, Shown, WeightClass

_LITERATURE = ("Terhorst 2024",)
_LESS, _MORE = Pull(-1, WeightClass.B), Pull(1, WeightClass.C)

MOBILITY = Domain(
    name="mobility",
    label="mobility",
    markers=(
        Marker(
            name="distance",
            label="distance travelled",
            phrase="travelled",
            candidates=(
                Candidate(
                    feature_id="distance_km",
                    transform=Transform.LOG1P,
                    shown=Shown.KILOMETRES,
                    starter_spread=0.8,
                    starter_source="StudentLife 0.80 (570 days)",
                ),
            ),
            withdrawal=_LESS,
            activation=_MORE,
            literature=_LITERATURE,
        ),
        Marker(
            name="places",
            label="places visited",
            phrase="places visited:",
            candidates=(
                Candidate(
                    feature_id="place_count",
                    transform=Transform.LOG1P,
                    shown=Shown.COUNT,
                    starter_spread=0.3,
                    starter_source="StudentLife 0.28 (570 days)",
                ),
            ),
            withdrawal=_LESS,
            activation=_MORE,
            literature=_LITERATURE,
        ),
        Marker(
            name="home_time",
            label="time at home",
            phrase="was at home for",
            candidates=(
                Candidate(
                    feature_id="home_time_h",
                    transform=Transform.LOGIT_OF_DAY,
                    shown=Shown.DURATION_H,
                    starter_spread=1.1,
                    starter_source="StudentLife 1.08 (570 days)",
                ),
            ),
            withdrawal=Pull(1, WeightClass.B),
            activation=Pull(-1, WeightClass.C),
            literature=(*_LITERATURE, "Laiou"),
        ),
    ),
)
