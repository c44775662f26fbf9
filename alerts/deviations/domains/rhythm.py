"""How strongly activity differs between day and night."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Pull, Shown, WeightClass

RHYTHM = Domain(
    name="rhythm",
    label="day-night rhythm",
    markers=(
        Marker(
            name="relative_amplitude",
            label="day-night contrast of movement",
            phrase="the day-night contrast of movement was",
            candidates=(
                Candidate(
                    feature_id="relative_amplitude_ratio",
                    transform=Transform.LOGIT,
                    shown=Shown.SHARE,
                    starter_spread=0.4,
                    starter_source="Depresjon 0.36 over 7 days, 0.68 a day (wrist, 212 days)",
                ),
            ),
            withdrawal=Pull(-1, WeightClass.B),
            activation=None,
            literature=("Difrancesco 2019", "Witting 1990"),
        ),
    ),
)
