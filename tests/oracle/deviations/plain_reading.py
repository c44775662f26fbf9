"""A slow, literal reading of the method: one participant, one day and one feature at a time, in plain Python.

Thresholds are those of `DETECTION`: low, so that noise alone reaches every kind of decision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from scipy import stats

from alerts.deviations.profile import DIRECTIONS, Domain, Marker, Profile, Watch, WeightClass
from pipeline.site import Detection

DETECTION = Detection(route_threshold_score=6.0, digest_threshold_score=4.0, unusual_threshold_score=8.0)
NAMES = [direction.value for direction in DIRECTIONS]


def _g(transform: str, x: float) -> float:
    """Step 1 for one value."""
    share = min(0.98, max(0.02, x / 24.0 if transform == "logit_of_day" else x))
    return {
        "identity": x,
        "clock": x,
        "sqrt": math.sqrt(max(0.0, x)),
        "log1p": math.log1p(max(0.0, x)),
        "log1p_milli": math.log1p(1000.0 * max(0.0, x)),
        "logit": math.log(share / (1.0 - share)),
        "logit_of_day": math.log(share / (1.0 - share)),
    }[transform]


def _wrap(hours: float) -> float:
    """A clock difference the shorter way round."""
    while hours >= 12.0:
        hours -= 24.0
    while hours < -12.0:
        hours += 24.0
    return hours


@dataclass
class Person:
    """All that is known of one participant."""

    values: list[list[float | None]]
    coverage: list[list[float]]
    rest: list[int]
    barred: list[list[bool]]
    open_by_record: list[list[bool]]
    disposed: list[list[bool]]
    contaminated: list[bool]
    device_age: list[float]
    open_days: set[int] = field(default_factory=set)


def _window(person: Person, f: int, t: int) -> list[int]:
    """The 42 valid days ending 14 days before t, searched back 120 days."""
    found: list[int] = []
    for day in range(t - 14, t - 121, -1):
        if day < 0 or len(found) == 42:
            break
        if person.values[day][f] is not None and not person.barred[day][f] and day not in person.open_days:
            found.append(day)
    return sorted(found)


def _baseline(
    person: Person, f: int, t: int, transform: str, s0: float
) -> tuple[float, float, float, float, int] | None:
    """Step 2: origin, mean for day t, spread, effective days, days."""
    days = _window(person, f, t)
    n = len(days)
    if n < 2:
        return None
    g = {day: _g(transform, person.values[day][f]) for day in days}
    origin = 0.0
    if transform == "clock":
        angles = [x * 2 * math.pi / 24 for x in g.values()]
        origin = math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles))) * 24 / (2 * math.pi)
        g = {day: _wrap(x - origin) for day, x in g.items()}
    rests = [g[day] for day in days if person.rest[day] == 1]
    works = [g[day] for day in days if person.rest[day] == 0]
    delta = 0.0
    if rests and works:
        delta = len(rests) / (len(rests) + 4) * (sum(rests) / len(rests) - sum(works) / len(works))
    shifted = {day: g[day] - (delta if person.rest[day] == 1 else 0.0) for day in days}
    m = sum(shifted.values()) / n
    residual = {day: shifted[day] - m for day in days}
    s = math.sqrt((20 * s0**2 + sum(r * r for r in residual.values())) / (20 + n - 1))
    residual = {day: min(2.5 * s, max(-2.5 * s, r)) for day, r in residual.items()}
    moved = sum(residual.values()) / n
    m += moved
    residual = {day: r - moved for day, r in residual.items()}
    squares = sum(r * r for r in residual.values())
    s = math.sqrt((20 * s0**2 + squares) / (20 + n - 1))
    pairs = [(residual[day], residual[day + 1]) for day in days if day + 1 in residual]
    r1, weight = 0.0, 0.0
    if pairs and squares > 0:
        r1, weight = (sum(a * b for a, b in pairs) / len(pairs)) / (squares / n), len(pairs) + 1.0
    phi = min(0.6, max(0.0, (weight * r1 + 20 * 0.3) / (weight + 20)))
    mu = m + (delta if person.rest[t] == 1 else 0.0)
    return origin, mu, s, n * (1 - phi) / (1 + phi), n


def _z(person: Person, f: int, t: int, transform: str, s0: float) -> tuple[float | None, int]:
    """Step 3: tonight's normal score, and the days of the baseline."""
    base = _baseline(person, f, t, transform, s0)
    x = person.values[t][f]
    if base is None:
        return None, len(_window(person, f, t))
    origin, mu, s, n_eff, n = base
    if x is None or n < 14:
        return None, n
    gap = _g(transform, x) - origin
    gap = (_wrap(gap) if transform == "clock" else gap) - mu
    u = gap / (s * math.sqrt(1 + 1 / n_eff))
    z = -math.copysign(1.0, u) * stats.norm.ppf(stats.t.cdf(-abs(u), 20 + n_eff - 1))
    return float(min(3.0, max(-3.0, z))) * math.sqrt(person.coverage[t][f]), n


