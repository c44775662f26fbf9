"""Evidence in plain words: what changed, compared with what, on how many days, and what does not fit."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date

from alerts.baselines.standing import Standing
from alerts.deviations.decision import RECENT_DAYS
from alerts.deviations.explain import Bar, Explanation
from alerts.deviations.profile import Shown

MINUTES_A_HOUR = 60
NOON_MIN = 12 * MINUTES_A_HOUR
DAY_MIN = 24 * MINUTES_A_HOUR
SMALL_COUNT = 10
"""Below ten, a count is written with one decimal: half a call a day is not none."""


def lines(explanation: Explanation) -> tuple[str, ...]:
    """The evidence as sentences: heading, what changed, what argues against it, how far the data carry."""
    changed = [bar for domain in explanation.domains for bar in domain.bars if bar.contribution > 0.0]
    return (
        heading(explanation),
        *(sentence(bar) + _note(bar) for bar in changed),
        *(f"The other way: {sentence(bar)}" for bar in explanation.against),
        *_flat(explanation),
        *_runner_up(explanation),
        _basis(explanation),
    )


def heading(explanation: Explanation) -> str:
    """The pattern's name, its domains and since when."""
    since = "" if explanation.onset_day is None else f" since {_day(explanation.onset_day)}"
    named = ", ".join(domain.label for domain in explanation.domains) or "no domain"
    mixed = " The other direction is high as well: a mixed pattern." if explanation.is_mixed else ""
    return f"{explanation.direction.wording.capitalize()}{since}: {named}.{mixed}"


def sentence(bar: Bar) -> str:
    """One feature in natural units, against its usual, on how many days of the last week."""
    phrase = bar.marker.phrase[0].upper() + bar.marker.phrase[1:]
    usual = f"usual {amount(bar.usual, bar.shown)} ± {_spread(bar.spread, bar.shown)}"
    return f"{phrase} {amount(bar.recent, bar.shown)} ({usual}) {_days(bar)}."


def amount(value: float, shown: Shown) -> str:
    """A value as a person would write it."""
    return _WRITTEN[shown](value)


def _spread(value: float, shown: Shown) -> str:
    """A spread in the same words; that of a clock time is a duration."""
    return _duration(value) if shown is Shown.CLOCK_SINCE_NOON_H else amount(value, shown)


def _duration(hours: float) -> str:
    """Hours and minutes; minutes alone below an hour."""
    minutes = round(hours * MINUTES_A_HOUR)
    if minutes < MINUTES_A_HOUR:
        return f"{minutes} min"
    return f"{minutes // MINUTES_A_HOUR} h {minutes % MINUTES_A_HOUR:02d}"


def _clock(since_noon_h: float) -> str:
    """A clock time from hours since noon of the day before."""
    minutes = (round(since_noon_h * MINUTES_A_HOUR) + NOON_MIN) % DAY_MIN
    return f"{minutes // MINUTES_A_HOUR:02d}:{minutes % MINUTES_A_HOUR:02d}"


def _count(value: float) -> str:
    """A count, with one decimal where it is small."""
    return f"{value:.1f}" if value < SMALL_COUNT else f"{value:,.0f}"


_WRITTEN: dict[Shown, Callable[[float], str]] = {
    Shown.DURATION_H: _duration,
    Shown.CLOCK_SINCE_NOON_H: _clock,
    Shown.MINUTES: "{:.0f} min".format,
    Shown.COUNT: _count,
    Shown.STEPS: "{:,.0f} steps".format,
    Shown.KILOMETRES: "{:.1f} km".format,
    Shown.SHARE: lambda share: f"{100.0 * share:.0f} %",
    Shown.MILLI_G: lambda strength_g: f"{1000.0 * strength_g:.0f} thousandths of g",
}


def _days(bar: Bar) -> str:
    """On how many of the last days, naming those without data."""
    unit = "nights" if bar.marker.is_nightly else "days"
    if bar.days_beyond == 0:
        return f"as usual on the {bar.days_seen} {unit} with data in the last week"
    if bar.days_seen < RECENT_DAYS:
        return f"on {bar.days_beyond} of the {bar.days_seen} {unit} with data in the last week"
    return f"on {bar.days_beyond} of the last {RECENT_DAYS} {unit}"


def _note(bar: Bar) -> str:
    """What the bar leaves out, where the cap or the fading over missing days acted."""
    capped = " Counted up to the limit for one feature." if bar.lost_to_cap > 0.0 else ""
    faded = " Counted less because days are missing." if bar.lost_to_decay > 0.0 else ""
    return capped + faded


def _flat(explanation: Explanation) -> tuple[str, ...]:
    """The features that stayed as usual."""
    named = ", ".join(bar.marker.label for bar in explanation.flat)
    return (f"As usual: {named}.",) if named else ()


def _runner_up(explanation: Explanation) -> tuple[str, ...]:
    """The strongest domain that is not part of the sum."""
    other = explanation.runner_up
    return () if other is None else (f"Next strongest, and not part of the score: {other.label}.",)


def _basis(explanation: Explanation) -> str:
    """How far the data carry."""
    standing, days = explanation.standing, explanation.baseline_days
    text = f"{standing.wording}, n = {days} days" if standing is Standing.PROVISIONAL else standing.wording
    return f"{text.capitalize()}; data grade {explanation.grade.name}."


def _day(day: date) -> str:
    """A date in words; month names do not depend on the machine's language."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"
