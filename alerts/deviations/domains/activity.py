"""How much the person moves, and how long they stay still."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Pull, Shown, WeightClass

_LITERATURE = ("Tazawa 2019", "Difrancesco 2019")

ACTIVITY = Domain(
    name="activity",
    label="activity",
    markers=(
        Marker(
            name="movement",
            label="movement",
            phrase="moved",
            candidates=(
                # Before the count itself: counted steps follow the sampling as much as the person.
                Candidate(
                    feature_id="steps_estimated_count",
                    transform=Transform.SQRT,
                    shown=Shown.STEPS,
                    starter_spread=18.0,
                    starter_source="digiBP 20.6, median person 16.3 (424 days); PMData 20.3 (one person)",
                ),
                Candidate(
                    feature_id="steps_count",
                    transform=Transform.SQRT,
                    shown=Shown.STEPS,
                    starter_spread=18.0,
                    starter_source="digiBP 20.6, median person 16.3 (424 days); PMData 20.3 (one person)",
                ),
                Candidate(
                    feature_id="movement_mean_g",
                    transform=Transform.LOG1P_MILLI,
                    shown=Shown.MILLI_G,
                    starter_spread=0.4,
                    starter_source="Depresjon 0.30 (wrist, 212 days), widened for a phone that is put down",
                ),
                Candidate(
                    feature_id="active_min",
                    transform=Transform.LOG1P,
                    shown=Shown.MINUTES,
                    starter_spread=0.7,
                    starter_source="between Depresjon 0.26 (active minutes, wrist) and PMData 1.13 (moderate activity)",
                ),
                Candidate(
                    feature_id="walking_h",
                    transform=Transform.LOG1P,
                    shown=Shown.DURATION_H,
                    starter_spread=0.3,
                    starter_source="0.7 of active minutes, brought to hours at about one hour a day",
                ),
            ),
            withdrawal=Pull(-1, WeightClass.A),
            activation=Pull(1, WeightClass.B),
            literature=_LITERATURE,
        ),
        Marker(
            name="longest_still",
            label="longest time without movement",
            phrase="the longest time without movement was",
            candidates=(
                Candidate(
                    feature_id="longest_still_h",
                    transform=Transform.LOG1P,
                    shown=Shown.DURATION_H,
                    starter_spread=0.3,
                    starter_source="Depresjon 0.27 (wrist, 212 days)",
                ),
            ),
            withdrawal=Pull(1, WeightClass.A),
            activation=Pull(-1, WeightClass.B),
            literature=_LITERATURE,
        ),
    ),
)
