"""Sleep: when somebody falls asleep and wakes on each night, and when they lie awake between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Floats
from pipeline.synthetic.person.calendar import Calendar
from pipeline.synthetic.person.domains import Days, Domain
from pipeline.synthetic.person.traits import SleepTraits
from pipeline.synthetic.spans import Spans, union
from pipeline.synthetic.wall_clock import HOUR_S, to_utc

LEAST_SLEEP_H, MOST_SLEEP_H = 2.5, 13.0
LEAST_AWAKE_H = 7.0
NOISE_SHARE_OF_SPREAD = 0.92
"""The rest of the spread from night to night is the difference between free and working nights."""
AWAKENINGS_A_NIGHT = 2.0


@dataclass(frozen=True)
class Nights:
    """One entry a night; night n ends on day n. `awakenings` lie inside the nights."""

    onset_s: Floats
    offset_s: Floats
    asleep_h: Floats
    awakenings: Spans

    @property
    def spans(self) -> Spans:
        """From falling asleep to waking up for good, awakenings included."""
        return Spans(self.onset_s, self.offset_s)


def draw_nights(rng: np.random.Generator, sleep: SleepTraits, calendar: Calendar, days: Days) -> Nights:
    """All nights of the calendar, on the UTC timeline."""
    duration_h, midsleep_h = _durations(sleep, calendar, days), _midsleeps(sleep, calendar, days)
    offset_s = to_utc(calendar.clocks, calendar.night_zone, calendar.day_number, midsleep_h + duration_h / 2.0)
    onset_s = offset_s - duration_h * HOUR_S
    # Nobody falls asleep until they have been up for a while: after a very late morning the night begins later.
    onset_s[1:] = np.maximum(onset_s[1:], offset_s[:-1] + LEAST_AWAKE_H * HOUR_S)
    offset_s = np.maximum(offset_s, onset_s + LEAST_SLEEP_H * HOUR_S)
    awakenings = _awakenings(rng, sleep, onset_s, offset_s)
    asleep_h = (offset_s - onset_s - _seconds_in_each(awakenings, onset_s)) / HOUR_S
    return Nights(onset_s, offset_s, asleep_h, awakenings)


def _durations(sleep: SleepTraits, calendar: Calendar, days: Days) -> Floats:
    """Hours from falling asleep to waking up."""
    level = days.shift[:, Domain.SLEEP_AMOUNT] + NOISE_SHARE_OF_SPREAD * days.noise[:, Domain.SLEEP_AMOUNT]
    usual = sleep.duration_h + sleep.free_night_extra_h * (calendar.is_free - calendar.is_free.mean())
    return np.asarray(np.clip(usual + sleep.duration_sd_h * level, LEAST_SLEEP_H, MOST_SLEEP_H))


def _midsleeps(sleep: SleepTraits, calendar: Calendar, days: Days) -> Floats:
    """The local hour of the middle of sleep; early and late shifts drag it along."""
    free = sleep.social_jetlag_h * (calendar.is_free - calendar.is_free.mean())
    is_shift = calendar.is_work_day & np.isfinite(calendar.shift_starts_h)
    for_shift = np.where(is_shift, np.where(np.nan_to_num(calendar.shift_starts_h) < 12.0, -1.2, 0.8), 0.0)  # noqa: PLR2004 -- before noon
    return np.asarray(
        sleep.midsleep_h + free + for_shift + calendar.jetlag_h + sleep.midsleep_sd_h * days.level(Domain.SLEEP_TIMING)
    )


def _awakenings(rng: np.random.Generator, sleep: SleepTraits, onset_s: Floats, offset_s: Floats) -> Spans:
    """Times awake at night, so long that the person's sleep efficiency comes out on average."""
    count = rng.poisson(AWAKENINGS_A_NIGHT, len(onset_s))
    night = np.repeat(np.arange(len(onset_s)), count)
    length_s = offset_s[night] - onset_s[night]
    lost_s = (1.0 - sleep.efficiency_ratio) * length_s / AWAKENINGS_A_NIGHT
    awake_s = np.clip(rng.gamma(2.0, lost_s / 2.0), 60.0, 0.2 * length_s)
    start_s = onset_s[night] + 900.0 + rng.random(len(night)) * (length_s - awake_s - 1800.0)
    return union(start_s, start_s + awake_s)


def _seconds_in_each(awakenings: Spans, onset_s: Floats) -> Floats:
    night = np.searchsorted(onset_s, awakenings.start_s, side="right") - 1
    return np.bincount(night, awakenings.end_s - awakenings.start_s, minlength=len(onset_s)).astype(np.float64)
