"""Bursts of acceleration as a phone measures them: lying still, carried, in the hand, riding, walking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints
from pipeline.synthetic.life.life import Life

GRAVITY_M_PER_S2 = 9.80665
RATE_HZ = 10.0
STILL_NOISE, HELD_NOISE, CARRIED_NOISE, RIDING_NOISE, WALKING_NOISE = 0.015, 0.25, 0.12, 0.45, 0.7
"""Noise of one axis in m/s²."""
WALKING_SWING = (1.8, 4.2)
"""Amplitude of the vertical swing of a step in m/s², by burst."""
CADENCE_SPREAD_HZ = 0.08
CADENCE_LIMITS_HZ = (1.4, 2.3)


@dataclass(frozen=True)
class Acceleration:
    """Samples in order of time, in m/s², with gravity."""

    at_s: Floats
    x: Floats
    y: Floats
    z: Floats


def bursts(rng: np.random.Generator, life: Life) -> Acceleration:
    """All samples of the study: `acceleration_on_s` at 10 Hz every `acceleration_every_s`."""
    start_s = _burst_starts(rng, life)
    per_burst = int(life.plan.acceleration_on_s * RATE_HZ)
    in_burst_s = np.arange(per_burst) / RATE_HZ
    at_s = start_s[:, None] + in_burst_s + rng.uniform(0.0, 0.012, (len(start_s), per_burst))
    minute = life.minutes.index(start_s)
    walking = life.minutes.is_walking[minute] & life.minutes.is_carried[minute]
    down = _down(rng, life.minutes.is_carried[minute])
    swing = _swing(rng, life.traits.cadence_hz, in_burst_s, walking)
    noise = rng.normal(0.0, 1.0, (3, len(start_s), per_burst)) * _noise(life, start_s, minute)[:, None]
    x, y, z = (down[axis][:, None] * (GRAVITY_M_PER_S2 + swing) + noise[axis] for axis in range(3))
    # A second swing across the first, half as fast, is the sway from foot to foot.
    x = x + 0.3 * np.roll(swing, 3, axis=1)
    return Acceleration(at_s.ravel(), x.ravel(), y.ravel(), z.ravel())


def _burst_starts(rng: np.random.Generator, life: Life) -> Floats:
    begin_s, end_s = life.edges_s[0], life.edges_s[-1]
    every_s = float(life.plan.acceleration_every_s)
    count = int((end_s - begin_s) / every_s)
    start_s = begin_s + rng.uniform(0.0, 1.0) * every_s * 0.5 + np.arange(count) * every_s
    start_s = start_s + rng.uniform(0.0, min(4.0, every_s * 0.2), count)
    whole = life.reach.seen.contains(start_s) & life.reach.seen.contains(start_s + life.plan.acceleration_on_s)
    return np.asarray(start_s[whole])


def _down(rng: np.random.Generator, is_carried: Bools) -> Floats:
    """The direction of gravity in the phone's own axes: flat on a table, any way round in a pocket."""
    any_way = rng.normal(size=(3, len(is_carried)))
    any_way /= np.linalg.norm(any_way, axis=0)
    flat = np.array([0.0, 0.0, 1.0])[:, None]
    return np.where(is_carried, any_way, flat)


def _swing(rng: np.random.Generator, cadence_hz: float, in_burst_s: Floats, walking: Bools) -> Floats:
    """Vertical swing of steps, zero where nobody walks: the cadence and its first overtone."""
    frequency = np.clip(rng.normal(cadence_hz, CADENCE_SPREAD_HZ, len(walking)), *CADENCE_LIMITS_HZ)[:, None]
    phase = rng.uniform(0.0, 2.0 * np.pi, len(walking))[:, None] + 2.0 * np.pi * frequency * in_burst_s
    size = np.where(walking, rng.uniform(*WALKING_SWING, len(walking)), 0.0)[:, None]
    return np.asarray(size * (np.sin(phase) + 0.25 * np.sin(2.0 * phase + 0.6)))


def _noise(life: Life, start_s: Floats, minute: Ints) -> Floats:
    """Noise of each burst by what the phone is doing."""
    in_hand = life.phone.screen.contains(start_s)
    carried = life.minutes.is_carried[minute]
    return np.select(
        [carried & life.minutes.is_walking[minute], in_hand, carried & life.minutes.is_riding[minute], carried],
        [WALKING_NOISE, HELD_NOISE, RIDING_NOISE, CARRIED_NOISE],
        STILL_NOISE,
    ).astype(np.float64)
