"""The phone: when its screen is on, when it is unlocked, charged and switched off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints, log_normal
from pipeline.synthetic.life.nights import Nights
from pipeline.synthetic.person.domains import Days, Domain
from pipeline.synthetic.person.traits import PhoneTraits
from pipeline.synthetic.spans import Spans, joined, union
from pipeline.synthetic.wall_clock import HOUR_S

GROSS_ERROR_SHARE = 0.04
"""Nights on which the phone was left alone long before sleep or after waking."""
USE_AT_AN_AWAKENING_SHARE = 0.3
GLANCES_PER_UNLOCK = 0.35
SESSION_SIGMA = 1.1
BETWEEN_SESSIONS_S = 4.0
EMPTY_BATTERY_PER_DAY = 0.06
NIGHT_CHARGE_SHARE = 0.85
DAY_CHARGES_MEAN = 0.5


@dataclass(frozen=True)
class PhoneLife:
    """Screen-on spans in order of time (`is_unlock` says which are more than a glance), charging, switched off."""

    screen: Spans
    is_unlock: Bools
    charging: Spans
    off: Spans

    @property
    def unlocked(self) -> Spans:
        """The sessions in which the phone was unlocked."""
        return Spans(self.screen.start_s[self.is_unlock], self.screen.end_s[self.is_unlock])


def draw_phone_life(rng: np.random.Generator, phone: PhoneTraits, nights: Nights, days: Days) -> PhoneLife:
    """Everything that the phone itself goes through."""
    in_hand_s = _in_hand(rng, phone, nights)
    off = _switched_off(rng, phone, in_hand_s)
    start_s, end_s, is_unlock = _sessions(rng, phone, in_hand_s, days)
    night_start_s, night_end_s = _night_sessions(rng, nights)
    start_s, end_s = np.append(start_s, night_start_s), np.append(end_s, night_end_s)
    is_unlock = np.append(is_unlock, np.ones(len(night_start_s), dtype=np.bool_))
    order = np.argsort(start_s, kind="stable")
    start_s, end_s, is_unlock = start_s[order], end_s[order], is_unlock[order]
    end_s = np.minimum(end_s, np.append(start_s[1:] - BETWEEN_SESSIONS_S, np.inf))
    keep = (end_s - start_s >= 1.0) & ~off.contains(start_s) & ~off.contains(end_s)
    return PhoneLife(Spans(start_s[keep], end_s[keep]), is_unlock[keep], _charging(rng, nights, in_hand_s), off)


def _in_hand(rng: np.random.Generator, phone: PhoneTraits, nights: Nights) -> tuple[Floats, Floats]:
    """From first to last use of each waking day: never quite from waking to sleep, now and then far from it."""
    wake_s, onset_s = nights.offset_s[:-1], nights.onset_s[1:]
    first_min = _lag(rng, phone.wake_to_first_use_min, phone.use_to_sleep_sd_min, len(wake_s))
    last_min = _lag(rng, phone.last_use_to_sleep_min, phone.use_to_sleep_sd_min, len(wake_s))
    return wake_s + first_min * 60.0, onset_s - last_min * 60.0


def _lag(rng: np.random.Generator, usual_min: float, sd_min: float, count: int) -> Floats:
    """Minutes between use and sleep: about usual, never below one, with a few gross errors of hours."""
    ordinary = np.maximum(rng.normal(usual_min, sd_min, count), 1.0)
    gross = rng.uniform(90.0, 200.0, count)
    return np.where(rng.random(count) < GROSS_ERROR_SHARE, gross, ordinary)


def _sessions(
    rng: np.random.Generator, phone: PhoneTraits, in_hand_s: tuple[Floats, Floats], days: Days
) -> tuple[Floats, Floats, Bools]:
    """Sessions of the waking days: as many and as long as the person's habit and the day want, first and last fixed."""
    count = len(in_hand_s[0])
    level = days.shift[:count, Domain.SCREEN] + days.noise[:count, Domain.SCREEN]
    factor = np.exp(phone.screen_sigma * level)
    unlocks = np.maximum(rng.poisson(phone.unlock_count * np.sqrt(factor)), 3)
    mean_s = phone.screen_h * HOUR_S * factor / unlocks
    start_s, length_s = _spread(rng, in_hand_s, unlocks, mean_s)
    glances = rng.poisson(GLANCES_PER_UNLOCK * unlocks)
    glance_s, glance_length_s = _spread(rng, in_hand_s, glances, np.full(count, 8.0))
    starts, lengths = np.append(start_s, glance_s), np.append(length_s, glance_length_s)
    is_unlock = np.arange(len(starts)) < len(start_s)
    last_s = np.repeat(in_hand_s[1], unlocks), np.repeat(in_hand_s[1], glances)
    return starts, np.minimum(starts + lengths, np.concatenate(last_s)), is_unlock


