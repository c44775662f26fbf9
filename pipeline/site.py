"""What a deployment configures, read once into frozen values: the site, its folders and its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipeline.vocabulary.local_day import DEFAULT_DAY_STARTS_H


@dataclass(frozen=True)
class Folders:
    """Where everything of a site lies; the one place that builds these paths."""

    root: Path

    @property
    def exports(self) -> Path:
        """The drop folder that platforms' exports are put into."""
        return self.root / "exports"

    @property
    def var(self) -> Path:
        """Everything that Evenkeel writes."""
        return self.root / "var"

    @property
    def lake(self) -> Path:
        """Accepted observations: `stream / UTC date / shard`."""
        return self.var / "lake"

    @property
    def work(self) -> Path:
        """Files handed from one step of a run to the next, by run id; removed when the run is done."""
        return self.var / "work"

    @property
    def facts(self) -> Path:
        """The published feature store."""
        return self.var / "facts"

    @property
    def store(self) -> Path:
        """The relational store when it is SQLite."""
        return self.var / "store.sqlite"

    @property
    def site_key(self) -> Path:
        """The key that wraps all keys of participants, where no environment variable gives one."""
        return self.var / "site.key"


PositiveScore = Annotated[float, Field(gt=0)]
PositiveHours = Annotated[float, Field(gt=0)]
PositiveCount = Annotated[int, Field(gt=0)]


@dataclass(frozen=True)
class Retention:
    """How long raw observations and quarantined rows are kept, in days."""

    raw_days: PositiveCount = 90
    quarantine_days: PositiveCount = 30


@dataclass(frozen=True)
class Run:
    """How a nightly run is cut: into how many mapped tasks, and how many bytes of exports one of them reads."""

    tasks_count: PositiveCount = 4
    chunk_mb: PositiveCount = 256


@dataclass(frozen=True)
class Detection:
    """Settings of the deviation rule. The starter thresholds await calibration on a site's own records (ADR 7).

    `scores_long_sleep` lets sleeping longer than usual speak for withdrawal. `assumed_disposition_days` takes each
    flag as disposed of after so many days: for commissioning, calibration and benchmarks; at 0 only people dispose.
    """

    route_threshold_score: PositiveScore = 12.0
    digest_threshold_score: PositiveScore = 9.0
    provisional_factor_ratio: PositiveScore = 1.25
    top_domain_count: PositiveCount = 3
    reference_score: PositiveScore = 0.5
    guard_days: PositiveCount = 14
    baseline_days: PositiveCount = 42
    baseline_search_days: PositiveCount = 120
    refractory_days: PositiveCount = 14
    unusual_threshold_score: PositiveScore = 18.2
    scores_long_sleep: bool = False
    assumed_disposition_days: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class ServiceLevels:
    """How long a named clinician has, in hours of the clinic's working time."""

    acknowledge_h: PositiveHours = 4.0
    deputy_h: PositiveHours = 4.0
    lead_h: PositiveHours = 4.0
    dispose_h: PositiveHours = 8.0


@dataclass(frozen=True)
class Delivery:
    """Channels of a site beside its queues; none is needed, since the queue itself is the truth."""

    webhook_url: Annotated[str, Field(pattern=r"^https?://")] | None = None


@dataclass(frozen=True)
class Site:
    """A configured deployment."""

    folders: Folders
    site_id: str
    jurisdiction: str
    zone: str
    day_starts_h: int = DEFAULT_DAY_STARTS_H
    is_synthetic: bool = False
    is_retrospective: bool = False
    database_url: str | None = None
    retention: Retention = field(default_factory=Retention)
    run: Run = field(default_factory=Run)
    detection: Detection = field(default_factory=Detection)
    service_levels: ServiceLevels = field(default_factory=ServiceLevels)
    delivery: Delivery = field(default_factory=Delivery)

    @property
    def store_url(self) -> str:
        """The address of the relational store: SQLite inside the site unless another is configured."""
        return self.database_url or f"sqlite:///{self.folders.store}"
