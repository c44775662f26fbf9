"""The truth of each local day: what somebody did, and how much of it the export does not hold."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Bools, Floats, Ints
from pipeline.synthetic.life.contact import INCOMING, MISSED, OUTGOING
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.person.domains import Domain
from pipeline.synthetic.spans import Spans, intersection

SENT = 1


def day_truth(life: Life) -> pl.DataFrame:
    """One row for each local day of one participant.

    Days are cut at the plan's hour. Sleep is that of the night which ends on the day. `*_lost_count` is the part of
    a count that is not in the export: the phone was off, the app dead, or the platform does not export it. Instants
    end in `_at_utc`, durations in their unit. `severity` columns go from 0 to 1.
    """
    counts = _contact_counts(life) | _phone_counts(life)
    columns = _identity(life) | _sleep(life) | _movement(life) | counts | _coverage(life) | _latent(life)
    return pl.DataFrame(columns)


def local_days(life: Life) -> pl.Series:
    """The dates of the study."""
    number = life.calendar.day_number[: life.plan.day_count]
    return pl.Series(number.astype(np.int32)).cast(pl.Date)


def instants(at_s: Floats) -> pl.Series:
    """Seconds since 1970 as instants in UTC."""
    return pl.Series(np.round(at_s * 1e6).astype(np.int64)).cast(pl.Datetime("us", "UTC"))


def _identity(life: Life) -> dict[str, pl.Series | str | Bools]:
    count = life.plan.day_count
    zones = np.array([clock.zone for clock in life.calendar.clocks])[life.calendar.night_zone[:count]]
    return {
        "participant_id": pl.Series([life.seat.participant_id] * count),
        "local_day": local_days(life),
        "starts_at_utc": instants(life.edges_s[:-1]),
        "ends_at_utc": instants(life.edges_s[1:]),
        "zone": pl.Series(zones.tolist()),
        "is_work_day": life.calendar.is_work_day[:count],
        "is_away": life.calendar.is_away()[:count],
    }


def _sleep(life: Life) -> dict[str, pl.Series | Floats]:
    nights, count = life.nights, life.plan.day_count
    return {
        "sleep_onset_at_utc": instants(nights.onset_s[:count]),
        "sleep_offset_at_utc": instants(nights.offset_s[:count]),
        "asleep_h": nights.asleep_h[:count],
    }


def _movement(life: Life) -> dict[str, Floats | Ints]:
    minutes, count = life.minutes, life.plan.day_count
    homes = np.append(life.whereabouts.atlas.is_home, False)
    steps = np.where(minutes.is_walking, minutes.steps_per_min, 0.0)
    return {
        "home_h": _sums(minutes.day, homes[minutes.place], count) / 60.0,
        "distance_km": _distance_m(life) / 1000.0,
        "place_count": _place_counts(life),
        "steps_count": _whole(_sums(minutes.day, steps, count)),
        "steps_carried_count": _whole(_sums(minutes.day, np.where(minutes.is_carried, steps, 0.0), count)),
    }


def _distance_m(life: Life) -> Floats:
    """Metres of each day: each trip shared among the days that its minutes fall into."""
    minutes = life.minutes
    return _sums(minutes.day, life.whereabouts.speed_at(minutes.at_s) * 60.0, life.plan.day_count)


def _place_counts(life: Life) -> Ints:
    """Different places of each day, home included."""
    minutes = life.minutes
    at_a_place = minutes.place >= 0
    places = len(life.whereabouts.atlas.weight)
    pairs = np.unique(minutes.day[at_a_place] * places + minutes.place[at_a_place])
    return np.bincount(pairs // places, minlength=life.plan.day_count)


def _contact_counts(life: Life) -> dict[str, Ints]:
    calls, texts = life.contacts.calls, life.contacts.texts
    called, texted = _arrives(life, calls.at_s), _arrives(life, texts.at_s)
    if life.seat.source == "studentlife":
        texted &= texts.is_mms == 0
    columns: dict[str, Ints] = {}
    for name, code in (("calls_out", OUTGOING), ("calls_in", INCOMING), ("calls_missed", MISSED)):
        columns |= _counted(life, name, calls.at_s, calls.direction == code, called)
    for name, code in (("texts_out", SENT), ("texts_in", 1 - SENT)):
        columns |= _counted(life, name, texts.at_s, texts.direction == code, texted)
    return columns


def _phone_counts(life: Life) -> dict[str, Ints | Floats]:
    phone, count = life.phone, life.plan.day_count
    seen = life.reach.seen.contains(phone.screen.start_s)
    unlocks = _counted(life, "unlock", phone.screen.start_s, phone.is_unlock, seen)
    screens = _counted(life, "screen_on", phone.screen.start_s, np.ones(len(seen), dtype=np.bool_), seen)
    return unlocks | screens | {"screen_h": _hours_by_day(life, phone.screen, count)}


def _coverage(life: Life) -> dict[str, Floats]:
    count = life.plan.day_count
    return {
        "phone_off_h": _hours_by_day(life, life.reach.off, count),
        "seen_h": _hours_by_day(life, life.reach.seen, count),
        "wanted_coverage_ratio": life.reach.wanted_ratio,
    }


def _latent(life: Life) -> dict[str, Floats]:
    """Severity of each direction, and how far each domain is shifted, in own standard deviations."""
    count = life.plan.day_count
    severity = {f"{way}_severity": life.severity(way) for way in ("activation", "withdrawal")}
    return severity | {f"{domain.name.lower()}_shift": life.days.shift[:count, domain] for domain in Domain}


def _arrives(life: Life, at_s: Floats) -> Bools:
    """What of calls and texts is exported: iPhones export none, and nothing that the app did not live to see."""
    begins = np.array([phone.from_s for phone in life.phones])
    index = np.clip(np.searchsorted(begins, at_s, side="right") - 1, 0, None)
    exports = np.array([phone.os == "android" for phone in life.phones])[index]
    return np.asarray(life.reach.seen.contains(at_s) & exports)


def _counted(life: Life, name: str, at_s: Floats, chosen: Bools, arrives: Bools) -> dict[str, Ints]:
    """Events of each day, and those of them that are not in the export."""
    count = life.plan.day_count
    day = np.searchsorted(life.edges_s, at_s, side="right") - 1
    chosen = chosen & (day >= 0) & (day < count)
    return {
        f"{name}_count": np.bincount(day[chosen], minlength=count),
        f"{name}_lost_count": np.bincount(day[chosen & ~arrives], minlength=count),
    }


def _hours_by_day(life: Life, spans: Spans, count: int) -> Floats:
    """Hours of spans that fall into each day."""
    days = Spans(life.edges_s[:-1], life.edges_s[1:])
    # Neighbouring days touch, and the algebra would join them: every other day in turn.
    hours = np.zeros(count)
    for first in (0, 1):
        part = intersection(spans, Spans(days.start_s[first::2], days.end_s[first::2]))
        day = np.searchsorted(life.edges_s, part.start_s, side="right") - 1
        hours += np.bincount(day, part.end_s - part.start_s, minlength=count) / 3600.0
    return hours


def _whole(values: Floats) -> Ints:
    return np.round(values).astype(np.int64)


def _sums(day: Ints, values: Floats | Bools, count: int) -> Floats:
    return np.bincount(day, values, minlength=count).astype(np.float64)