def _spread(
    rng: np.random.Generator, in_hand_s: tuple[Floats, Floats], count: Ints, mean_s: Floats
) -> tuple[Floats, Floats]:
    """Starts spread over each day, a little more towards its end, the first at once; lengths log-normal."""
    day = np.repeat(np.arange(len(count)), count)
    is_first = np.append(True, day[1:] != day[:-1])[: len(day)]
    share = np.where(is_first, 0.0, rng.random(len(day)) ** 0.85)
    room_s = np.maximum(in_hand_s[1] - in_hand_s[0], 60.0)[day]
    median_s = mean_s[day] * np.exp(-(SESSION_SIGMA**2) / 2.0)
    length_s = np.clip(log_normal(rng, median_s, SESSION_SIGMA), 2.0, 2.0 * HOUR_S)
    is_last = np.append(is_first[1:], True)[: len(day)]
    share = np.where(is_last & ~is_first, np.maximum(1.0 - length_s / room_s, 0.0), share)
    return in_hand_s[0][day] + share * room_s, length_s


def _night_sessions(rng: np.random.Generator, nights: Nights) -> tuple[Floats, Floats]:
    """Looking at the phone while awake at night, inside some of the awakenings."""
    awake = nights.awakenings.lasting(120.0)
    used = rng.random(len(awake)) < USE_AT_AN_AWAKENING_SHARE
    start_s, end_s = awake.start_s[used], awake.end_s[used]
    begin_s = start_s + rng.uniform(0.05, 0.3, len(start_s)) * (end_s - start_s)
    return begin_s, begin_s + rng.uniform(0.2, 0.9, len(start_s)) * (end_s - begin_s)


def _switched_off(rng: np.random.Generator, phone: PhoneTraits, in_hand_s: tuple[Floats, Floats]) -> Spans:
    """Every night for a few people, and a few hours now and then when the battery is empty."""
    empty = rng.random(len(in_hand_s[0])) < EMPTY_BATTERY_PER_DAY
    start_s = in_hand_s[0][empty] + rng.uniform(0.4, 0.9, int(empty.sum())) * (in_hand_s[1] - in_hand_s[0])[empty]
    flat = union(start_s, start_s + rng.uniform(0.5, 5.0, len(start_s)) * HOUR_S)
    if not phone.is_switched_off_at_night:
        return flat
    return joined(flat, Spans(in_hand_s[1][:-1] + 60.0, in_hand_s[0][1:] - 60.0).lasting(60.0))


def _charging(rng: np.random.Generator, nights: Nights, in_hand_s: tuple[Floats, Floats]) -> Spans:
    """On most nights, from about the last use to about the first, and now and then by day."""
    nightly = rng.random(len(nights.onset_s) - 2) < NIGHT_CHARGE_SHARE
    plugged_s = (in_hand_s[1][:-1] + rng.normal(0.0, 600.0, len(nightly)))[nightly]
    unplugged_s = (in_hand_s[0][1:] + rng.normal(600.0, 900.0, len(nightly)))[nightly]
    day = np.repeat(np.arange(len(in_hand_s[0])), rng.poisson(DAY_CHARGES_MEAN, len(in_hand_s[0])))
    start_s = in_hand_s[0][day] + rng.uniform(0.1, 0.9, len(day)) * (in_hand_s[1] - in_hand_s[0])[day]
    return union(np.append(plugged_s, start_s), np.append(unplugged_s, start_s + rng.uniform(900.0, 6000.0, len(day))))
