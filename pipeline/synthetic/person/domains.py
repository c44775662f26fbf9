"""Seven domains of behaviour, and how far each is moved on each day, in the person's own standard deviations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from pipeline.synthetic.chance import Floats, autoregressive


class Domain(IntEnum):
    """A column of a table of days by domains."""

    SLEEP_AMOUNT = 0
    SLEEP_TIMING = 1
    ACTIVITY = 2
    MOBILITY = 3
    CONTACT = 4
    SCREEN = 5
    MOOD = 6


DOMAIN_COUNT = len(Domain)

LAG_ONE_LOW, LAG_ONE_HIGH = 0.1, 0.5
CORRELATION_BETWEEN_DOMAINS = 0.2
DRIFT_SD_PER_DAY = (0.005, 0.02)


@dataclass(frozen=True)
class Days:
    """Days by domains: `shift` is what befell the person, `noise` has SD 1 and comes from nothing in particular."""

    shift: Floats
    noise: Floats

    def level(self, domain: Domain) -> Floats:
        """Where a domain stands on each day, in own standard deviations."""
        return np.asarray(self.shift[:, domain] + self.noise[:, domain])


def ordinary_noise(rng: np.random.Generator, day_count: int) -> Floats:
    """Day-to-day noise of SD 1, correlated from day to day and, weakly, between domains."""
    phi = LAG_ONE_LOW + (LAG_ONE_HIGH - LAG_ONE_LOW) * rng.beta(2.0, 2.0, DOMAIN_COUNT)
    return autoregressive(rng, day_count, phi, CORRELATION_BETWEEN_DOMAINS)


def slow_drift(rng: np.random.Generator, day_count: int) -> Floats:
    """How habits wander: a random walk in each domain, from nothing on the first day."""
    step = rng.uniform(*DRIFT_SD_PER_DAY, DOMAIN_COUNT)
    walk = np.cumsum(rng.normal(size=(day_count, DOMAIN_COUNT)) * step, axis=0)
    return np.asarray(walk - walk[0])
