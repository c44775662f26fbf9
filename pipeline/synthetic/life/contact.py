"""Contact: calls, texts and conversations heard nearby, at waking hours and never with what was said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.synthetic.chance import Floats, Ints, log_normal, negative_binomial
from pipeline.synthetic.life.nights import Nights
from pipeline.synthetic.person.domains import Days, Domain
from pipeline.synthetic.person.traits import ContactTraits
from pipeline.synthetic.spans import Spans, union

INCOMING, OUTGOING, MISSED = 0, 1, 2
MOVE_PER_SD = 0.7
"""By how much the logarithm of a count moves with one own standard deviation."""
WEEKEND_FACTOR = 0.7
TEXT_DISPERSION = 2.5
MMS_SHARE = 0.04
SATURDAY = 5


@dataclass(frozen=True)
class Calls:
    """Calls in order of time: direction (incoming 0, outgoing 1, missed 2), length, number of the contact."""

    at_s: Floats
    direction: Ints
    duration_s: Floats
    contact: Ints


@dataclass(frozen=True)
class Texts:
    """Texts in order of time: received 0 or sent 1, characters, number of the contact, MMS or not."""

    at_s: Floats
    direction: Ints
    length_count: Ints
    contact: Ints
    is_mms: Ints


@dataclass(frozen=True)
class Contacts:
    """All contact of one person."""

    calls: Calls
    texts: Texts
    conversations: Spans


def draw_contacts(
    rng: np.random.Generator, traits: ContactTraits, weekday: Ints, nights: Nights, days: Days
) -> Contacts:
    """Contact on every waking day of the study."""
    count = len(nights.onset_s) - 1
    level = MOVE_PER_SD * days.shift[:count, Domain.CONTACT] + 0.2 * days.noise[:count, Domain.CONTACT]
    factor = np.exp(level) * np.where(weekday[:count] >= SATURDAY, WEEKEND_FACTOR, 1.0)
    awake_s = nights.offset_s[:-1] + 1800.0, nights.onset_s[1:] - 1800.0
    return Contacts(
        _calls(rng, traits, factor, awake_s),
        _texts(rng, traits, factor, awake_s),
        _conversations(rng, traits, factor, awake_s),
    )


def _calls(rng: np.random.Generator, traits: ContactTraits, factor: Floats, awake_s: tuple[Floats, Floats]) -> Calls:
    """Outgoing calls follow the person; incoming ones follow others and answer only a little."""
    others = np.sqrt(factor)
    means = (0.8 * traits.calls_out_mean * others, traits.calls_out_mean * factor, 0.3 * traits.calls_out_mean * others)
    counts = [negative_binomial(rng, mean, traits.calls_dispersion) for mean in means]
    at_s = np.concatenate([_instants(rng, number, awake_s) for number in counts])
    direction = np.repeat([INCOMING, OUTGOING, MISSED], [int(number.sum()) for number in counts])
    length_s = np.round(np.clip(log_normal(rng, np.full(len(at_s), 95.0), 1.1), 1.0, 7200.0))
    contact = _contact_numbers(rng, traits.contact_count, len(at_s))
    order = np.argsort(at_s, kind="stable")
    duration_s = np.where(direction == MISSED, 0.0, length_s)
    return Calls(at_s[order], direction[order], duration_s[order], contact[order])


def _texts(rng: np.random.Generator, traits: ContactTraits, factor: Floats, awake_s: tuple[Floats, Floats]) -> Texts:
    means = (1.1 * traits.texts_out_mean * np.sqrt(factor), traits.texts_out_mean * factor)
    counts = [negative_binomial(rng, mean, TEXT_DISPERSION) for mean in means]
    at_s = np.concatenate([_instants(rng, number, awake_s) for number in counts])
    direction = np.repeat([0, 1], [int(number.sum()) for number in counts])
    length = np.clip(log_normal(rng, np.full(len(at_s), 42.0), 0.8), 1.0, 900.0).astype(np.int64)
    contact = _contact_numbers(rng, traits.contact_count, len(at_s))
    is_mms = (rng.random(len(at_s)) < MMS_SHARE).astype(np.int64)
    order = np.argsort(at_s, kind="stable")
    return Texts(at_s[order], direction[order], length[order], contact[order], is_mms[order])


def _conversations(
    rng: np.random.Generator, traits: ContactTraits, factor: Floats, awake_s: tuple[Floats, Floats]
) -> Spans:
    at_s = _instants(rng, negative_binomial(rng, traits.conversation_mean * np.sqrt(factor), 6.0), awake_s)
    length_s = np.clip(log_normal(rng, np.full(len(at_s), 280.0), 1.0), 60.0, 7200.0)
    return union(at_s, at_s + length_s)


def _instants(rng: np.random.Generator, count: Ints, awake_s: tuple[Floats, Floats]) -> Floats:
    """So many instants on each day, rarer at its edges than in its middle."""
    day = np.repeat(np.arange(len(count)), count)
    share = rng.beta(1.6, 1.4, len(day))
    return np.asarray(awake_s[0][day] + share * np.maximum(awake_s[1] - awake_s[0], 60.0)[day])


def _contact_numbers(rng: np.random.Generator, contact_count: int, count: int) -> Ints:
    """A few contacts share most of it (Zipf)."""
    weight = 1.0 / np.arange(1.0, contact_count + 1.0)
    return np.asarray(rng.choice(contact_count, count, p=weight / weight.sum()), dtype=np.int64)
