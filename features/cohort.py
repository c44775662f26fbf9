"""The people a task states facts about: when each was enrolled, where, on which phone, and what they refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy.orm import Session

from features.declaration import Family
from features.grid import DAYS
from pipeline.registry import kinds
from pipeline.registry.events import Consent, Participant
from pipeline.registry.history import Noted, history
from pipeline.registry.purposes import ANALYSE_WITH_AI, collect_stream, includes
from pipeline.registry.roster import grouped, roster_at
from pipeline.registry.timelines import handset_timeline, zone_timeline
from pipeline.registry.words import ConsentStatus, ParticipantStatus
from pipeline.vocabulary.ids import shard_of
from pipeline.vocabulary.stream import INSTANT
from pipeline.vocabulary.streams import all_streams

SPANS: dict[str, pl.DataType | type[pl.DataType]] = {
    "participant_id": pl.String,
    "from_at_utc": INSTANT,
    "to_at_utc": INSTANT,
}
REFUSALS: dict[str, pl.DataType | type[pl.DataType]] = {**SPANS, "stream": pl.String}
Steps = Sequence[tuple[datetime, bool]]
"""Something that holds or does not, from an instant on; in order."""


@dataclass(frozen=True)
class Cohort:
    """Frames about the participants of some shards: `enrolled` (`SPANS`), `refusals` (`REFUSALS`), timelines.

    A span without an end has a null `to_at_utc`.
    """

    enrolled: pl.DataFrame
    refusals: pl.DataFrame
    zones: pl.DataFrame
    handsets: pl.DataFrame

    @property
    def participants(self) -> list[str]:
        """Everybody who was ever enrolled, in order."""
        return sorted(self.enrolled["participant_id"].unique())


def read_cohort(session: Session, at_utc: datetime, shards: tuple[int, int]) -> Cohort:
    """The participants of a half-open range of shards, as the registry knows them at an instant."""

    def mine(participant_id: str) -> bool:
        return shards[0] <= shard_of(participant_id) < shards[1]

    roster = roster_at(session, at_utc)
    people = grouped(history(session, kinds.PARTICIPANT, at_utc), lambda note: str(note.event.participant_id))
    said = grouped(
        history(session, kinds.CONSENT, at_utc), lambda note: (str(note.event.participant_id), note.event.purpose)
    )
    chosen = sorted(filter(mine, people))
    return Cohort(
        enrolled=pl.DataFrame(
            [(one, *span) for one in chosen for span in _enrolled(people[one], said.get((one, ANALYSE_WITH_AI), ()))],
            schema=SPANS,
            orient="row",
        ),
        refusals=pl.DataFrame([row for one in chosen for row in _refusals(one, said)], schema=REFUSALS, orient="row"),
        zones=zone_timeline(roster).filter(pl.col("participant_id").is_in(chosen)),
        handsets=handset_timeline(roster).filter(pl.col("participant_id").is_in(chosen)),
    )


def refused_days(family: Family, refusals: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The days (`DAYS`) at whose beginning every stream that a family reads was refused."""
    names = sorted(stream.name for stream in family.inputs)
    spans = refusals.filter(pl.col("stream").is_in(names))
    during = (pl.col("from_at_utc") <= pl.col("starts_at_utc")) & (
        pl.col("to_at_utc").is_null() | (pl.col("starts_at_utc") < pl.col("to_at_utc"))
    )
    days = edges.join(spans, on="participant_id").filter(during).group_by(list(DAYS)).agg(pl.col("stream").n_unique())
    return days.filter(pl.col("stream") == len(names)).select(list(DAYS)).sort(list(DAYS))


def spans_where(
    test: Callable[[Sequence[bool | None]], bool], *told: Steps
) -> Iterator[tuple[datetime, datetime | None]]:
    """The spans in which a test holds of several things told in steps; before its first step a thing is None."""
    began: datetime | None = None
    for instant in sorted({instant for steps in told for instant, _ in steps}):
        state = [_at(steps, instant) for steps in told]
        if test(state) and began is None:
            began = instant
        elif not test(state) and began is not None:
            yield began, instant
            began = None
    if began is not None:
        yield began, None


def _at(steps: Steps, instant: datetime) -> bool | None:
    held = [value for since, value in steps if since <= instant]
    return held[-1] if held else None


def _enrolled(
    notes: Iterable[Noted[Participant]], ai: Iterable[Noted[Consent]]
) -> Iterator[tuple[datetime, datetime | None]]:
    """Withdrawing from analysis ends enrolment as leaving does; a pause does not."""
    takes_part = [(note.effective_at_utc, note.event.status is not ParticipantStatus.ENDED) for note in notes]
    return spans_where(lambda state: state[0] is True and state[1] is not False, takes_part, _given(ai))


def _refusals(
    participant_id: str, said: dict[tuple[str, str], tuple[Noted[Consent], ...]]
) -> Iterator[tuple[str, datetime, datetime | None, str]]:
    for name, stream in all_streams().items():
        told = [_given(said.get((participant_id, purpose), ())) for purpose in includes(collect_stream(stream))]
        for span in spans_where(lambda state: False in state, *told):
            yield participant_id, *span, name


def _given(notes: Iterable[Noted[Consent]]) -> Steps:
    return [(note.effective_at_utc, note.event.status is ConsentStatus.GIVEN) for note in notes]
