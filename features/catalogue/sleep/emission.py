"""What each kind of evidence says for and against three hidden states of a minute, and the code that packs it.

The person is awake with the phone at hand (state 0), awake with it lying elsewhere (1), or asleep (2). Awake has two
faces because use comes in bursts: without them, a quiet afternoon of unlike minutes would add up to sleep.

Probabilities are those of one minute *given the minutes before*: a phone that lay still tells little more by lying
still for another minute, so the tables of lasting states (lying, charging, dark, locked) differ by few per cent
between states 1 and 2, and only what breaks the stillness speaks loudly. They are chosen so that quiet hours near the
person's usual night are sleep, while a quiet afternoon stays waking unless stillness, darkness or a habit speak for
sleep as well; they are no estimates from patients. Channels that are not known in a minute say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

STATE_COUNT = 3


@dataclass(frozen=True)
class Channel:
    """One kind of evidence: its outcomes by name, each with its probability in the three states."""

    name: str
    outcomes: tuple[tuple[str, tuple[float, float, float]], ...]

    @property
    def code_count(self) -> int:
        """The outcomes and, as code 0, not known."""
        return len(self.outcomes) + 1


TOUCH = Channel(
    "touch",
    (
        ("none", (0.25, 0.982, 0.9920)),
        # A screen lit for a moment: a message came, or somebody looked at the time.
        ("glance", (0.15, 0.010, 0.0060)),
        ("use", (0.60, 0.008, 0.0020)),
    ),
)
MOVEMENT = Channel(
    "movement",
    (
        ("still", (0.40, 0.970, 0.9890)),
        ("slight", (0.30, 0.015, 0.0085)),
        ("moving", (0.30, 0.015, 0.0025)),
    ),
)
CHARGING = Channel("charging", (("no", (0.85, 0.650, 0.6460)), ("yes", (0.15, 0.350, 0.3540))))
LOCK = Channel("lock", (("no", (0.60, 0.500, 0.4900)), ("yes", (0.40, 0.500, 0.5100))))
DARK = Channel("dark", (("no", (0.80, 0.500, 0.4950)), ("yes", (0.20, 0.500, 0.5050))))
CONVERSATION = Channel("conversation", (("no", (0.80, 0.970, 0.9850)), ("yes", (0.20, 0.030, 0.0150))))
CHANNELS = (TOUCH, MOVEMENT, CHARGING, LOCK, DARK, CONVERSATION)

GLANCE_S = 15.0
"""Longer than the usual time for which an arriving message lights a screen."""
STILL_G = 0.006
"""Deviation of a phone at rest: the noise of common accelerometers is 2 to 4 thousandths of g."""
MOVING_G = 0.0167
"""Cut point between lying or standing still and light activity (Vähä-Ypyä 2015, doi:10.1371/journal.pone.0134813)."""


def log_likelihoods() -> NDArray[np.float64]:
    """The log-likelihood of every packed code in the three states; row 0 (nothing known) is zero."""
    table = np.zeros((1, STATE_COUNT))
    for channel in CHANNELS:
        known = np.log(np.array([probabilities for _, probabilities in channel.outcomes]))
        rows = np.vstack([np.zeros((1, STATE_COUNT)), known])
        table = (table[:, None, :] + rows[None, :, :]).reshape(-1, STATE_COUNT)
    return table


def packed_code() -> pl.Expr:
    """The code of a minute of `features.minutes.evidence.EVIDENCE`: one digit a channel, 0 where it is not known."""
    code = pl.lit(0, dtype=pl.Int16)
    for channel, digit in zip(CHANNELS, _digits(), strict=True):
        code = code * channel.code_count + digit.cast(pl.Int16)
    return code.cast(pl.Int16)


def is_sign() -> pl.Expr:
    """Whether somebody awake must have been there: the phone was used or handled."""
    used = (pl.col("screen_on_s") > GLANCE_S).fill_null(value=False)
    moving = (pl.col("movement_g") >= MOVING_G).fill_null(value=False)
    return used | moving | (pl.col("event_count") > 0) | (pl.col("active_count") > 0)


def _digits() -> tuple[pl.Expr, ...]:
    """One expression a channel, in the order of `CHANNELS`."""
    return (_touch(), _movement(), _flag("is_charging"), _lock(), _flag("is_dark"), _conversation())


def _touch() -> pl.Expr:
    is_use = (pl.col("event_count") > 0) | (pl.col("screen_on_s") > GLANCE_S)
    return (
        pl.when(is_use)
        .then(3)
        .when(pl.col("screen_on_s") > 0)
        .then(2)
        .when((pl.col("screen_on_s") == 0) | (pl.col("is_locked") & pl.col("screen_on_s").is_null()))
        .then(1)
        .otherwise(0)
    )


def _movement() -> pl.Expr:
    """From acceleration where there is some, else from what the phone inferred."""
    return (
        pl.when((pl.col("movement_g") >= MOVING_G) | (pl.col("movement_g").is_null() & (pl.col("active_count") > 0)))
        .then(3)
        .when(pl.col("movement_g") >= STILL_G)
        .then(2)
        .when((pl.col("movement_g") < STILL_G) | (pl.col("still_count") > 0))
        .then(1)
        .otherwise(0)
    )


def _lock() -> pl.Expr:
    """Long locks speak only where no screen does: they are made of the same touches."""
    return pl.when(pl.col("screen_on_s").is_null()).then(_flag("is_locked")).otherwise(0)


def _conversation() -> pl.Expr:
    is_heard = pl.col("conversation_s") > 0
    return pl.when(is_heard).then(2).when(is_heard.is_not_null()).then(1).otherwise(0)


def _flag(name: str) -> pl.Expr:
    return pl.when(pl.col(name)).then(2).when(pl.col(name).is_not_null()).then(1).otherwise(0)
