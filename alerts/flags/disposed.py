"""What people did about earlier flags, as the walk over nights needs to know it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.deviations.grid import Grid
from alerts.deviations.night import DIRECTED
from alerts.deviations.profile import DIRECTIONS
from alerts.deviations.state import State
from alerts.flags.held import why_held
from alerts.flags.memory import Departure
from alerts.flags.tables import FlagRow
from alerts.flags.words import Suppression, Tier
from alerts.queues.tables import AlertEventRow, AlertRow
from alerts.triage.words import Action
from pipeline.registry.roster import Roster
from pipeline.site import Site

DIRECTED_NAMES = [DIRECTIONS[axis] for axis in DIRECTED]
"""The directions that can have an alert, in the order of the walk's axis."""


def disposed_days(session: Session, site: Site, grid: Grid) -> NDArray[np.bool_]:
    """Participants x days x 2: where a person disposed of an alert, on the clinic's own date."""
    rows = session.execute(
        select(FlagRow.participant_id, FlagRow.direction, AlertEventRow.at_utc)
        .join(AlertRow, AlertRow.flag_id == FlagRow.flag_id)
        .join(AlertEventRow, AlertEventRow.alert_id == AlertRow.alert_id)
        .where(AlertEventRow.action == Action.DISPOSE, FlagRow.participant_id.in_(grid.participants))
    ).all()
    disposed = np.zeros((len(grid.participants), grid.day_count, len(DIRECTED_NAMES)), dtype=np.bool_)
    place = {name: index for index, name in enumerate(grid.participants)}
    for participant_id, direction, at_utc in rows:
        day = grid.index_of(at_utc.astimezone(ZoneInfo(site.zone)).date())
        if 0 <= day < grid.day_count and direction in DIRECTED_NAMES:
            disposed[place[participant_id], day, DIRECTED_NAMES.index(direction)] = True
    return disposed


UNSEEN = frozenset(Suppression) - {Suppression.ALREADY_OPEN}
"""Suppressions by which no clinician has the pattern before them."""


def reopened(session: Session, roster: Roster, departure: Departure) -> Callable[[State], State]:
    """Lets go of what the walk holds open although no clinician ever had it.

    A flag that was held back (commissioning, a stop, no consent, a night judged before) opens nothing. Once nothing
    holds the participant back any more, a pattern that still stands must be able to rise. Flags of nights after the
    departure say nothing about what is open there.
    """
    newest = (
        select(FlagRow.participant_id, FlagRow.direction, FlagRow.suppression)
        .where(FlagRow.participant_id.in_(departure.participants), FlagRow.tier == Tier.ROUTE)
        .where(FlagRow.night <= departure.after_night)
        .order_by(FlagRow.participant_id, FlagRow.direction, FlagRow.night, FlagRow.raised_at_utc)
    )
    last = {(who, direction): held for who, direction, held in session.execute(newest)}
    free = {key for key, held in last.items() if held in UNSEEN and why_held(roster, key[0]) is None}

    def let_go(state: State) -> State:
        is_open = state.is_open.copy()
        for person, participant_id in enumerate(state.participants):
            for axis, direction in zip(DIRECTED, DIRECTED_NAMES, strict=True):
                if (participant_id, direction) in free:
                    is_open[person, axis] = False
        return dataclasses.replace(state, is_open=is_open)

    return let_go
