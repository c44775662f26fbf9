"""One participant's whole life in the study: drawn once, then written by formats and told by the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Floats, generator
from pipeline.synthetic.life.contact import Contacts, draw_contacts
from pipeline.synthetic.life.minutes import Minutes, day_edges_s, draw_minutes
from pipeline.synthetic.life.nights import Nights, draw_nights
from pipeline.synthetic.life.phone import PhoneLife, draw_phone_life
from pipeline.synthetic.life.reach import Reach, draw_reach
from pipeline.synthetic.life.self_report import Answers, draw_answers, is_disengaged
from pipeline.synthetic.life.whereabouts import Whereabouts, draw_whereabouts
from pipeline.synthetic.person.calendar import Calendar, draw_calendar
from pipeline.synthetic.person.confounders import Confounder, days_of, draw_confounders, moved_by
from pipeline.synthetic.person.domains import Days, ordinary_noise, slow_drift
from pipeline.synthetic.person.episodes import Episode, draw_episodes
from pipeline.synthetic.person.traits import Traits, draw_traits
from pipeline.synthetic.plan import CohortPlan, Seat
from pipeline.synthetic.wall_clock import HOUR_S

OTHER_OS_AFTER_SWAP_SHARE = 0.15


@dataclass(frozen=True)
class Phone:
    """A phone and the instant from which it is in use."""

    number: int
    os: str
    from_s: float


@dataclass(frozen=True)
class Life:
    """Everything that one participant is and does in the study."""

    plan: CohortPlan
    seat: Seat
    traits: Traits
    episodes: tuple[Episode, ...]
    confounders: tuple[Confounder, ...]
    days: Days
    calendar: Calendar
    nights: Nights
    whereabouts: Whereabouts
    minutes: Minutes
    phone: PhoneLife
    contacts: Contacts
    answers: Answers
    reach: Reach
    phones: tuple[Phone, ...]

    def rng(self, purpose: str) -> np.random.Generator:
        """A generator of this participant for one purpose."""
        return generator(self.plan.seed, self.seat.index, purpose)

    @property
    def edges_s(self) -> Floats:
        """The instants at which local days begin, and the end of the last."""
        return self.minutes.edges_s

    def severity(self, direction: str) -> Floats:
        """Severity (0 to 1) of episodes of one direction on each day of the study."""
        return severity_of(self.episodes, direction, self.plan.day_count)


def severity_of(episodes: tuple[Episode, ...], direction: str, day_count: int) -> Floats:
    """Severity (0 to 1) of episodes of one direction on each day."""
    curves = [episode.severity(day_count) for episode in episodes if episode.direction == direction]
    return np.asarray(np.maximum.reduce([np.zeros(day_count), *curves]))


def draw_life(plan: CohortPlan, seat: Seat) -> Life:
    """Draw one participant: who they are, what befalls them, what they do, what arrives of it."""

    def rng(purpose: str) -> np.random.Generator:
        return generator(plan.seed, seat.index, purpose)

    count = plan.day_count + 1
    traits = draw_traits(rng("traits"), seat.zone)
    episodes = draw_episodes(rng("episodes"), plan, seat.scheduled, count)
    events = draw_confounders(rng("confounders"), seat.zone, count)
    days = _days(rng("days"), episodes, events, count)
    calendar = draw_calendar(rng("calendar"), plan, seat.zone, traits, events, days)
    nights = draw_nights(rng("nights"), traits.sleep, calendar, days)
    whereabouts = draw_whereabouts(rng("whereabouts"), traits, calendar, nights, days)
    edges_s = day_edges_s(calendar, plan.day_starts_h)
    minutes = draw_minutes(rng("minutes"), traits, edges_s, nights, whereabouts, days)
    phone = draw_phone_life(rng("phone"), traits.phone, nights, days)
    contacts = draw_contacts(rng("contact"), traits.contact, calendar.weekday, nights, days)
    withdrawal = severity_of(episodes, "withdrawal", count)
    answers = draw_answers(rng("answers"), nights, days, withdrawal)
    hardship = withdrawal[:-1], is_disengaged(answers, plan.day_count).astype(np.float64)
    reach = draw_reach(rng("reach"), traits.coverage_ratio, edges_s, phone.off, hardship)
    phones = _phones(rng("phones"), seat, events, edges_s)
    return Life(
        plan, seat, traits, episodes, events, days, calendar, nights,
        whereabouts, minutes, phone, contacts, answers, reach, phones,
    )  # fmt: skip


def _days(rng: np.random.Generator, episodes: tuple[Episode, ...], events: tuple[Confounder, ...], count: int) -> Days:
    """What moves each domain on each day: episodes, other events and slow drift, and ordinary noise beside."""
    shift = moved_by(events, count) + slow_drift(rng, count)
    for episode in episodes:
        shift = shift + episode.severity(count)[:, None] * np.array(episode.effect)
    return Days(shift, ordinary_noise(rng, count))


def _phones(rng: np.random.Generator, seat: Seat, events: tuple[Confounder, ...], edges_s: Floats) -> tuple[Phone, ...]:
    """The first phone, and one more for each swap; on Beiwe it is now and then of the other make."""
    phones = [Phone(1, seat.os, float(edges_s[0]))]
    other = {"android": "ios", "ios": "android"}
    for day in days_of(events, "phone_swap"):
        turns = rng.random() < OTHER_OS_AFTER_SWAP_SHARE and seat.source == "beiwe"
        os = other[phones[-1].os] if turns else phones[-1].os
        # At a whole hour, for an hourly file has the columns of one operating system.
        from_s = float(np.ceil(edges_s[day] / HOUR_S) + 9.0) * HOUR_S
        phones.append(Phone(len(phones) + 1, os, from_s))
    return tuple(phones)
