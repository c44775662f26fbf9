"""How often the person turns to others; what others do is context and is not scored."""

from __future__ import annotations

from alerts.baselines.transform import Transform
from alerts.deviations.profile import Candidate, Domain, Marker, Pull, Shown, WeightClass

_LITERATURE = ("Gillett 2021", "Dominiak 2022")
_LESS, _MORE = Pull(-1, WeightClass.B), Pull(1, WeightClass.B)

COMMUNICATION = Domain(
    name="communication",
    label="communication",
    markers=(
        Marker(
            name="outgoing_calls",
            label="outgoing calls",
            phrase="outgoing calls:",
            candidates=(
                Candidate(
                    feature_id="outgoing_call_count",
                    transform=Transform.LOG1P,
                    shown=Shown.COUNT,
                    starter_spread=0.7,
                    starter_source="StudentLife 0.73 (3 people, 196 days)",
                ),
            ),
            withdrawal=_LESS,
            activation=_MORE,
            literature=_LITERATURE,
        ),
        Marker(
            name="outgoing_texts",
            label="outgoing messages",
            phrase="outgoing messages:",
            candidates=(
                Candidate(
                    feature_id="outgoing_text_count",
                    transform=Transform.LOG1P,
                    shown=Shown.COUNT,
                    starter_spread=0.8,
                    starter_source="StudentLife 0.82 (3 people, 196 days)",
                ),
            ),
            withdrawal=_LESS,
            activation=_MORE,
            literature=(*_LITERATURE, "Beiwinkel 2016"),
        ),
        Marker(
            name="call_contacts",
            label="different people called or calling",
            phrase="different people on the phone:",
            candidates=(
                Candidate(
                    feature_id="call_contact_count",
                    transform=Transform.LOG1P,
                    shown=Shown.COUNT,
                    starter_spread=0.5,
                    starter_source="StudentLife 0.54 (3 people, 196 days)",
                ),
            ),
            withdrawal=_LESS,
            activation=_MORE,
            literature=_LITERATURE,
        ),
    ),
)
