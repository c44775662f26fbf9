"""What intake must know of participants: whose an export is, on which phone, and in which zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from polars.datatypes import DataType, DataTypeClass
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.registry.events import Device
from pipeline.registry.roster import Roster, roster_at
from pipeline.registry.tables import ParticipantKey
from pipeline.registry.timelines import zone_timeline
from pipeline.registry.words import OperatingSystem
from pipeline.vocabulary.stream import INSTANT

OWNER = "owner_id"
"""Whose the phone was at a row's instant: null where the registry knows of no phone in use then."""
PHONES: dict[str, DataType | DataTypeClass] = {
    "claimed_export_id": pl.String(),
    "device_id": pl.String(),
    OWNER: pl.String(),
    "from_at_utc": INSTANT,
    "to_at_utc": INSTANT,
}


@dataclass(frozen=True)
class People:
    """The roster at the instant at which exports were received, as intake asks it."""

    roster: Roster
    erased: frozenset[str]

    @classmethod
    def at(cls, session: Session, at_utc: datetime) -> People:
        """Participants as they are registered at an instant."""
        erased = select(ParticipantKey.participant_id).where(ParticipantKey.destroyed_at_utc.is_not(None))
        return cls(roster_at(session, at_utc), frozenset(session.scalars(erased)))

    @property
    def zones(self) -> pl.DataFrame:
        """The zone timeline of every participant."""
        return zone_timeline(self.roster)

    def participant_of(self, source: str, export_id: str) -> str | None:
        """Whose an export is now; None for a stranger's, and for one who was erased and must not come back."""
        phones = self.roster.devices_for(source, export_id)
        owner = phones[-1].participant_id if phones else None
        return None if owner in self.erased else owner

    def os_of(self, source: str, export_id: str) -> str:
        """What an export's phones run, `unknown` where they differ or nobody said."""
        systems = {phone.os for phone in self.roster.devices_for(source, export_id)}
        return (systems.pop() if len(systems) == 1 else OperatingSystem.UNKNOWN).value

    def with_devices(self, rows: pl.DataFrame, source: str, export_ids: Sequence[str]) -> pl.DataFrame:
        """Add `device_id` and `OWNER`, by each row's `claimed_export_id` and instant; the rows' order stays.

        A row from a time at which no phone was in use under that id has neither.
        """
        phones = _phones([phone for each in export_ids for phone in self.roster.devices_for(source, each)])
        joined = (
            rows.with_row_index("nth")
            .sort("at_utc")
            .join_asof(
                phones,
                left_on="at_utc",
                right_on="from_at_utc",
                by="claimed_export_id",
                check_sortedness=False,
            )
        )
        in_use = pl.col("to_at_utc").is_null() | (pl.col("at_utc") < pl.col("to_at_utc"))
        known = joined.with_columns(pl.when(in_use).then(pl.col(name)) for name in ("device_id", OWNER))
        return known.sort("nth").drop("nth", "from_at_utc", "to_at_utc")


def _phones(devices: Sequence[Device]) -> pl.DataFrame:
    """Phones as a timeline, sorted by the instant from which each was in use."""
    rows = [
        (one.export_id, one.device_id, one.participant_id, one.in_use_from_utc, one.in_use_to_utc) for one in devices
    ]
    return pl.DataFrame(rows, schema=PHONES, orient="row").sort("from_at_utc", "device_id")
