"""How much of the planned sampling arrived: a fall is a question to ask, and speaks for neither direction."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Shown, Watch

COVERAGE = Domain(
    name="coverage",
    label="coverage of the recording",
    markers=(
        Marker(
            name="location_coverage",
            label="coverage of location",
            phrase="the share of planned location readings was",
            candidates=(
                Candidate(
                    feature_id="coverage_gps_ratio",
                    transform=Transform.LOGIT,
                    shown=Shown.SHARE,
                    starter_spread=1.0,
                    starter_source="assumed: depends on the platform's sampling plan",
                ),
            ),
            withdrawal=None,
            activation=None,
            literature=("pmid:31304300",),
            watch=Watch.DROP,
        ),
        Marker(
            name="movement_coverage",
            label="coverage of movement",
            phrase="the share of planned movement readings was",
            candidates=(
                Candidate(
                    feature_id="coverage_accelerometer_ratio",
                    transform=Transform.LOGIT,
                    shown=Shown.SHARE,
                    starter_spread=1.0,
                    starter_source="assumed: depends on the platform's sampling plan",
                ),
            ),
            withdrawal=None,
            activation=None,
            literature=("pmid:31304300",),
            watch=Watch.DROP,
        ),
    ),
)
