"""Daily features as a dense grid of participants, days and features, with what is known about each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from alerts.baselines.arrays import Bools, Codes, Floats
from alerts.baselines.standing import UNKNOWN_CLASS
from alerts.deviations.layout import layout_of
from alerts.deviations.profile import Profile
from pipeline.errors import InvariantError

REST_WEEKDAYS = frozenset({6, 7})
"""ISO weekdays on which most participants rest."""
IRREGULAR_WORK = frozenset({"shift", "student"})
"""Work patterns whose rest days no calendar knows: their days are of an unknown class, with no rest-day offset."""


@dataclass(frozen=True)
class Grid:
    """Arrays over participants x days x features, in the order of the profile's columns.

    `value` is in natural units, NaN where missing; `coverage_ratio` is 1 where nothing is known of it. `rest`
    (participants x days) is 1 rest, 0 work, -1 unknown. What a caller may set with `dataclasses.replace`:
    `is_barred` keeps days out of baselines (annotated episode, exceptional day, migration week); `is_unscored` keeps
    days out of the score and the baseline (travel, a clock change for timing features); `is_contaminated`
    (participants x days) says that the baseline was begun in an episode; `device_age_days` (participants x days) is
    NaN where no change of device is known.
    """

    participants: tuple[str, ...]
    first_day: date
    profile: Profile
    value: Floats
    coverage_ratio: Floats
    rest: Codes
    is_barred: Bools | None = None
    is_unscored: Bools | None = None
    is_contaminated: Bools | None = None
    device_age_days: Floats | None = None

    @property
    def day_count(self) -> int:
        """How many days the grid spans."""
        return int(self.value.shape[1])

    @property
    def last_day(self) -> date:
        """The newest day of the grid."""
        return self.day_at(self.day_count - 1)

    @property
    def is_usable(self) -> Bools:
        """Where a value is present and may be scored; what was observed for no time at all is not a value."""
        present = np.isfinite(self.value) & (self.coverage_ratio > 0.0)
        return present if self.is_unscored is None else present & ~self.is_unscored

    def day_at(self, index: int) -> date:
        """The local day of a day index."""
        return self.first_day + timedelta(days=index)

    def index_of(self, day: date) -> int:
        """The day index of a local day."""
        return (day - self.first_day).days


def to_grid(daily: pl.DataFrame, profile: Profile, participants: pl.DataFrame, first_day: date, last_day: date) -> Grid:
    """Lay long-form daily features out as a grid.

    `daily`: `participant_id, local_day, feature_id, value, coverage_ratio` (`feature.daily`; further columns,
    features and days are left aside). `participants`: `participant_id, work_pattern`, one row each, in any order.
    Raises `InvariantError` where one participant-day has a feature twice.
    """
    people = participants.sort("participant_id")
    names = tuple(people["participant_id"].to_list())
    shape = (len(names), (last_day - first_day).days + 1, len(profile.feature_ids))
    cells = _cells(daily, profile, names, (first_day, last_day))
    place = tuple(cells[axis].to_numpy() for axis in ("person", "day", "column"))
    value, coverage = np.full(shape, np.nan), np.ones(shape)
    value[place] = cells["value"].to_numpy()
    coverage[place] = cells["coverage_ratio"].to_numpy()
    rest = _rest(people["work_pattern"].to_list(), first_day, shape[1])
    return Grid(names, first_day, profile, value, coverage, rest)


def _cells(daily: pl.DataFrame, profile: Profile, names: tuple[str, ...], days: tuple[date, date]) -> pl.DataFrame:
    """The cells that have a value, with their place in the grid."""
    columns = pl.DataFrame({"feature_id": layout_of(profile).feature_ids}).with_row_index("column")
    people = pl.DataFrame({"participant_id": names}, schema={"participant_id": pl.String}).with_row_index("person")
    cells = (
        daily.filter(pl.col("local_day").is_between(*days), pl.col("value").is_not_null())
        .join(people, on="participant_id")
        .join(columns, on="feature_id")
        .select(
            pl.col("person", "column").cast(pl.Int64),
            (pl.col("local_day") - days[0]).dt.total_days().alias("day"),
            pl.col("value").cast(pl.Float64),
            pl.col("coverage_ratio").cast(pl.Float64).fill_null(1.0),
        )
    )
    repeated = cells.height - cells.select("person", "day", "column").unique().height
    if repeated:
        raise InvariantError(f"found {repeated} daily features given twice, expected one row per participant, day, id")
    return cells


def _rest(work_patterns: list[str | None], first_day: date, day_count: int) -> Codes:
    """The class of each day: by weekday, unless the participant's work follows no calendar."""
    weekdays = [(first_day + timedelta(days=index)).isoweekday() for index in range(day_count)]
    calendar = np.array([weekday in REST_WEEKDAYS for weekday in weekdays], dtype=np.int8)
    is_irregular = np.array([pattern in IRREGULAR_WORK for pattern in work_patterns], dtype=np.bool_)
    return np.where(is_irregular[:, None], np.int8(UNKNOWN_CLASS), calendar).astype(np.int8)
