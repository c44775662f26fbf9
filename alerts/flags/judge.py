"""Judging: every night not yet judged, in order, for every participant; what passes the gate becomes a flag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from alerts.deviations.grid import Grid, to_grid
from alerts.deviations.night import Judgement, recorded
from alerts.deviations.profile import Profile, declared_profile
from alerts.deviations.state import State, fresh_state, from_frame
from alerts.deviations.tables import JUDGEMENTS, baselines_frame, judgements_frame
from alerts.deviations.walk import Walk, held_by_night, nights
from alerts.flags import memory
from alerts.flags.disposed import disposed_days, reopened
from alerts.flags.evidence import rule_digest
from alerts.flags.exceptional import without_exceptional_days
from alerts.flags.raising import raise_flags
from alerts.flags.work import keep
from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.registry.keys import KeyRing, SiteKey
from pipeline.registry.purposes import ANALYSE_WITH_AI
from pipeline.registry.roster import Roster
from pipeline.site import Site
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ParticipantId
from pipeline.warehouse.read import Selection, latest_daily

JUDGE = Actor(ActorKind.SYSTEM, "judge", "pipeline")
PEOPLE_AT_ONCE = 256
NIGHTS_AT_ONCE = 30
"""A unit of work holds this many nights, so that nobody waits long for the audit chain."""


@dataclass(frozen=True)
class Judged:
    """What a run judged: participant-nights, the last night, and how many flags it raised."""

    night_count: int
    last_night: date | None
    flag_count: int


@dataclass(frozen=True)
class Bench:
    """Everything that judging needs beside the participants; facts stated after `known_at_utc` are not in `daily`."""

    site: Site
    store: Store
    clock: Clock
    key: SiteKey
    roster: Roster
    run_id: str
    profile: Profile
    daily: pl.DataFrame
    known_at_utc: datetime

    @property
    def rule_digest(self) -> str:
        """Identifies the rule in force."""
        return rule_digest(self.site.detection, self.profile.digest)


def run(
    site: Site, store: Store, clock: Clock, run_id: str, roster: Roster, key: SiteKey, night: date | None = None
) -> Judged:
    """Judge up to `night`, by default the last complete local day; what was judged before is not judged again."""
    bench = _bench(site, store, clock, run_id, roster, key)
    last = _last_night(bench, night)
    if last is None:
        return Judged(0, None, 0)
    people = _judged_people(roster)
    with store.read() as session:
        known = memory.newest(session, bench.rule_digest)
    starts = memory.departures(people, known, bench.daily)
    counts = [_walk_on(bench, start, last) for departure in starts for start in _chunks(departure)]
    return Judged(sum(nights for nights, _ in counts), last, sum(flags for _, flags in counts))


def replay(
    site: Site, store: Store, clock: Clock, roster: Roster, key: SiteKey, night: date | None = None
) -> pl.DataFrame:
    """Every decision that the rule in force would have made from the first day on, given what people disposed of.

    Nothing is stored or routed.
    """
    bench = _bench(site, store, clock, "replay", roster, key)
    last = _last_night(bench, night)
    people = _judged_people(roster)
    if last is None or not people:
        return pl.DataFrame(schema=JUDGEMENTS)
    grid, state = _from_the_start(bench, people, last)
    with store.read() as session:
        disposed = disposed_days(session, site, grid)
    return judgements_frame(_walked(bench, grid, state, disposed))


def _bench(site: Site, store: Store, clock: Clock, run_id: str, roster: Roster, key: SiteKey) -> Bench:
    profile = declared_profile(scores_long_sleep=site.detection.scores_long_sleep)
    # Noted before the facts are read: what is published in between counts as late, and is judged by the next run.
    now = clock.now_utc()
    daily = latest_daily(site, Selection(features=profile.feature_ids))
    # Publishing never gives an instant twice, so the facts may be stamped a little after the clock.
    stamped: datetime | None = daily.select(pl.col("computed_at_utc").max()).item()
    return Bench(site, store, clock, key, roster, run_id, profile, daily, max(now, stamped or now))


def _last_night(bench: Bench, asked: date | None) -> date | None:
    """The last complete local day: of the wall clock, or of the data on a retrospective site; no later than asked."""
    known = bench.daily.filter(pl.col("value").is_not_null())["local_day"]
    if known.is_empty():
        return None
    last = date.fromisoformat(str(known.max()))
    if not bench.site.is_retrospective:
        local_now = bench.clock.now_utc().astimezone(ZoneInfo(bench.site.zone)) - timedelta(
            hours=bench.site.day_starts_h
        )
        last = local_now.date() - timedelta(days=1)
    return last if asked is None else min(asked, last)


def _judged_people(roster: Roster) -> tuple[ParticipantId, ...]:
    """Active participants who agreed to the analysis."""
    return tuple(one for one in roster.active_participants if roster.has_consent(one, ANALYSE_WITH_AI))


def _chunks(departure: memory.Departure) -> Iterator[memory.Departure]:
    for first in range(0, len(departure.participants), PEOPLE_AT_ONCE):
        yield memory.Departure(departure.after_night, departure.participants[first : first + PEOPLE_AT_ONCE])


def _walk_on(bench: Bench, start: memory.Departure, last: date) -> tuple[int, int]:
    """Judge the nights after a departure up to the last; gives participant-nights and flags."""
    if start.after_night is not None and start.after_night >= last:
        return 0, 0
    stored, lost = pl.DataFrame(), start.participants
    if start.after_night is not None:
        with bench.store.read() as session:
            stored, lost = memory.recall(session, KeyRing(session, bench.key), start, bench.rule_digest)
    found = memory.Departure(start.after_night, tuple(one for one in start.participants if one not in lost))
    # Without a state of that very night a record is walked again from its first day.
    counts = [_judged(bench, *_from_the_start(bench, lost, last))] if lost else []
    if found.participants:
        counts.append(_judged(bench, *_from_state(bench, found, stored, last)))
    return sum(nights for nights, _ in counts), sum(flags for _, flags in counts)


def _judged(bench: Bench, grid: Grid, state: State) -> tuple[int, int]:
    with bench.store.read() as session:
        disposed = disposed_days(session, bench.site, grid)
    walk = _walked(bench, grid, state, disposed)
    return len(walk.judgements) * len(grid.participants), _settle(bench, walk)


def _from_state(bench: Bench, start: memory.Departure, stored: pl.DataFrame, last: date) -> tuple[Grid, State]:
    with bench.store.read() as session:
        let_go = reopened(session, bench.roster, start)
    state = let_go(from_frame(stored, start.participants, bench.profile, bench.site.detection))
    return _grid(bench, start.participants, _grid_start(bench, state), last), state


def _from_the_start(bench: Bench, people: tuple[ParticipantId, ...], last: date) -> tuple[Grid, State]:
    own = bench.daily.filter(pl.col("participant_id").is_in(people), pl.col("value").is_not_null())["local_day"]
    first = date.fromisoformat(str(own.min())) if own.len() else last
    return _grid(bench, people, first, last), fresh_state(people, bench.profile, bench.site.detection, first)


def _grid_start(bench: Bench, state: State) -> date:
    reach = state.as_of_day + timedelta(days=1 - bench.site.detection.baseline_search_days)
    return max(state.since_day, reach)


def _grid(bench: Bench, people: tuple[ParticipantId, ...], first: date, last: date) -> Grid:
    patterns = {one: bench.roster.participants[one].work_pattern for one in people}
    frame = pl.DataFrame(
        {"participant_id": list(patterns), "work_pattern": list(patterns.values())},
        schema={"participant_id": pl.String, "work_pattern": pl.String},
    )
    own = bench.daily.filter(pl.col("participant_id").is_in(people))
    return without_exceptional_days(to_grid(own, bench.profile, frame, first, max(first, last)), bench.roster)


@dataclass(frozen=True)
class Stepped(Walk):
    """A walk with the state after each of its nights."""

    states: tuple[State, ...] = ()


def _walked(
    bench: Bench, grid: Grid, state: State, disposed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> Stepped:
    record = recorded(grid)
    steps: list[tuple[State, Judgement]] = list(
        nights(record, state, bench.site.detection, held_by_night(grid, state, None, disposed))
    )
    states, judgements = tuple(after for after, _ in steps), tuple(judgement for _, judgement in steps)
    return Stepped(record, judgements, states[-1] if states else state, states)


def _settle(bench: Bench, walk: Stepped) -> int:
    """Keep what is published, then store states and flags, a stretch of nights at a time."""
    if not walk.states:
        return 0
    keep(bench.site, bench.run_id, walk, judgements_frame(walk), baselines_frame(walk))
    flags = 0
    for first in range(0, len(walk.states), NIGHTS_AT_ONCE):
        stretch = range(first, min(first + NIGHTS_AT_ONCE, len(walk.states)))
        flags += _store(bench, walk, stretch)
    return flags


def _store(bench: Bench, walk: Stepped, stretch: range) -> int:
    with bench.store.write(JUDGE, bench.clock) as uow:
        keys, flags = KeyRing(uow.session, bench.key), 0
        for index in stretch:
            state = walk.states[index]
            memory.remember(uow.session, keys, state, bench.rule_digest, bench.run_id, bench.known_at_utc)
            flags += raise_flags(uow, keys, bench.site, walk, walk.judgements[index], bench.rule_digest, bench.run_id)
        uow.record("night.judge", "night", walk.judgements[stretch[-1]].day.isoformat())
    return flags
