"""Beiwe's `power_state`: transitions of screen and charger on Android, states of lock and charger on iOS."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Floats
from pipeline.synthetic.formats.hourly import milliseconds
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.spans import Spans

SCREEN_ON, SCREEN_OFF = "Screen turned on", "Screen turned off"
PLUGGED, UNPLUGGED = "Power connected", "Power disconnected"
SHUT_DOWN = "Device shut down signal received"
DOZE = "Device Idle (Doze) state change signal received; device in idle state."
AWAKE = "Device Idle (Doze) state change signal received; device not in idle state."
DOZE_AFTER_S = 3600.0
LEVEL_LOST_PER_H, LEVEL_GAINED_PER_H = 0.045, 0.4
LEVEL_STEP = 0.05
UNLOCKED_TWICE_SHARE = 0.05
FULL_LEVEL, LEAST_LEVEL = 0.98, 0.05
STATE_EVERY_S = 600.0


def android_power(life: Life) -> pl.DataFrame:
    """Every change of the screen, the charger and doze that the app lived to see, and shutting down."""
    screen, charging = life.phone.screen, life.phone.charging
    dozing = _dozing(screen, life.edges_s)
    parts = (
        (screen.start_s, SCREEN_ON),
        (screen.end_s, SCREEN_OFF),
        (charging.start_s, PLUGGED),
        (charging.end_s, UNPLUGGED),
        (dozing.start_s, DOZE),
        (dozing.end_s, AWAKE),
    )
    at_s = np.concatenate([instants for instants, _ in parts])
    event = np.repeat([text for _, text in parts], [len(instants) for instants, _ in parts])
    seen = life.reach.seen.contains(at_s)
    off_s = life.reach.off.start_s - 1.0
    told = life.reach.seen.contains(off_s)
    return pl.DataFrame(
        {
            "timestamp": milliseconds(np.append(at_s[seen], off_s[told])),
            "event": np.append(event[seen], np.full(int(told.sum()), SHUT_DOWN)),
        }
    ).sort("timestamp", maintain_order=True)


def ios_power(life: Life) -> pl.DataFrame:
    """Locks and unlocks, some written twice a few milliseconds apart, and charger states repeated with the level."""
    unlocked = life.phone.unlocked
    rng = life.rng("ios power")
    twice_s = unlocked.start_s[rng.random(len(unlocked)) < UNLOCKED_TWICE_SHARE] + 0.004
    state_s, level = _levels(life)
    at_s = np.concatenate([unlocked.start_s, twice_s, unlocked.end_s, state_s])
    event = np.concatenate(
        [
            np.full(len(unlocked) + len(twice_s), "Unlocked"),
            np.full(len(unlocked), "Locked"),
            _charger_states(life.phone.charging, state_s, level),
        ]
    )
    all_levels = np.interp(at_s, state_s, level)
    seen = life.reach.seen.contains(at_s)
    frame = pl.DataFrame(
        {
            "timestamp": milliseconds(at_s[seen]),
            "event": event[seen],
            "level": np.round(np.round(all_levels[seen] / LEVEL_STEP) * LEVEL_STEP, 2),
        }
    )
    return frame.sort("timestamp", maintain_order=True)


def _dozing(screen: Spans, edges_s: Floats) -> Spans:
    """Android dozes when the screen has been off for an hour, and stops just before it is turned on."""
    dark = screen.gaps(float(edges_s[0]), float(edges_s[-1]))
    long = dark.lasting(DOZE_AFTER_S + 600.0)
    return Spans(long.start_s + DOZE_AFTER_S, long.end_s - 1.0)


def _levels(life: Life) -> tuple[Floats, Floats]:
    """Battery level (0 to 1) at the instants at which it has changed by a step."""
    grid_s = np.arange(life.edges_s[0], life.edges_s[-1], STATE_EVERY_S)
    charging = life.phone.charging.contains(grid_s)
    per_step = np.where(charging, LEVEL_GAINED_PER_H, -LEVEL_LOST_PER_H) * STATE_EVERY_S / 3600.0
    level = _bounded_sum(per_step)
    step = np.round(level / LEVEL_STEP)
    changed = np.append(True, (step[1:] != step[:-1]) | (charging[1:] != charging[:-1]))
    return grid_s[changed], level[changed]


def _bounded_sum(steps: Floats) -> Floats:
    """A running sum from full that stays between the least level and full.

    Reflecting a running sum at a bound is the sum less its running excess; with two bounds, and a battery that is
    charged far faster than it empties, bounding above first and below after is close enough for a level.
    """
    total = 1.0 + np.cumsum(steps)
    below_full = total - np.maximum(np.maximum.accumulate(total) - 1.0, 0.0)
    return np.clip(below_full, LEAST_LEVEL, 1.0)


def _charger_states(charging: Spans, at_s: Floats, level: Floats) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    plugged = charging.contains(at_s)
    return np.where(plugged, np.where(level >= FULL_LEVEL, "Full", "Charging"), "Unplugged")
