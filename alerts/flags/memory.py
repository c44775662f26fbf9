"""What the detector remembers of each participant: sealed states by night, and from which night to walk on."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.deviations.state import State
from alerts.deviations.walk import RULE_VERSION
from alerts.flags.tables import DetectorStateRow
from pipeline.registry.keys import KeyRing
from pipeline.vocabulary.ids import ParticipantId
from pipeline.vocabulary.stream import INSTANT

STATE_PURPOSE = "detector_state"
"""What a state is sealed for."""


@dataclass(frozen=True)
class Remembered:
    """The state of a participant that was written last: after which night, and by what was known when.

    Nights are walked in order, so every night up to this one stands as judged. Nights after it, if there are any,
    are from before late facts were judged by a run that was cut short: they are judged again.
    """

    participant_id: ParticipantId
    night: date
    judged_at_utc: datetime


@dataclass(frozen=True)
class Departure:
    """Participants who walk on together: after the same night, or from the beginning (None)."""

    after_night: date | None
    participants: tuple[ParticipantId, ...]


def newest(session: Session, rule_digest: str) -> dict[ParticipantId, Remembered]:
    """The state of every participant that this very rule wrote last."""
    last_written = (
        select(func.max(DetectorStateRow.state_id))
        .where(DetectorStateRow.config_digest == rule_digest)
        .group_by(DetectorStateRow.participant_id)
    )
    rows = session.execute(
        select(DetectorStateRow.participant_id, DetectorStateRow.night, DetectorStateRow.judged_at_utc).where(
            DetectorStateRow.state_id.in_(last_written)
        )
    ).all()
    return {ParticipantId(who): Remembered(ParticipantId(who), night, at) for who, night, at in rows}


def departures(
    participants: Sequence[ParticipantId], known: dict[ParticipantId, Remembered], daily: pl.DataFrame
) -> list[Departure]:
    """Where each participant walks on from: the newest judged night, or the one before late data changed anything."""
    changed = _earliest_changed(known, daily)
    starts: dict[date | None, list[ParticipantId]] = defaultdict(list)
    for participant_id in participants:
        remembered = known.get(participant_id)
        night = remembered.night if remembered else None
        if night is not None and participant_id in changed:
            night = min(night, changed[participant_id] - timedelta(days=1))
        starts[night].append(participant_id)
    ordered = sorted(starts.items(), key=lambda start: start[0] or date.min)
    return [Departure(night, tuple(sorted(people))) for night, people in ordered]


def _earliest_changed(known: dict[ParticipantId, Remembered], daily: pl.DataFrame) -> dict[ParticipantId, date]:
    """The earliest judged day of each participant whose facts were stated anew after it was judged."""
    schema = pl.Schema({"participant_id": pl.String(), "night": pl.Date(), "judged_at_utc": INSTANT})
    rows = [(one.participant_id, one.night, one.judged_at_utc) for one in known.values()]
    judged = pl.DataFrame(rows, schema=schema, orient="row")
    late = daily.join(judged, on="participant_id").filter(
        pl.col("computed_at_utc") > pl.col("judged_at_utc"), pl.col("local_day") <= pl.col("night")
    )
    return dict(late.group_by("participant_id").agg(pl.col("local_day").min()).iter_rows())


def recall(
    session: Session, keys: KeyRing, departure: Departure, rule_digest: str
) -> tuple[pl.DataFrame, tuple[ParticipantId, ...]]:
    """The stored states after the departure's night, as `state.from_frame` takes them, and who has none."""
    newest_of_night = (
        select(func.max(DetectorStateRow.state_id))
        .where(
            DetectorStateRow.participant_id.in_(departure.participants),
            DetectorStateRow.night == departure.after_night,
            DetectorStateRow.config_digest == rule_digest,
        )
        .group_by(DetectorStateRow.participant_id)
    )
    rows = session.scalars(select(DetectorStateRow).where(DetectorStateRow.state_id.in_(newest_of_night))).all()
    frames = [_opened(keys, row) for row in rows]
    found = {row.participant_id for row in rows}
    lost = tuple(one for one in departure.participants if one not in found)
    return (pl.concat(frames) if frames else pl.DataFrame()), lost


def remember(
    session: Session, keys: KeyRing, state: State, rule_digest: str, run_id: str, judged_at_utc: datetime
) -> None:
    """Store the state of every participant after its night; earlier states of the same night stay."""
    session.add_all(_rows(keys, state, rule_digest, run_id, judged_at_utc))


def _rows(
    keys: KeyRing, state: State, rule_digest: str, run_id: str, judged_at_utc: datetime
) -> Iterable[DetectorStateRow]:
    frame = state.to_frame()
    for index, participant_id in enumerate(state.participants):
        content = io.BytesIO()
        frame[index : index + 1].write_ipc(content, compression="zstd")
        yield DetectorStateRow(
            participant_id=participant_id,
            night=state.as_of_day,
            sealed_state=keys.seal(participant_id, content.getvalue(), STATE_PURPOSE),
            rule_version=RULE_VERSION,
            config_digest=rule_digest,
            judged_at_utc=judged_at_utc,
            run_id=run_id,
        )


def _opened(keys: KeyRing, row: DetectorStateRow) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(keys.open(row.participant_id, row.sealed_state, STATE_PURPOSE)))
