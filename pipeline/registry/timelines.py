"""The roster as frames: which zone held for a participant from an instant on, and which phone they used."""

from __future__ import annotations

from typing import cast

import polars as pl

from pipeline.registry.roster import Roster
from pipeline.vocabulary.local_day import ZONE_TIMELINE
from pipeline.vocabulary.stream import INSTANT

Columns = dict[str, pl.DataType | type[pl.DataType]]

HANDSET_TIMELINE: Columns = {"participant_id": pl.String, "from_at_utc": INSTANT, "os": pl.String}
_ZONE_COLUMNS = cast("Columns", ZONE_TIMELINE)


def zone_timeline(roster: Roster) -> pl.DataFrame:
    """The zones of every participant up to the roster's instant, as `ZONE_TIMELINE`, by participant and instant."""
    rows = [(one.participant_id, one.from_at_utc, one.zone) for one in roster.zones]
    return pl.DataFrame(rows, schema=_ZONE_COLUMNS, orient="row").sort("participant_id", "from_at_utc")


def handset_timeline(roster: Roster) -> pl.DataFrame:
    """The operating system of the phone in use from an instant on, by participant and instant.

    Where a phone was taken into use while another still was, the later one counts.
    """
    begun = sorted(roster.devices, key=lambda device: (device.in_use_from_utc, device.device_id))
    rows = [(device.participant_id, device.in_use_from_utc, device.os.value) for device in begun]
    frame = pl.DataFrame(rows, schema=HANDSET_TIMELINE, orient="row")
    last = frame.unique(["participant_id", "from_at_utc"], keep="last", maintain_order=True)
    return last.sort("participant_id", "from_at_utc")
