"""How sure a day's figures are: its unseen hours filled with what the participant did in them on other days.

Every day of the trailing four weeks that saw the same hours lends them in turn (days of the same kind, weekday or
weekend, where there are enough). The 80 % interval is spanned by the day's figures as so completed. No draw is
made, so nothing needs a seed; the more hours are unseen, the more the lenders can differ.
"""

from __future__ import annotations

import numpy as np

from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.home import HOME_DAYS, is_at_home
from features.catalogue.mobility.places import PLACE_DAYS, entropy_nats, label_places, window_start
from features.catalogue.mobility.spread import add_moments, first_seen, gyration_m, moments_of_day
from features.catalogue.mobility.tables import (
    HOUR_US,
    STAY,
    UNKNOWN,
    Days,
    Floats,
    Homes,
    Ints,
    Segments,
    Stays,
)

INTERVAL_FACTS = ("home_time_h", "distance_m", "place_entropy_nats", "radius_of_gyration_m")
LOW_RATIO, HIGH_RATIO = 0.1, 0.9
FEWEST_LENDERS = 5
LEAST_SEEN_RATIO = 0.8
"""A lender must have seen this much of the hours asked for; what it saw is scaled up to the whole."""
THURSDAY = 3
"""1970-01-01 was a Thursday, with Monday as 0."""
SATURDAY = 5


@compiled
def state_intervals(segments: Segments, stays: Stays, days: Days, targets: Ints, homes: Homes) -> tuple[Floats, Floats]:
    """The 10 % and 90 % points of `INTERVAL_FACTS` for each target day, in columns; NaN where too few can lend.

    The interval always holds the day's own value. A day without an unseen moment has an interval of no width.
    """
    low = np.full((len(targets), len(INTERVAL_FACTS)), np.nan)
    high = np.full((len(targets), len(INTERVAL_FACTS)), np.nan)
    for row, day in enumerate(targets):
        if first_seen(segments, day) < 0:
            continue
        observed, completed = _complete(segments, stays, days, day, (homes, row))
        for fact in range(len(INTERVAL_FACTS)):
            if len(completed) and not np.isnan(observed[fact]):
                low[row, fact] = min(observed[fact], _quantile(completed[:, fact], LOW_RATIO))
                high[row, fact] = max(observed[fact], _quantile(completed[:, fact], HIGH_RATIO))
    return low, high


@compiled
def _complete(segments: Segments, stays: Stays, days: Days, day: int, home: tuple[Homes, int]) -> tuple[Floats, Floats]:
    """The day's facts as observed, and one row of them for each lender that completes it."""
    first = stays.first_of_day[window_start(days, day, PLACE_DAYS)]
    labels = label_places(stays, first, stays.dwell_us[first : stays.first_of_day[day + 1]])
    seen = _nothing(labels)
    unseen_us = 0
    for segment in range(segments.first_of_day[day], segments.first_of_day[day + 1]):
        span_us = segments.to_us[segment] - segments.from_us[segment]
        if segments.kind[segment] == UNKNOWN:
            unseen_us += span_us
            seen[1] += segments.path_m[segment]
        else:
            _tally(seen, segments, days, (segment, span_us, labels, first), home)
    origin = first_seen(segments, day)
    known, _ = moments_of_day(segments, day, origin)
    nothing, no_moments = _nothing(labels), np.zeros(4)
    observed = _facts(seen, nothing, known, no_moments, home)
    if unseen_us == 0:
        return observed, observed.reshape(1, -1)
    start = window_start(days, day, HOME_DAYS)
    completed, fits = np.empty((day - start, len(INTERVAL_FACTS))), np.zeros(day - start, np.int64)
    for lender in range(start, day):
        lent, moments = _nothing(labels), np.zeros(4)
        _lend(segments, days, (day, lender, origin), (lent, moments, labels, first), home)
        if lent[2] >= LEAST_SEEN_RATIO * unseen_us:
            scale = unseen_us / lent[2]
            fits[lender - start] = 1 + (is_weekend(days, lender) == is_weekend(days, day))
            completed[lender - start] = _facts(seen, lent * scale, known, moments * scale, home)
    return observed, _enough(completed, fits)


