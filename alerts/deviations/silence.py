"""Days on which nothing was heard of a participant's behaviour, why, and when contact counts as lost.

Silence is never evidence for a pattern. Each kind goes to a different person: data on their way are waited for, a
technical gap is for whoever keeps the phones running, a withdrawn permission is a choice to ask about, and
unexplained silence of a formerly reliable participant is for the named clinician.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum

import numpy as np
import polars as pl

from alerts.baselines.arrays import Bools, Codes, Floats, Indices
from alerts.deviations.layout import layout_of
from alerts.deviations.profile import Profile
from features.declaration import MissingReason

LOST_AFTER_DAYS = 3
RARE_RATIO = 0.02
"""Contact is lost after three unexplained days, if fewer than 2 % of the participant's own gaps were as long."""
FEWEST_GAPS = 14
"""Whoever was heard of on fewer days has no habit of being reliable."""


class Silence(IntEnum):
    """What a day without any scored feature means; the lowest that applies is the day's."""

    HEARD = 0
    AWAITED = 1
    WITHHELD = 2
    TECHNICAL = 3
    UNEXPLAINED = 4

    @property
    def wording(self) -> str:
        """The kind in plain words."""
        return {
            Silence.HEARD: "data arrived",
            Silence.AWAITED: "data are on their way",
            Silence.WITHHELD: "a permission or consent is withdrawn",
            Silence.TECHNICAL: "the phone was off or the app was not running",
            Silence.UNEXPLAINED: "silent, and nothing explains it",
        }[self]


_KIND = {
    MissingReason.AWAITING_DATA: Silence.AWAITED,
    MissingReason.PERMISSION: Silence.WITHHELD,
    MissingReason.CONSENT: Silence.WITHHELD,
    MissingReason.DEVICE_OFF: Silence.TECHNICAL,
    MissingReason.APP_NOT_RUNNING: Silence.TECHNICAL,
}


def silences(
    daily: pl.DataFrame, profile: Profile, participants: tuple[str, ...], first_day: date, last_day: date
) -> Codes:
    """The kind of each day (participants x days), from the values and missing reasons of the scored features.

    `daily`: `participant_id, local_day, feature_id, value, missing_reason`. A day without a row is unexplained.
    """
    scored = [column.candidate.feature_id for column in layout_of(profile).columns if column.marker.is_scored]
    reasons = {reason.value: int(_KIND.get(reason, Silence.UNEXPLAINED)) for reason in MissingReason}
    kind = pl.col("missing_reason").replace_strict(reasons, default=int(Silence.UNEXPLAINED), return_dtype=pl.Int8)
    days = (
        daily.filter(pl.col("feature_id").is_in(scored), pl.col("local_day").is_between(first_day, last_day))
        .with_columns(pl.when(pl.col("value").is_not_null()).then(int(Silence.HEARD)).otherwise(kind).alias("kind"))
        .group_by("participant_id", "local_day")
        .agg(pl.col("kind").min())
        .join(pl.DataFrame({"participant_id": participants}).with_row_index("person"), on="participant_id")
    )
    out = np.full((len(participants), (last_day - first_day).days + 1), Silence.UNEXPLAINED, dtype=np.int8)
    out[days["person"].to_numpy(), (days["local_day"] - first_day).dt.total_days().to_numpy()] = days["kind"].to_numpy()
    return out


def contact_lost(silence: Codes) -> Bools:
    """The days (participants x days) on which contact with a formerly reliable participant counts as lost.

    Judged from the days before only: `silence` should begin with the participant's first day.
    """
    people, day_count = silence.shape
    gaps = np.zeros((people, day_count + 1))
    silent, unexplained = np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
    lost = np.zeros(silence.shape, dtype=np.bool_)
    for day in range(day_count):
        is_heard = silence[:, day] == Silence.HEARD
        gaps[is_heard, silent[is_heard]] += 1.0
        silent = np.where(is_heard, 0, silent + 1)
        unexplained = np.where(silence[:, day] == Silence.UNEXPLAINED, unexplained + 1, 0)
        lost[:, day] = (unexplained >= LOST_AFTER_DAYS) & _is_rare(gaps, silent)
    return lost


def _is_rare(gaps: Floats, length: Indices) -> Bools:
    """Whether so long a gap was rare so far; `gaps` counts each participant's gaps by length, none included."""
    as_long = np.take_along_axis(gaps[:, ::-1].cumsum(axis=1)[:, ::-1], length[:, None], axis=1)[:, 0]
    total = gaps.sum(axis=1)
    return np.asarray((total >= FEWEST_GAPS) & (as_long < RARE_RATIO * total))