def _y(marker: Marker, direction: str, z: float) -> float:
    """Step 4: what a score says for a direction."""
    if direction == "unusual":
        if marker.watch is Watch.DROP:
            return -z
        return (abs(z) - math.sqrt(2 / math.pi)) / math.sqrt(1 - 2 / math.pi)
    pull = marker.withdrawal if direction == "withdrawal" else marker.activation
    return pull.sign * z if pull else 0.0


def _w(marker: Marker, direction: str) -> float:
    """The weight of a marker for a direction."""
    if direction == "unusual":
        return 0.0 if marker.watch is Watch.NOTHING else 1.0
    pull = marker.withdrawal if direction == "withdrawal" else marker.activation
    return pull.weight_class.weight if pull else 0.0


def _is_valid_day(person: Person, profile: Profile, day: int) -> bool:
    """At least two domains have a value that may enter a baseline."""
    flat = [(d, m) for d in profile.domains for m in d.markers for _ in m.candidates]
    domains = set()
    for f, (domain, marker) in enumerate(flat):
        if person.values[day][f] is not None and not person.barred[day][f]:
            domains |= {domain.name for name in NAMES if _w(marker, name) > 0}
    return len(domains) >= 2


def _standing(person: Person, profile: Profile, t: int) -> tuple[str, int]:
    """Cold start: the standing, and the valid days it rests on."""
    searched = [day for day in range(t - 14, t - 121, -1) if day >= 0]
    found = [day for day in searched if _is_valid_day(person, profile, day) and day not in person.open_days][:42]
    n = len(found)
    if n < 14:
        return "learning", n
    rests = sum(person.rest[day] == 1 for day in found)
    knows = any(person.rest[day] != -1 for day in searched)
    is_long = max(found) - min(found) + 1 >= 35
    return ("established" if n >= 28 and is_long and (rests >= 8 or not knows) else "provisional"), n


@dataclass
class Night:
    """What one night came to in one direction: bars by column, their sum, and the decision."""

    score: float
    bars: dict[int, float]
    decision: str = ""


