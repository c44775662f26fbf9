"""The walk over nights, in order: main entry of the detector.

Guarded directional CUSUM with domain corroboration. For each participant and night: a baseline that ends a guard
gap before the night (`alerts.baselines.usual`), tonight as a normal score of the predictive distribution
(`residual`), a cumulative sum per direction and feature (`evidence`), averages by domain of which the strongest are
added (`corroboration`), and one decision (`decision`). What is judged of a night never depends on a later day, and
walking on from a stored state gives what walking from the start would have given.

The thresholds are starter values. The published 18.2 was simulated for equal weights; with the classes in force
a score is smaller, and `benchmarks/detector.py` gives, for 12, about 0.2 (withdrawal) and 0.5 (activation) flags a
participant-year when nothing happens. Both await calibration on a site's own records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from alerts.baselines.arrays import Bools
from alerts.deviations.grid import Grid
from alerts.deviations.night import DIRECTED, Held, Judgement, Record, recorded, step
from alerts.deviations.profile import DIRECTIONS, Profile
from alerts.deviations.state import State, fresh_state
from pipeline.errors import InvariantError
from pipeline.site import Detection

RULE_VERSION = "gdc-1"
"""Changes with every change of the method; settings and profile have digests of their own."""


@dataclass(frozen=True)
class Walk:
    """All nights judged, in order, and the state after the last."""

    record: Record
    judgements: tuple[Judgement, ...]
    state: State

    def judgement_of(self, night: date) -> Judgement:
        """The judgement of one night; `InvariantError` where the walk did not judge it."""
        found = [judgement for judgement in self.judgements if judgement.day == night]
        if not found:
            raise InvariantError(
                f"found no judgement of {night} on this walk, expected a night it judged; walk over it"
            )
        return found[0]


def walk(
    grid: Grid,
    detection: Detection,
    profile: Profile,
    state: State | None = None,
    *,
    open_directions: Bools | None = None,
    disposed: Bools | None = None,
    pooled: Mapping[str, float] | None = None,
) -> Walk:
    """Judge every night of the grid after `state.as_of_day`, or from the grid's first day.

    `open_directions` and `disposed` (participants x days x 2: withdrawal, activation) say where the records hold an
    alert open, and where a person disposed of one; flags raised on this walk stay open by themselves until then.
    `pooled` gives the site's own within-person spreads by feature, on the transformed scale. Raises `InvariantError`
    where grid, profile and state do not belong together or the grid begins too late for the baselines.
    """
    before = state or fresh_state(grid.participants, profile, detection, grid.first_day)
    _check(grid, profile, before, detection)
    record = recorded(grid, pooled)
    judged = list(nights(record, before, detection, held_by_night(grid, before, open_directions, disposed)))
    after = judged[-1][0] if judged else before
    return Walk(record, tuple(judgement for _, judgement in judged), after)


def nights(
    record: Record, state: State, detection: Detection, held: Iterable[Held]
) -> Iterator[tuple[State, Judgement]]:
    """Judge one night after another, handing each over as it is done, so that a long walk need not be kept whole."""
    for of_night in held:
        state, judgement = step(state, record, of_night, detection)
        yield state, judgement


def held_by_night(grid: Grid, state: State, open_directions: Bools | None, disposed: Bools | None) -> Iterator[Held]:
    """What people did about alerts, for each night to judge."""
    nobody = np.zeros((len(grid.participants), len(DIRECTIONS)), dtype=np.bool_)
    for night in range(grid.index_of(state.as_of_day) + 1, grid.day_count):
        held = [nobody.copy(), nobody.copy()]
        for target, given in zip(held, (open_directions, disposed), strict=True):
            if given is not None:
                target[:, DIRECTED] = given[:, night]
        yield Held(*held)


def _check(grid: Grid, profile: Profile, state: State, detection: Detection) -> None:
    """Grid, profile and state must be of one kind, and the grid reach back as far as baselines look."""
    if grid.profile != profile or state.profile_digest != profile.digest:
        raise InvariantError("found a grid or state of another directional profile, expected the one given; rebuild it")
    if grid.participants != state.participants:
        raise InvariantError("found a state of other participants than the grid's; align it with `state.from_frame`")
    reach = state.as_of_day + timedelta(days=1 - detection.baseline_search_days)
    if grid.first_day > max(state.since_day, reach):
        raise InvariantError(
            f"found a grid from {grid.first_day}, expected it to begin by {max(state.since_day, reach)}; "
            "give the days that baselines look back on"
        )
