"""How long the person sleeps."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Pull, Shown, WeightClass

SLEEP_AMOUNT = Domain(
    name="sleep_amount",
    label="sleep amount",
    markers=(
        Marker(
            name="sleep_duration",
            label="sleep duration",
            phrase="slept",
            candidates=(
                Candidate(
                    feature_id="sleep_duration_h",
                    transform=Transform.IDENTITY,
                    shown=Shown.DURATION_H,
                    starter_spread=1.3,
                    starter_source="PMData 1.06 (wearable, 616 nights), widened for sleep read from a phone",
                ),
            ),
            # Both longer and shorter sleep come before depression, so only a site may let longer sleep count.
            withdrawal=None,
            activation=Pull(-1, WeightClass.A),
            site_withdrawal=Pull(1, WeightClass.B),
            literature=("Jackson 2003", "Bauer 2009", "doi:10.1038/s41746-024-01333-z"),
            is_nightly=True,
        ),
    ),
)
