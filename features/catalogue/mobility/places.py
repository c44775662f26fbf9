"""Stays of the trailing weeks gathered into places, and what a day was made of in places."""

from __future__ import annotations

import numpy as np

from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.geometry import is_within
from features.catalogue.mobility.tables import HOUR_US, MINUTE_US, Days, Floats, Ints, Stays

PLACE_DAYS = 56
SIGNIFICANT_US = 15 * MINUTE_US
PLACE_FACTS = (
    "place_count",
    "new_place_count",
    "significant_place_count",
    "place_entropy_nats",
    "place_entropy_normalised_ratio",
    "time_top1_h",
    "time_top2_h",
    "time_top3_h",
    "transition_count",
    "outlier_time_ratio",
    "history_days",
)
TOP_COUNT = 3


@compiled
def state_places(stays: Stays, days: Days, targets: Ints) -> Floats:
    """`PLACE_FACTS` of each target day, in columns; NaN where the day has no stay to speak about."""
    facts = np.full((len(targets), len(PLACE_FACTS)), np.nan)
    for row, day in enumerate(targets):
        first_day = window_start(days, day, PLACE_DAYS)
        first, end = stays.first_of_day[first_day], stays.first_of_day[day + 1]
        labels = label_places(stays, first, stays.dwell_us[first:end])
        today = stays.first_of_day[day] - first
        dwell = stays.dwell_us[first:end]
        _count(labels[today:], dwell[today:], facts[row])
        _compare(labels, dwell, today, facts[row])
        _recognise(labels, stays.day[first:end], dwell, today, facts[row])
    return facts


@compiled
def window_start(days: Days, day: int, length: int) -> int:
    """The first day at hand of the `length` days that end with a day, of the same participant."""
    first = day
    while first > 0 and days.person[first - 1] == days.person[day] and days.date[first - 1] > days.date[day] - length:
        first -= 1
    return int(first)


@compiled
def label_places(stays: Stays, first: int, weight: Ints) -> Ints:
    """Number the places of a run of stays from `first` on: 0 is the one around the weightiest stay, and so on.

    The weightiest stay that has no place yet founds one, and takes in all others within the radius. So a place
    comes of its content, whatever the order of arrival, and a row of places along a street does not melt into one.
    Stays of no weight that nobody takes in found places too.
    """
    labels = np.full(len(weight), -1, np.int64)
    count = 0
    founder = _weightiest(weight, labels)
    while founder >= 0:
        for other in range(len(weight)):
            if labels[other] < 0 and is_same_place(stays, first + founder, first + other):
                labels[other] = count
        count += 1
        founder = _weightiest(weight, labels)
    return labels


@compiled
def _weightiest(weight: Ints, labels: Ints) -> int:
    """The weightiest stay without a place, the earliest of equals; -1 when all have one."""
    best = -1
    for stay in range(len(weight)):
        if labels[stay] < 0 and (best < 0 or weight[stay] > weight[best]):
            best = stay
    return best


@compiled
def is_same_place(stays: Stays, one: int, other: int) -> bool:
    """Whether two stays lie within the wider of their radii."""
    limit_m = max(stays.radius_m[one], stays.radius_m[other])
    return is_within(stays.lat_deg[one], stays.lon_deg[one], stays.lat_deg[other], stays.lon_deg[other], limit_m)


@compiled
def time_at(labels: Ints, amount: Ints, count: int) -> Ints:
    """The sum of an amount by place."""
    total = np.zeros(count, np.int64)
    for stay in range(len(labels)):
        total[labels[stay]] += amount[stay]
    return total


@compiled
def entropy_nats(amount: Floats) -> float:
    """Shannon's entropy of shares of a whole; NaN of nothing."""
    whole = amount.sum()
    if whole <= 0:
        return np.nan
    total = 0.0
    for part in amount:
        if part > 0:
            total -= part / whole * np.log(part / whole)
    return max(0.0, total)


@compiled
def _count(labels: Ints, dwell: Ints, fact: Floats) -> None:
    """Places of the day itself: how many, how evenly shared, how often changed."""
    by_place = time_at(labels, dwell, labels.max() + 1 if len(labels) else 0)
    present, significant, changes = 0, 0, 0
    for spent in by_place:
        present += spent > 0
        significant += spent >= SIGNIFICANT_US
    for stay in range(1, len(labels)):
        changes += labels[stay] != labels[stay - 1]
    fact[0], fact[2], fact[8] = present, significant, changes
    fact[3] = entropy_nats(by_place.astype(np.float64))
    if present > 1:
        fact[4] = min(1.0, fact[3] / np.log(present))


@compiled
def _compare(labels: Ints, dwell: Ints, today: int, fact: Floats) -> None:
    """Hours of the day at the three places with most time in the whole window."""
    count = labels.max() + 1 if len(labels) else 0
    in_window, by_place = time_at(labels, dwell, count), time_at(labels[today:], dwell[today:], count)
    for rank in range(TOP_COUNT):
        fact[5 + rank] = 0.0
        if rank < count:
            top = np.argmax(in_window)
            fact[5 + rank] = by_place[top] / HOUR_US
            in_window[top] = -1


@compiled
def _recognise(labels: Ints, day: Ints, dwell: Ints, today: int, fact: Floats) -> None:
    """Places never seen before in the window, the share of time at them, and how many days that judgement has."""
    count = labels.max() + 1 if len(labels) else 0
    is_known = np.zeros(count, np.bool_)
    history = 0
    for stay in range(today):
        is_known[labels[stay]] = True
        history += stay == 0 or day[stay] != day[stay - 1]
    by_place = time_at(labels[today:], dwell[today:], count)
    new_count, new_us = 0, 0
    for place in range(count):
        if by_place[place] > 0 and not is_known[place]:
            new_count, new_us = new_count + 1, new_us + by_place[place]
    fact[1], fact[10] = new_count, history
    if by_place.sum() > 0:
        fact[9] = new_us / by_place.sum()
