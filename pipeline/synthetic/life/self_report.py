"""What people answer about themselves: a mood item each evening, a nine-item questionnaire each week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Bools, Floats, Ints
from pipeline.synthetic.life.nights import Nights
from pipeline.synthetic.person.domains import Days, Domain

MOOD_MIDDLE, MOOD_PER_SD = 5.5, 1.1
ITEM_COUNT, ITEM_MOST = 9, 3
SELF_HARM_ITEM = 8
SELF_HARM_SEVERITY, SELF_HARM_SHARE = 0.9, 0.08
WEEK_DAYS = 7
DISENGAGED_AFTER_DAYS = 3


@dataclass(frozen=True)
class Answers:
    """Answers by day of the study: mood 0 to 10 in the evening, items 0 to 3 on the day of the questionnaire."""

    mood_day: Ints
    mood_at_s: Floats
    mood_score: Ints
    form_day: Ints
    form_at_s: Floats
    form_items: Ints


def draw_answers(rng: np.random.Generator, nights: Nights, days: Days, withdrawal: Floats) -> Answers:
    """All answers; people answer less as the weeks go by, and less while they are withdrawn."""
    count = len(nights.onset_s) - 1
    willing = _willingness(rng, count, withdrawal)
    evening_s = nights.onset_s[1:] - rng.uniform(0.7, 3.0, count) * 3600.0
    mood = MOOD_MIDDLE + MOOD_PER_SD * days.level(Domain.MOOD)[:count] + rng.normal(0.0, 0.6, count)
    answers = np.flatnonzero(rng.random(count) < willing)
    forms = np.flatnonzero((np.arange(count) % WEEK_DAYS == WEEK_DAYS - 1) & (rng.random(count) < willing + 0.15))
    return Answers(
        answers,
        evening_s[answers],
        np.clip(np.round(mood[answers]), 0, 10).astype(np.int64),
        forms,
        evening_s[forms] + 240.0,
        _items(rng, days.shift[forms, Domain.MOOD], withdrawal[forms]),
    )


def is_disengaged(answers: Answers, day_count: int) -> Bools:
    """Days before which nothing was answered for three days."""
    answered = np.zeros(day_count + DISENGAGED_AFTER_DAYS, dtype=np.int64)
    answered[answers.mood_day + DISENGAGED_AFTER_DAYS] = 1
    recent = np.convolve(answered, np.ones(DISENGAGED_AFTER_DAYS, dtype=np.int64))[2 : day_count + 2]
    return np.asarray((recent == 0) & (np.arange(day_count) >= DISENGAGED_AFTER_DAYS))


def _willingness(rng: np.random.Generator, count: int, withdrawal: Floats) -> Floats:
    """The probability of an answer on each day."""
    habit = rng.uniform(0.5, 0.9)
    return np.asarray(habit * np.exp(-np.arange(count) / 700.0) * (1.0 - 0.35 * withdrawal[:count]))


def _items(rng: np.random.Generator, mood_shift: Floats, withdrawal: Floats) -> Ints:
    """Nine items each time; the last one, on self-harm, is above nothing only now and then at the worst."""
    burden = np.clip(0.45 - 0.6 * mood_shift, 0.05, 2.6)[:, None]
    items = np.clip(np.round(rng.normal(burden, 0.55, (len(mood_shift), ITEM_COUNT))), 0, ITEM_MOST).astype(np.int64)
    dark = (withdrawal > SELF_HARM_SEVERITY) & (rng.random(len(withdrawal)) < SELF_HARM_SHARE)
    items[:, SELF_HARM_ITEM] = dark
    return items