@compiled
def _nothing(labels: Ints) -> Floats:
    """An empty account: home time, metres and time in all, then the time at each place (microseconds)."""
    return np.zeros(3 + (labels.max() + 1 if len(labels) else 0))


@compiled
def _tally(
    account: Floats,
    segments: Segments,
    days: Days,
    part: tuple[int, int, Ints, int],
    home: tuple[Homes, int],
) -> None:
    """Add so many microseconds of a known segment to an account, its way by the share of its length."""
    segment, span_us, labels, first = part
    length_us = segments.to_us[segment] - segments.from_us[segment]
    account[1] += segments.path_m[segment] * (span_us / length_us if length_us > 0 else 1.0)
    account[2] += span_us
    if segments.kind[segment] == STAY:
        account[3 + labels[segments.stay[segment] - first]] += span_us
        radius_m = days.radius_m[segments.day[segment]]
        if home[0].is_found[home[1]] and is_at_home(
            home[0], home[1], segments.lat_deg[segment], segments.lon_deg[segment], radius_m
        ):
            account[0] += span_us


@compiled
def _lend(
    segments: Segments,
    days: Days,
    who: tuple[int, int, int],
    into: tuple[Floats, Floats, Ints, int],
    home: tuple[Homes, int],
) -> None:
    """Add what the lender did in the hours that the day did not see, by time since the local day began."""
    day, lender, origin = who
    lent, moments, labels, first = into
    shift_us = days.start_us[lender] - days.start_us[day]
    cursor, end = segments.first_of_day[lender], segments.first_of_day[lender + 1]
    for hole in range(segments.first_of_day[day], segments.first_of_day[day + 1]):
        if segments.kind[hole] != UNKNOWN:
            continue
        from_us, to_us = segments.from_us[hole] + shift_us, segments.to_us[hole] + shift_us
        while cursor < end and segments.to_us[cursor] <= from_us:
            cursor += 1
        segment = cursor
        while segment < end and segments.from_us[segment] < to_us:
            span_us = min(to_us, segments.to_us[segment]) - max(from_us, segments.from_us[segment])
            if span_us > 0 and segments.kind[segment] != UNKNOWN:
                _tally(lent, segments, days, (segment, span_us, labels, first), home)
                add_moments(moments, segments, segment, origin, span_us / 1e6)
            segment += 1


@compiled
def _facts(seen: Floats, lent: Floats, known: Floats, moments: Floats, home: tuple[Homes, int]) -> Floats:
    """`INTERVAL_FACTS` of what was seen and what was lent together."""
    together = seen + lent
    at_home_h = together[0] / HOUR_US if home[0].is_found[home[1]] else np.nan
    return np.array([at_home_h, together[1], entropy_nats(together[3:]), gyration_m(known + moments)])


@compiled
def is_weekend(days: Days, day: int) -> bool:
    """Whether a local day is a Saturday or Sunday."""
    return bool((days.date[day] + THURSDAY) % 7 >= SATURDAY)


@compiled
def _enough(completed: Floats, fits: Ints) -> Floats:
    """The completions by lenders of the same kind of day if there are enough, else by all, else none."""
    alike = _at_least(completed, fits, 2)
    if len(alike) >= FEWEST_LENDERS:
        return alike
    anyone = _at_least(completed, fits, 1)
    return anyone if len(anyone) >= FEWEST_LENDERS else anyone[:0]


@compiled
def _at_least(completed: Floats, fits: Ints, fit: int) -> Floats:
    """The rows that fit so well."""
    rows, used = np.empty_like(completed), 0
    for row in range(len(fits)):
        if fits[row] >= fit:
            rows[used] = completed[row]
            used += 1
    return rows[:used]


@compiled
def _quantile(values: Floats, ratio: float) -> float:
    """The value below which a share of the values lies, straight between the two nearest."""
    ordered = np.sort(values)
    place = ratio * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
