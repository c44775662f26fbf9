"""Location fixes as a phone's receiver gives them: in duty cycles, late at first, inexact, now and then far off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints, log_normal
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.person.confounders import days_of
from pipeline.synthetic.person.traits import KM_PER_DEGREE

FIX_EVERY_S = 1.017
"""Spacing of fixes inside a cycle, and the lateness of the next cycle below, as counted in a real export."""
CYCLE_LATE_S = (4.0, 25.0)
FIRST_FIX_MEDIAN_S = {"indoors": 16.0, "outdoors": 6.0}
NO_FIX_INDOORS_SHARE = 0.1
ACCURACY_MEDIAN_M = {"indoors": 20.0, "outdoors": 9.0}
ACCURACY_SIGMA = 0.75
ACCURACY_LIMITS_M = (3.8, 400.0)
FAR_OFF_SHARE = 0.004
FASTEST_SEEN_M_PER_S = 90.0
"""In an aircraft there is no fix."""
SPARSER_AFTER_CHANGE = 1.5


@dataclass(frozen=True)
class Fixes:
    """Fixes in order of time."""

    at_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    altitude_m: Floats
    accuracy_m: Floats


def cycled_fixes(rng: np.random.Generator, life: Life) -> Fixes:
    """All fixes of the study: `gps_on_s` on, `gps_off_s` off, at about 1 Hz while on."""
    cycle_s = _cycles(rng, life)
    outdoors = life.whereabouts.place_at(cycle_s) < 0
    first_s = log_normal(rng, np.where(outdoors, *_both(FIRST_FIX_MEDIAN_S)), 0.7)
    count = np.floor(np.maximum(life.plan.gps_on_s - first_s, 0.0) / FIX_EVERY_S).astype(np.int64)
    count[~outdoors & (rng.random(len(cycle_s)) < NO_FIX_INDOORS_SHARE)] = 0
    cycle = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(cycle)) - np.repeat(np.cumsum(count) - count, count)
    at_s = cycle_s[cycle] + first_s[cycle] + number * FIX_EVERY_S + rng.uniform(0.0, 0.02, len(cycle))
    return _measured(rng, life, at_s, cycle, outdoors)


def _both(by_surroundings: dict[str, float]) -> tuple[float, float]:
    return by_surroundings["outdoors"], by_surroundings["indoors"]


def _cycles(rng: np.random.Generator, life: Life) -> Floats:
    """The start of each cycle that the app lived to see; sparser from a change of the study's settings on."""
    begin_s, end_s = life.edges_s[0], life.edges_s[-1]
    period_s = float(life.plan.gps_on_s + life.plan.gps_off_s)
    count = int((end_s - begin_s) / period_s) + 1
    steps_s = period_s + rng.uniform(*CYCLE_LATE_S, count)
    usual_s = begin_s + rng.uniform(0.0, period_s) + np.cumsum(steps_s) - steps_s
    changes = days_of(life.confounders, "sampling_change")
    if changes:
        change_s = life.edges_s[changes[0]]
        later_s = change_s + np.cumsum(steps_s * SPARSER_AFTER_CHANGE)
        usual_s = np.append(usual_s[usual_s < change_s], later_s)
    return np.asarray(usual_s[life.reach.seen.contains(usual_s) & (usual_s < end_s)])


def _measured(rng: np.random.Generator, life: Life, at_s: Floats, cycle: Ints, outdoors: Bools) -> Fixes:
    """Where the phone seems to be: an error that stays for a cycle, a little wander, and fixes that are far off."""
    keep = life.reach.seen.contains(at_s) & (life.whereabouts.speed_at(at_s) < FASTEST_SEEN_M_PER_S)
    at_s, cycle = at_s[keep], cycle[keep]
    lat, lon = life.whereabouts.position_at(at_s)
    of_cycle = log_normal(rng, np.where(outdoors, *_both(ACCURACY_MEDIAN_M)), ACCURACY_SIGMA)
    accuracy = np.clip(of_cycle[cycle] * rng.uniform(0.85, 1.2, len(at_s)), *ACCURACY_LIMITS_M)
    # The stated accuracy is a 68 % radius; errors of one cycle share most of it.
    bias_m = rng.normal(0.0, 0.5, (2, len(outdoors))) * np.minimum(of_cycle, 120.0)
    error_m = bias_m[:, cycle] + rng.normal(0.0, 0.6, (2, len(at_s)))
    far_off = rng.random(len(at_s)) < FAR_OFF_SHARE
    error_m = np.where(far_off, rng.normal(0.0, 900.0, (2, len(at_s))), error_m)
    accuracy = np.where(far_off, rng.uniform(300.0, 2000.0, len(at_s)), accuracy)
    altitude = 35.0 + bias_m[0, cycle] * 0.5 + rng.normal(0.0, 1.5, len(at_s))
    return Fixes(at_s, *moved(lat, lon, error_m), altitude, accuracy)


def moved(lat_deg: Floats, lon_deg: Floats, by_m: Floats) -> tuple[Floats, Floats]:
    """Positions moved by metres north (row 0) and east (row 1)."""
    by_deg = by_m / (KM_PER_DEGREE * 1000.0)
    return lat_deg + by_deg[0], lon_deg + by_deg[1] / np.cos(np.radians(lat_deg))
