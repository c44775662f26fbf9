"""Two participants' published facts: one of them withdraws, the other stays as ordinary as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
from sqlalchemy import select

from alerts.flags import judge
from alerts.flags.judge import Judged
from alerts.flags.memory import STATE_PURPOSE
from alerts.flags.tables import DetectorStateRow, FlagRow
from pipeline.registry.keys import KeyRing
from pipeline.site import Detection, Site
from pipeline.warehouse import publish
from tests.alerts.making import KEY, Clinic
from tests.plugins.people import FIRST, SECOND
from tests.warehouse.making import facts

FIRST_DAY = date(2025, 10, 7)
LAST_DAY = date(2026, 1, 4)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
CHANGED_FROM = 70
ORDINARY = {
    "steps_count": (6400.0, 900.0),
    "longest_still_h": (9.0, 1.0),
    "outgoing_call_count": (4.0, 1.5),
    "distance_km": (8.0, 3.0),
    "place_count": (4.0, 1.0),
    "home_time_h": (14.0, 1.5),
    "sleep_duration_h": (7.4, 0.8),
    "sleep_midpoint_h": (15.5, 0.7),
}
"""Level and day-to-day standard deviation of somebody ordinary, natural units."""
WITHDRAWN = {"steps_count": -2500.0, "longest_still_h": 2.5, "distance_km": -5.0, "home_time_h": 4.0}
DETECTION = Detection(route_threshold_score=10.0, digest_threshold_score=6.0)
Values = Mapping[tuple[str, date, str], float]


def detecting(site: Site) -> Site:
    """A site whose thresholds a plain change passes."""
    return replace(site, detection=DETECTION)


def values_of(participant_id: str, seed: int, change: Mapping[str, float]) -> dict[tuple[str, date, str], float]:
    """A participant's facts, changed from the planted day on."""
    draw, found = np.random.default_rng(seed), {}
    for feature_id, (level, spread) in ORDINARY.items():
        for day, noise in enumerate(draw.standard_normal(DAYS).tolist()):
            moved = change.get(feature_id, 0.0) if day >= CHANGED_FROM else 0.0
            key = (participant_id, FIRST_DAY + timedelta(days=day), feature_id)
            found[key] = max(0.0, level + spread * noise + moved)
    return found


def two_people() -> dict[tuple[str, date, str], float]:
    """The first withdraws; the second does not."""
    return values_of(FIRST, 1, WITHDRAWN) | values_of(SECOND, 2, {})


@dataclass(frozen=True)
class Detector:
    """A clinic with published facts, and runs of the step that are counted."""

    clinic: Clinic
    runs: list[str] = field(default_factory=list)

    def publish(self, values: Values) -> None:
        """Publish facts as they would be by a night's run."""
        rows = [(*key, value) for key, value in values.items()]
        publish.append(self.clinic.site, self.clinic.clock, "feature.daily", facts(*rows), f"facts-{len(self.runs)}")
        self.runs.append("facts")

    def judge(self, night: date | None = None) -> Judged:
        """Judge what was not judged."""
        self.runs.append("judge")
        clinic, run_id = self.clinic, f"judge-{len(self.runs)}"
        return judge.run(clinic.site, clinic.store, clinic.clock, run_id, clinic.roster(), KEY, night)

    def replay(self) -> pl.DataFrame:
        """Decide again and store nothing."""
        clinic = self.clinic
        return judge.replay(clinic.site, clinic.store, clinic.clock, clinic.roster(), KEY)

    def flags(self) -> list[FlagRow]:
        """Every flag, in order of participant, night and direction."""
        with self.clinic.store.read() as session:
            found = list(session.scalars(select(FlagRow).order_by(FlagRow.participant_id, FlagRow.night)))
            session.expunge_all()
            return found

    def evidence(self) -> list[tuple[str, date, str, str]]:
        """What identifies each flag and its frozen evidence."""
        return [(one.flag_id, one.night, one.direction.value, one.evidence_digest) for one in self.flags()]

    def states(self) -> dict[tuple[str, date], pl.DataFrame]:
        """The newest state of each participant and night."""
        with self.clinic.store.read() as session:
            keys, found = KeyRing(session, KEY), {}
            for row in session.scalars(select(DetectorStateRow).order_by(DetectorStateRow.state_id)):
                opened = keys.open(row.participant_id, row.sealed_state, STATE_PURPOSE)
                found[row.participant_id, row.night] = pl.read_ipc(opened)
            return found

    def state_counts(self) -> dict[tuple[str, date], int]:
        """How many states each participant and night has."""
        counts: dict[tuple[str, date], int] = {}
        with self.clinic.store.read() as session:
            for row in session.execute(select(DetectorStateRow.participant_id, DetectorStateRow.night)):
                counts[row[0], row[1]] = counts.get((row[0], row[1]), 0) + 1
        return counts


def same_states(one: Mapping[tuple[str, date], pl.DataFrame], other: Mapping[tuple[str, date], pl.DataFrame]) -> bool:
    """Whether two runs remember the same of every night; floats to the last bit."""
    return one.keys() == other.keys() and all(frame.equals(other[key]) for key, frame in one.items())
