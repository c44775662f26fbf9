"""The directional profile as arrays: one column a feature, columns of a domain side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from alerts.baselines.arrays import Bools, Floats, Indices
from alerts.baselines.transform import Transform
from alerts.deviations.profile import DIRECTIONS, Candidate, Direction, Domain, Marker, Profile, Watch, WeightClass


@dataclass(frozen=True)
class Column:
    """One feature's place in the profile; `rivals` are the columns preferred to it for the same marker."""

    domain: Domain
    marker: Marker
    candidate: Candidate
    rivals: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Arrays over directions x columns (`sign`, `weight`) or columns; `starts` is each domain's first column."""

    columns: tuple[Column, ...]
    domains: tuple[Domain, ...]
    starts: Indices
    sign: Floats
    weight: Floats
    is_drop: Bools
    is_clock: Bools
    starter_spread: Floats

    @property
    def feature_ids(self) -> tuple[str, ...]:
        """The feature of each column."""
        return tuple(column.candidate.feature_id for column in self.columns)


@lru_cache(maxsize=8)
def layout_of(profile: Profile) -> Layout:
    """Lay a profile out."""
    columns = tuple(_columns(profile))
    sizes = [sum(len(marker.candidates) for marker in domain.markers) for domain in profile.domains]
    pulls = [[column.marker.pull(direction) for column in columns] for direction in DIRECTIONS]
    weight = np.array([[pull.weight_class.weight if pull else 0.0 for pull in row] for row in pulls])
    weight[DIRECTIONS.index(Direction.UNUSUAL)] = [float(c.marker.watch is not Watch.NOTHING) for c in columns]
    return Layout(
        columns=columns,
        domains=profile.domains,
        starts=np.cumsum([0, *sizes[:-1]]),
        sign=np.array([[float(pull.sign) if pull else 0.0 for pull in row] for row in pulls]),
        weight=weight,
        is_drop=np.array([column.marker.watch is Watch.DROP for column in columns]),
        is_clock=np.array([column.candidate.transform is Transform.CLOCK for column in columns]),
        starter_spread=np.array([column.candidate.starter_spread for column in columns]),
    )


def spreads_of(layout: Layout, pooled: Mapping[str, float] | None) -> Floats:
    """The prior spread of each column: the site's own pooled value where there is one, else the starter value."""
    own = pooled or {}
    return np.array(
        [own.get(column.candidate.feature_id, column.candidate.starter_spread) for column in layout.columns]
    )


def weakest_weight() -> float:
    """The weight at and below which a domain's evidence is held to half."""
    return WeightClass.C.weight


def _columns(profile: Profile) -> list[Column]:
    """One column per candidate, in order of domain, marker and preference."""
    found: list[Column] = []
    for domain in profile.domains:
        for marker in domain.markers:
            first = len(found)
            for place, candidate in enumerate(marker.candidates):
                found.append(Column(domain, marker, candidate, tuple(range(first, first + place))))
    return found
