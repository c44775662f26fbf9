"""Mobility as its definitions read, in plain Python: slow, obvious, for one participant whose days are in UTC."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NONE = timedelta(0)
Place = tuple[float, float]
Fix = tuple[datetime, float, float, float]
"""Instant, latitude, longitude, accuracy; at most one a minute."""


@dataclass(frozen=True)
class Part:
    """A part of a day: a stay, a way or nobody knows."""

    kind: str
    starts: datetime
    ends: datetime
    place: Place
    path_m: float = 0.0
    spread_m2: float = 0.0


@dataclass
class Day:
    """A local day with the points it believes, its radius, its nodes and its parts."""

    date: date
    starts: datetime
    ends: datetime
    points: list[Fix] = field(default_factory=list)
    radius: float = 100.0
    nodes: list[tuple[datetime, datetime, Place]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def stays(self) -> list[Part]:
        """The parts that are stays."""
        return [part for part in self.parts if part.kind == "stay"]


def read_days(fixes: list[Fix], dates: list[date]) -> list[Day]:
    """Every day, from four to four."""
    days: list[Day] = []
    for each in dates:
        starts = datetime.fromisoformat(f"{each}T04:00:00+00:00")
        day = Day(each, starts, starts + 24 * HOUR)
        own = sorted(fix for fix in fixes if day.starts <= fix[0] < day.ends)
        day.points = without_teleports(sure_enough(own))
        if day.points:
            day.radius = min(300.0, max(100.0, 2 * median(fix[3] for fix in day.points)))
            before = days[-1].points[-1:] if days else []
            day.nodes = nodes_of(before + day.points, day)
        day.parts = parts_of(day)
        days.append(day)
    return days


def sure_enough(points: list[Fix]) -> list[Fix]:
    """Not worse than 300 m, and not worse than 51 m where a better one is within a quarter of an hour."""
    good = [fix for fix in points if fix[3] <= 51]
    return [
        fix
        for fix in points
        if fix[3] <= 300 and (fix in good or all(abs(fix[0] - other[0]) > 15 * MINUTE for other in good))
    ]


def without_teleports(points: list[Fix]) -> list[Fix]:
    """Without those reached and left faster than 250 km/h that come back."""
    kept = list(points)
    at = 1
    while at < len(kept) - 1:
        before, fix, after = kept[at - 1 : at + 2]
        way_in, way_out = metres(before[1:3], fix[1:3]), metres(fix[1:3], after[1:3])
        limit = 250 / 3.6
        too_fast = way_in > limit * seconds(fix[0] - before[0]) and way_out > limit * seconds(after[0] - fix[0])
        if too_fast and metres(before[1:3], after[1:3]) < max(way_in, way_out):
            kept.pop(at)
        else:
            at += 1
    return kept


def seconds(gap: timedelta) -> float:
    """At least half a minute."""
    return max(30.0, gap.total_seconds())


def metres(one: Place, other: Place) -> float:
    """The great circle, by the angle between two vectors."""
    (lat_a, lon_a), (lat_b, lon_b) = one, other
    a, b, turn = math.radians(lat_a), math.radians(lat_b), math.radians(lon_b - lon_a)
    across = math.hypot(
        math.cos(b) * math.sin(turn), math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(turn)
    )
    along = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6_371_008.8 * math.atan2(across, along)


def nodes_of(points: list[Fix], day: Day) -> list[tuple[datetime, datetime, Place]]:
    """Runs of ten minutes or more at one place, and the points between them."""
    nodes, at = [], 0
    while at < len(points):
        last, place = longest_run(points, at, day)
        if points[last][0] - points[at][0] < 10 * MINUTE:
            last, place = at, points[at][1:3]
        nodes.append((points[at][0], points[last][0], place))
        at = last + 1
    return nodes


def longest_run(points: list[Fix], first: int, day: Day) -> tuple[int, Place]:
    """The last of the points that stay near the middle of those before them; a lone stray one is passed over."""
    members, last, at = [points[first]], first, first + 1
    while at < len(points) and is_bridged(points[at - 1][0], points[at][0], day):
        middle = weighted_middle(members)
        if is_near(points[at], middle, day.radius):
            members.append(points[at])
            last = at
        else:
            comes_back = at + 1 < len(points) and is_bridged(points[at][0], points[at + 1][0], day)
            is_stray = is_near(points[at], middle, 2 * day.radius)
            if not (is_stray and comes_back and is_near(points[at + 1], middle, day.radius)):
                break
        at += 1
    return last, weighted_middle(members)


def weighted_middle(members: list[Fix]) -> Place:
    """The mean position, each weighted by the inverse square of its accuracy."""
    weights = [1 / max(5.0, fix[3]) ** 2 for fix in members]
    lat = sum(weight * fix[1] for weight, fix in zip(weights, members, strict=True)) / sum(weights)
    lon = sum(weight * fix[2] for weight, fix in zip(weights, members, strict=True)) / sum(weights)
    return lat, lon


def is_near(fix: Fix, middle: Place, radius: float) -> bool:
    """Within the radius or within its own 95 % circle."""
    return metres(fix[1:3], middle) <= max(radius, 1.6 * fix[3])


def is_bridged(starts: datetime, ends: datetime, day: Day) -> bool:
    """Two hours by day; twelve if the gap's middle is between 22 and 8 o'clock."""
    middle = starts + (ends - starts) / 2
    clock_h = (4 + (middle - day.starts) / HOUR) % 24
    return ends - starts <= (12 * HOUR if clock_h >= 22 or clock_h < 8 else 2 * HOUR)


def parts_of(day: Day) -> list[Part]:
    """The day cut into stays, ways and the unknown."""
    if not day.nodes:
        return [Part("unknown", day.starts, day.ends, (0.0, 0.0))]
    parts = []
    first = max(day.starts, day.nodes[0][0])
    parts.append(Part("unknown", day.starts, first, (0.0, 0.0)))
    for at, (starts, ends, place) in enumerate(day.nodes):
        is_last = at == len(day.nodes) - 1
        held = min(ends + 30 * MINUTE, day.ends) if is_last and ends - starts >= 10 * MINUTE else ends
        parts.append(Part("stay", max(starts, day.starts), max(held, day.starts), place))
        follow = day.ends if is_last else max(day.nodes[at + 1][0], day.starts)
        if is_last:
            parts.append(Part("unknown", max(held, day.starts), follow, place))
        else:
            parts.append(way_between(day, day.nodes[at], day.nodes[at + 1]))
    return [part for part in parts if part.ends > part.starts or part.path_m > 0]


def way_between(day: Day, one: tuple[datetime, datetime, Place], other: tuple[datetime, datetime, Place]) -> Part:
    """Still there, on the way, or unknown."""
    starts, ends = max(one[1], day.starts), max(other[0], day.starts)
    are_stays = all(node[1] - node[0] >= 10 * MINUTE for node in (one, other))
    way = metres(one[2], other[2])
    if are_stays and way <= day.radius:
        return Part("stay" if is_bridged(one[1], other[0], day) else "unknown", starts, ends, one[2])
    if way > 350 * seconds(other[0] - one[1]):
        return Part("unknown", starts, ends, one[2])
    kind = "moving" if other[0] - one[1] <= 30 * MINUTE else "unknown"
    middle = ((one[2][0] + other[2][0]) / 2, (one[2][1] + other[2][1]) / 2)
    return Part(kind, starts, ends, middle, way, way**2 / 12)


def length(part: Part) -> timedelta:
    """How long a part lasts."""
    return part.ends - part.starts


def gather(stays: list[tuple[Part, float]], weights: list[timedelta]) -> list[int]:
    """Places of stays (with their days' radii): the weightiest without a place founds one."""
    labels = [-1] * len(stays)
    for founder in sorted(range(len(stays)), key=lambda at: (-weights[at], at)):
        if labels[founder] < 0:
            new = max(labels) + 1
            for at, (stay, radius) in enumerate(stays):
                limit = max(radius, stays[founder][1])
                if labels[at] < 0 and metres(stay.place, stays[founder][0].place) <= limit:
                    labels[at] = new
    return labels


def state(days: list[Day]) -> dict[str, float | None]:
    """What is stated of the last of some days."""
    today = days[-1]
    total: dict[str, timedelta] = defaultdict(timedelta)
    for part in today.parts:
        total[part.kind] += length(part)
    known = total["stay"] + total["moving"]
    facts: dict[str, float | None] = {
        "moving_h": total["moving"] / HOUR,
        "stationary_ratio": total["stay"] / known if known else None,
        "distance_km": sum(part.path_m for part in today.parts) / 1000,
        "radius_of_gyration_km": gyration_km(today),
        "coverage_ratio": known / (today.ends - today.starts),
    }
    return {**facts, **state_places(days), **state_home(days)}


def gyration_km(day: Day) -> float | None:
    """The root mean square distance from the middle, in kilometres."""
    seen = [part for part in day.parts if part.kind != "unknown" and part.ends > part.starts]
    if not seen:
        return None
    whole = sum(length(part) / HOUR for part in seen)
    origin = seen[0].place
    plane = [
        (
            math.radians(part.place[1] - origin[1]) * math.cos(math.radians(origin[0])) * 6_371_008.8,
            math.radians(part.place[0] - origin[0]) * 6_371_008.8,
        )
        for part in seen
    ]
    shares = [length(part) / HOUR / whole for part in seen]
    east = sum(share * spot[0] for share, spot in zip(shares, plane, strict=True))
    north = sum(share * spot[1] for share, spot in zip(shares, plane, strict=True))
    scatter = sum(
        share * ((spot[0] - east) ** 2 + (spot[1] - north) ** 2 + part.spread_m2)
        for share, spot, part in zip(shares, plane, seen, strict=True)
    )
    return math.sqrt(scatter) / 1000


def state_places(days: list[Day]) -> dict[str, float | None]:
    """Counts and entropy of the places of the last day."""
    window = [(stay, day.radius) for day in days for stay in day.stays]
    labels = gather(window, [length(stay) for stay, _ in window])
    today = labels[len(window) - len(days[-1].stays) :]
    time: dict[int, timedelta] = defaultdict(timedelta)
    for label, stay in zip(today, days[-1].stays, strict=True):
        time[label] += length(stay)
    whole = sum(time.values(), NONE)
    shares = [spent / whole for spent in time.values()] if whole else []
    return {
        "place_count": len(time),
        "significant_place_count": sum(spent >= 15 * MINUTE for spent in time.values()),
        "transition_count": sum(one != other for one, other in itertools.pairwise(today)),
        "place_entropy_nats": -sum(share * math.log(share) for share in shares) if shares else None,
    }


def state_home(days: list[Day]) -> dict[str, float | None]:
    """Hours at the place with most night, if there were three nights at it."""
    window = [(stay, day.radius) for day in days for stay in day.stays]
    nights = [night_times(stay) for stay, _ in window]
    rest = [sum(times.values(), NONE) for times in nights]
    labels = gather(window, rest)
    by_place: dict[int, timedelta] = defaultdict(timedelta)
    for label, time in zip(labels, rest, strict=True):
        by_place[label] += time
    if not any(by_place.values()):
        return {"home_time_h": None}
    best = min(by_place, key=lambda label: (-by_place[label], label))
    members = [at for at, label in enumerate(labels) if label == best]
    slept = {night for at in members for night in nights[at]}
    if len(slept) < 3:
        return {"home_time_h": None}
    founder = max(members, key=lambda at: (rest[at], -at))
    home, radius = window[founder][0].place, window[founder][1]
    limit = max(radius, days[-1].radius)
    at_home = [length(stay) for stay in days[-1].stays if metres(stay.place, home) <= limit]
    return {"home_time_h": sum(at_home, NONE) / HOUR}


def night_times(stay: Part) -> dict[date, timedelta]:
    """How much of a stay lies between midnight and six, by date."""
    found = {}
    for step in (0, 1):
        midnight = datetime.fromisoformat(f"{stay.starts.date() + timedelta(days=step)}T00:00:00+00:00")
        overlap = min(stay.ends, midnight + 6 * HOUR) - max(stay.starts, midnight)
        if overlap > NONE:
            found[midnight.date()] = overlap
    return found
