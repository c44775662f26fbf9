"""Chance: generators that depend on seed, participant and purpose alone, and the few distributions used everywhere."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def generator(seed: int, participant_index: int, purpose: str) -> np.random.Generator:
    """A generator of its own for each participant and purpose.

    Participant k is the same whatever the number of participants, and a new draw for one purpose leaves the others
    as they were.
    """
    return np.random.default_rng([seed, participant_index, zlib.crc32(purpose.encode())])


def clipped_normal(rng: np.random.Generator, mean: float, sd: float, low: float, high: float) -> float:
    """One normal draw, drawn in to the nearest bound."""
    return float(np.clip(rng.normal(mean, sd), low, high))


def log_normal(rng: np.random.Generator, median: float | Floats, sigma: float, size: int | None = None) -> Floats:
    """Log-normal draws around a median; `sigma` is the spread of the logarithm."""
    shape = np.shape(median) if size is None else (size,)
    return np.asarray(median * np.exp(rng.normal(0.0, sigma, shape)), dtype=np.float64)


def negative_binomial(rng: np.random.Generator, mean: Floats, dispersion: float) -> Ints:
    """Counts whose variance is mean + mean² / dispersion."""
    return np.asarray(rng.poisson(rng.gamma(dispersion, np.maximum(mean, 0.0) / dispersion)), dtype=np.int64)


def autoregressive(rng: np.random.Generator, length: int, phi: Floats, correlation: float) -> Floats:
    """Noise of SD 1, (length, len(phi)): lag-1 correlation `phi` in each column, `correlation` between columns."""
    common = rng.normal(size=(length, 1)) * np.sqrt(correlation)
    own = rng.normal(size=(length, len(phi))) * np.sqrt(1.0 - correlation)
    steps = common + own
    noise = np.empty((length, len(phi)), dtype=np.float64)
    noise[0] = steps[0]
    for day in range(1, length):
        noise[day] = phi * noise[day - 1] + np.sqrt(1.0 - phi**2) * steps[day]
    return noise
