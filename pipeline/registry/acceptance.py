"""The last accepted roster: what a run goes on with when the present registry has a fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.faults import roster_faults
from pipeline.registry.record import add_row, edit_of
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.tables import AcceptedRoster, RegistryHead
from pipeline.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class WorkingRoster:
    """The roster to go on with, and the faults of the present registry that it leaves aside."""

    roster: Roster
    faults: tuple[Fault, ...]


def accept_roster(uow: UnitOfWork) -> datetime:
    """Accept the registry as it now is, and give the instant as known at which it was accepted.

    Raises:
        ConfigurationError: the registry has a fault.
    """
    known_at_utc = edit_of(uow).recorded_at_utc
    faults = roster_faults(roster_at(uow.session, known_at_utc, known_at_utc))
    if faults:
        raise ConfigurationError(faults)
    add_row(uow, AcceptedRoster, {"known_at_utc": known_at_utc})
    uow.session.execute(update(RegistryHead).values(accepted_at_utc=known_at_utc))
    uow.record("roster.accepted", "roster", known_at_utc.isoformat())
    return known_at_utc


def last_accepted(session: Session, known_at_utc: datetime | None = None) -> datetime | None:
    """The instant as known at which the registry was last accepted (up to another instant); None if it never was."""
    asked = select(func.max(AcceptedRoster.known_at_utc))
    if known_at_utc is not None:
        asked = asked.where(AcceptedRoster.known_at_utc <= known_at_utc)
    return session.scalar(asked)


def working_roster(session: Session, at_utc: datetime, known_at_utc: datetime | None = None) -> WorkingRoster:
    """What held at an instant, by the present registry, or by the last accepted one where the present has a fault.

    Raises:
        ConfigurationError: the registry has a fault and was never accepted.
    """
    present = roster_at(session, at_utc, known_at_utc)
    faults = tuple(roster_faults(present))
    if not faults:
        return WorkingRoster(present, ())
    accepted_at_utc = last_accepted(session, known_at_utc)
    if accepted_at_utc is None:
        raise ConfigurationError(faults)
    return WorkingRoster(roster_at(session, at_utc, accepted_at_utc), faults)