@dataclass
class Reading:
    """The walk of one participant, with everything remembered in plain lists and dictionaries."""

    person: Person
    profile: Profile

    def __post_init__(self) -> None:
        self.flat = [(d, m, c) for d in self.profile.domains for m in d.markers for c in m.candidates]
        self.columns = range(len(self.flat))
        self.sums = {(direction, f): 0.0 for direction in NAMES for f in self.columns}
        self.missing = [0] * len(self.flat)
        self.is_open = dict.fromkeys(NAMES, False)
        self.history: dict[str, list[float]] = {direction: [] for direction in NAMES}
        self.refractory: dict[str, tuple[int, float]] = {}

    def nights(self) -> list[dict[str, Night]]:
        """Every night, in order."""
        return [self.night(t) for t in range(len(self.person.values))]

    def night(self, t: int) -> dict[str, Night]:
        """Steps 2 to 7 for one night."""
        self.dispose(t)
        scored = [_z(self.person, f, t, c.transform.value, c.starter_spread) for f, (_, _, c) in enumerate(self.flat)]
        self.z, self.n = [z for z, _ in scored], [n for _, n in scored]
        self.accumulate()
        self.choose()
        found = {direction: self.weigh(direction) for direction in NAMES}
        for direction, night in found.items():
            if any(self.z[f] is not None and _w(self.flat[f][1], direction) > 0 for f in self.columns):
                self.history[direction].append(night.score)
            night.decision = self.decide(direction, night, t)
        for direction, night in found.items():
            self.is_open[direction] |= night.decision == "RAISED"
        if any(self.is_open.values()) or any(self.person.open_by_record[t]):
            self.person.open_days.add(t)
        return found

    def dispose(self, t: int) -> None:
        """A person's disposition: sums at zero, and a refractory fortnight."""
        for direction, is_disposed in zip(NAMES, self.person.disposed[t], strict=False):
            if is_disposed:
                latest = self.history[direction][-1] if self.history[direction] else 0.0
                self.refractory[direction] = (t + 14, latest)
                self.history[direction], self.is_open[direction] = [], False
                self.sums |= {(direction, f): 0.0 for f in self.columns}

    def accumulate(self) -> None:
        """Step 5."""
        for f in self.columns:
            self.missing[f] = 0 if self.z[f] is not None else self.missing[f] + 1
            for direction in NAMES:
                old = self.sums[direction, f]
                if self.z[f] is not None:
                    y = _y(self.flat[f][1], direction, self.z[f])
                    self.sums[direction, f] = min(12.0, max(0.0, old + y - 0.5))
                elif self.missing[f] > 4:
                    self.sums[direction, f] = old * 0.8 if old * 0.8 >= 0.01 else 0.0

    def choose(self) -> None:
        """The first usable feature of each marker."""
        usable = [self.n[f] >= 14 and self.missing[f] < 7 for f in self.columns]
        rivals = [[e for e in range(f) if self.flat[e][1] is self.flat[f][1]] for f in self.columns]
        self.chosen = [usable[f] and not any(usable[e] for e in rivals[f]) for f in self.columns]

    def weigh(self, direction: str) -> Night:
        """Step 6."""
        worth = [bars for domain in self.profile.domains if (bars := self.bars(domain, direction))]
        top = [bars for bars in sorted(worth, key=lambda bars: -sum(bars.values())) if sum(bars.values()) > 0][:3]
        return Night(sum(sum(bars.values()) for bars in top), {f: v for bars in top for f, v in bars.items()})

    def bars(self, domain: Domain, direction: str) -> dict[int, float]:
        """What each feature of a domain is worth."""
        weight = {f: _w(self.flat[f][1], direction) for f in self.columns if self.flat[f][0] is domain}
        weight = {f: w for f, w in weight.items() if self.chosen[f] and w > 0}
        if not weight:
            return {}
        best = max(weight.values())
        scale = best * (0.5 if best == WeightClass.C.weight else 1.0) / sum(weight.values())
        return {f: scale * w * self.sums[direction, f] for f, w in weight.items()}

    def decide(self, direction: str, night: Night, t: int) -> str:
        """Step 7 and the policies: the first reason that holds."""
        standing, days = _standing(self.person, self.profile, t)
        factor = 1.0 if standing == "established" else 1.25
        reasons = {
            "LEARNING": standing == "learning",
            "CONTAMINATED": self.person.contaminated[t] and direction == "withdrawal",
            "QUIET": night.score < factor * (8.0 if direction == "unusual" else 4.0),
            "DIGEST": direction == "unusual" or night.score < factor * 6.0,
            "ONE_DOMAIN": len(self.supports(night)) < 2,
            "STALE": any(self.is_stale(columns, t) for columns in self.supports(night)),
            "FALLING": self.is_falling(direction),
            "UPDATES_OPEN": self.is_open[direction] or self.is_open_by_record(direction, t),
            "REFRACTORY": self.is_refractory(direction, night.score, t),
            "GRADE_D": self.is_poor(days, t),
        }
        return next((name for name, holds in reasons.items() if holds), "RAISED")

    def supports(self, night: Night) -> list[list[int]]:
        """The columns of each domain that brings a fifth of the score."""
        groups = [[f for f in night.bars if self.flat[f][0] is domain] for domain in self.profile.domains]
        return [group for group in groups if group and sum(night.bars[f] for f in group) >= 0.2 * night.score]

    def is_stale(self, columns: list[int], t: int) -> bool:
        """Fewer than four of the last seven days with a value."""
        return sum(any(self.person.values[day][f] is not None for f in columns) for day in _week(t)) < 4

    def is_falling(self, direction: str) -> bool:
        """Fallen on both of the last two nights with data."""
        last = self.history[direction][-3:]
        return len(last) == 3 and last[2] < last[1] - 1e-9 and last[1] < last[0] - 1e-9

    def is_open_by_record(self, direction: str, t: int) -> bool:
        """Whether the records hold an alert open."""
        return direction != "unusual" and self.person.open_by_record[t][NAMES.index(direction)]

    def is_refractory(self, direction: str, score: float, t: int) -> bool:
        """Disposed of less than a fortnight ago, and not half as strong again."""
        until, reference = self.refractory.get(direction, (-1, 0.0))
        return t < until and score < 1.5 * reference

    def is_poor(self, days: int, t: int) -> bool:
        """Grade D."""
        used = [f for f in self.columns if self.chosen[f]]
        cells = [(day, f) for day in _week(t) for f in used if self.person.values[day][f] is not None]
        share = sum(self.person.coverage[day][f] for day, f in cells) / (7 * len(used)) if used else 0.0
        return share < 0.5 or days < 14 or self.person.device_age[t] < 7


def _week(t: int) -> range:
    """The last seven days."""
    return range(max(0, t - 6), t + 1)
