"""What a feature is: a declared, versioned number about a local day; and a family, which computes several at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from pipeline.vocabulary.stream import Stream


class MissingReason(StrEnum):
    """Why a feature has no value on a day. Missing is never zero."""

    NO_DATA = "no_data"
    AWAITING_DATA = "awaiting_data"
    LOW_COVERAGE = "low_coverage"
    DEVICE_OFF = "device_off"
    APP_NOT_RUNNING = "app_not_running"
    PERMISSION = "permission"
    NOT_SUPPORTED = "not_supported"
    UNDETERMINED = "undetermined"
    SHORT_HISTORY = "short_history"
    CONSENT = "consent"


@dataclass(frozen=True)
class Feature:
    """One declared feature. `reach_days` says how many days before a day its value may depend on."""

    feature_id: str
    unit: str
    definition: str
    citation: str
    minimum: float | None
    maximum: float | None
    version: int = 1
    reach_days: int = 0
    minimum_coverage_ratio: float = 0.0
    label: str = ""


VALUES = {
    "participant_id": pl.String,
    "local_day": pl.Date,
    "feature_id": pl.String,
    "value": pl.Float64,
    "value_low": pl.Float64,
    "value_high": pl.Float64,
    "coverage_ratio": pl.Float64,
    "missing_reason": pl.String,
}
"""What a family returns: long form, one row per participant-day and feature that it can speak about.

A null `value` has a `missing_reason`, and the other way round. `value_low`/`value_high` are an 80 % interval, null
where the feature has none. Days that a family leaves out are filled by `build` with `no_data`.
"""


@dataclass(frozen=True)
class Observations:
    """Everything that a family may read for a set of participants; plain frames, so that a notebook can make one.

    `streams`: stream name → frame of the stream's schema, sorted by participant and instant. A stream that is not
    there is a stream without a row. `edges`: `pipeline.vocabulary.local_day.DAY_EDGES` for every day wanted *and*
    the days before it that reaches need. `zones`: the zone timeline. `handsets`: `participant_id, from_at_utc, os`
    (android, ios, unknown), the phone in use from an instant on. `wanted`: `participant_id, local_day`, the days
    to be stated. `minutes`: evidence per minute (see `features.minutes`). `daily`: for a family that comes `after`
    others, the values of those families (as `VALUES`) for the wanted days and the days before that its reach needs.
    """

    streams: Mapping[str, pl.DataFrame]
    edges: pl.DataFrame
    zones: pl.DataFrame
    handsets: pl.DataFrame
    wanted: pl.DataFrame
    minutes: pl.DataFrame | None = None
    daily: pl.DataFrame | None = None

    def of(self, stream: Stream) -> pl.DataFrame:
        """The rows of a stream, empty when there are none."""
        return self.streams.get(stream.name, stream.empty())


@dataclass(frozen=True)
class Family:
    """Features that are computed together, the streams they read, and the function that computes them."""

    name: str
    sentence: str
    features: tuple[Feature, ...]
    inputs: tuple[Stream, ...]
    compute: Callable[[Observations], pl.DataFrame]
    reads_minutes: bool = field(default=False)
    after: tuple[str, ...] = ()

    @property
    def reach_days(self) -> int:
        """The longest reach of the family's features, in days."""
        return max(feature.reach_days for feature in self.features)
