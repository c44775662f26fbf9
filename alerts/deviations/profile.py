"""The directional profile: which features speak for which pattern, how strongly, and on what evidence.

Domains are declared in `alerts/deviations/domains/`, one module each, and found by walking that folder. Signs and
weight classes are fixed and versioned; they are never learned from one site. The literature named beside a marker
is where sign and class come from, read as abstracts: reasons for a design choice, not claims to show.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from alerts.baselines.transform import Transform
from alerts.deviations import domains
from pipeline.errors import InvariantError
from pipeline.walk import declared_in

PROFILE_VERSION = 1


class Direction(StrEnum):
    """The two directions, and the undirected channel beside them. Behaviour is named, never an illness."""

    WITHDRAWAL = "withdrawal"
    ACTIVATION = "activation"
    UNUSUAL = "unusual"

    @property
    def wording(self) -> str:
        """The wording for a clinician."""
        return f"{self.value} pattern"


DIRECTIONS = tuple(Direction)
"""The order of the direction axis of every array."""


class WeightClass(StrEnum):
    """How strong and consistent the evidence for a sign is: A strong, B moderate, C weak or conflicting."""

    A = "A"
    B = "B"
    C = "C"

    @property
    def weight(self) -> float:
        """The number that the class stands for."""
        return {WeightClass.A: 1.0, WeightClass.B: 0.6, WeightClass.C: 0.3}[self]


class Watch(StrEnum):
    """What the undirected channel sees in a marker."""

    BOTH_WAYS = "both_ways"
    DROP = "drop"
    NOTHING = "nothing"


class Shown(StrEnum):
    """How a value is written for a person."""

    DURATION_H = "duration_h"
    CLOCK_SINCE_NOON_H = "clock_since_noon_h"
    MINUTES = "minutes"
    COUNT = "count"
    STEPS = "steps"
    KILOMETRES = "kilometres"
    SHARE = "share"
    MILLI_G = "milli_g"


@dataclass(frozen=True)
class Pull:
    """A marker speaks for a direction when it moves with `sign` (+1 up, -1 down)."""

    sign: int
    weight_class: WeightClass


@dataclass(frozen=True)
class Candidate:
    """One feature that can fill a marker's role; `starter_spread` is its day-to-day SD on the transformed scale.

    Starter spreads were estimated within people, work and rest days apart, from the recording `starter_source`
    names, and hold until a site's own history replaces them (`alerts.baselines.pooled`).
    """

    feature_id: str
    transform: Transform
    shown: Shown
    starter_spread: float
    starter_source: str


@dataclass(frozen=True)
class Marker:
    """One behaviour. Each participant is judged by the first candidate that is usable on the night.

    `phrase` begins the sentence a clinician reads. `site_withdrawal` is a pull that a site may switch on.
    """

    name: str
    label: str
    phrase: str
    candidates: tuple[Candidate, ...]
    withdrawal: Pull | None
    activation: Pull | None
    literature: tuple[str, ...]
    watch: Watch = Watch.BOTH_WAYS
    is_nightly: bool = False
    site_withdrawal: Pull | None = None

    @property
    def is_scored(self) -> bool:
        """False for what is only displayed."""
        return self.withdrawal is not None or self.activation is not None

    def pull(self, direction: Direction) -> Pull | None:
        """How the marker speaks for a direction, if it does."""
        return {Direction.WITHDRAWAL: self.withdrawal, Direction.ACTIVATION: self.activation}.get(direction)


@dataclass(frozen=True)
class Domain:
    """Markers that move together and must not be counted twice."""

    name: str
    label: str
    markers: tuple[Marker, ...]


@dataclass(frozen=True)
class Profile:
    """All domains, in order of name, and the version of signs and weights."""

    version: int
    domains: tuple[Domain, ...]

    @property
    def digest(self) -> str:
        """Identifies exactly this profile: frozen with every flag."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def feature_ids(self) -> tuple[str, ...]:
        """Every feature the profile can use, in the order of the column axis of every array."""
        found = tuple(c.feature_id for d in self.domains for m in d.markers for c in m.candidates)
        if len(set(found)) != len(found):
            raise InvariantError("found a feature declared twice in the directional profile; declare each one once")
        return found


def declared_profile(*, scores_long_sleep: bool = False) -> Profile:
    """The profile as declared; `scores_long_sleep` switches on the withdrawal pulls that are left to the site."""
    found = tuple(sorted(declared_in(domains, Domain), key=lambda domain: domain.name))
    if scores_long_sleep:
        found = tuple(_with_site_pulls(domain) for domain in found)
    return Profile(PROFILE_VERSION, found)


def _with_site_pulls(domain: Domain) -> Domain:
    """The domain with its optional pulls in force."""
    markers = tuple(dataclasses.replace(m, withdrawal=m.site_withdrawal or m.withdrawal) for m in domain.markers)
    return dataclasses.replace(domain, markers=markers)
