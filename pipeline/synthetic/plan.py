"""What a synthetic cohort is to be, and who came out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from pipeline.errors import ConfigurationError, Fault

Form = Literal["beiwe", "studentlife", "mixed"]
Direction = Literal["activation", "withdrawal"]

DIGITS_OF_AN_EXPORT_ID = 5
LEAST_DAYS = 14
"""A shorter study has no room for a journey or an episode."""


@dataclass(frozen=True)
class CohortPlan:
    """How many people, for how long, in which form, and how often something befalls them.

    Episodes come in one of two ways. By default they come at a realistic rate, `onsets_per_year`, which in a short
    study leaves most people without any. With `scheduled_share` above zero they come by design: that share of
    people, alternately of each direction, has exactly one, whose plateau lies inside the last 50 days, and nobody
    else has any. `silent_share` of all episodes change no behaviour at all, as in life. In the others each domain
    answers with probability `response_share`, of those `opposite_share` the other way round; `strength_ratio` scales
    the sizes. See `CohortPlan.demo`.

    `acceleration_on_s` seconds of accelerometer at 10 Hz are written every `acceleration_every_s`, GPS for
    `gps_on_s` of every `gps_on_s + gps_off_s`. `day_starts_h` is the local hour at which the days of the truth are
    cut. `last_day` is the last local day of the data.
    """

    participant_count: int
    day_count: int
    seed: int
    form: Form = "mixed"
    last_day: date = date(2025, 11, 30)
    acceleration_every_s: int = 600
    acceleration_on_s: int = 6
    gps_on_s: int = 60
    gps_off_s: int = 600
    as_zip: bool = True
    day_starts_h: int = 4
    onsets_per_year: float = 0.45
    scheduled_share: float = 0.0
    silent_share: float = 0.2
    response_share: float = 0.6
    opposite_share: float = 0.1
    strength_ratio: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no cohort can be made of."""
        if self.participant_count < 1 or self.day_count < LEAST_DAYS:
            found = f"{self.participant_count} participants for {self.day_count} days"
            fault = Fault("synthetic cohort", found, f"Ask for at least one participant and {LEAST_DAYS} days")
            raise ConfigurationError([fault])

    @classmethod
    def demo(
        cls, participant_count: int = 12, day_count: int = 120, seed: int = 11, form: Form = "mixed"
    ) -> CohortPlan:
        """A plan with something to find: half of the people have an episode, none silent, all strong and typical.

        This is made for showing how the product works and says nothing about how well it would do.
        The default seed was chosen for having every shape of onset, far journeys, phone swaps and busy weeks.
        """
        return cls(
            participant_count,
            day_count,
            seed,
            form,
            scheduled_share=0.5,
            silent_share=0.0,
            response_share=0.85,
            opposite_share=0.0,
            strength_ratio=1.5,
        )

    @property
    def first_day(self) -> date:
        """The first local day of the data."""
        return self.last_day - timedelta(days=self.day_count - 1)


@dataclass(frozen=True)
class DeviceSpan:
    """A phone, and the instant from which it was the participant's."""

    device_id: str
    export_id: str
    os: str
    from_utc: datetime


@dataclass(frozen=True)
class SyntheticPerson:
    """A participant as a registry would know them; `os` is that of the first phone."""

    participant_id: str
    source: str
    export_id: str
    os: str
    zone: str
    devices: tuple[DeviceSpan, ...]
    work_pattern: str
    age_group: str
    sex: str


@dataclass(frozen=True)
class Cohort:
    """What was written: two folders and the people in them."""

    plan: CohortPlan
    folder: Path
    people: tuple[SyntheticPerson, ...]

    @property
    def exports(self) -> Path:
        """The platforms' exports, marked synthetic."""
        return self.folder / "exports"

    @property
    def truth(self) -> Path:
        """What really happened, as Parquet files."""
        return self.folder / "truth"


@dataclass(frozen=True)
class Seat:
    """The part of a participant that the plan fixes by their number alone, before any chance."""

    index: int
    source: Literal["beiwe", "studentlife"]
    os: Literal["android", "ios"]
    zone: str
    scheduled: Direction | None

    @property
    def participant_id(self) -> str:
        """The pseudonym in the cohort, from `syn-001`."""
        return f"syn-{self.index + 1:03d}"

    @property
    def export_id(self) -> str:
        """The platform's own name of the participant: eight characters on Beiwe, u and a number on StudentLife."""
        if self.source == "studentlife":
            return f"u{self.index + 1:02d}"
        return f"syn{self.index + 1:0{DIGITS_OF_AN_EXPORT_ID}d}"


def seat(plan: CohortPlan, index: int) -> Seat:
    """The seat of participant `index`, the same whatever the number of participants."""
    source = _source(plan.form, index)
    ordinal = index if plan.form == "beiwe" else index - (index + 1) // 3
    # Every fourth Beiwe phone is an iPhone, at a place that moves by one every four, so that it falls on people
    # with and without a scheduled episode alike.
    is_ios = source == "beiwe" and ordinal % 4 == (ordinal // 4) % 4
    # The real StudentLife data are all of one campus in this zone.
    zone = "Europe/Berlin" if source == "beiwe" and index % 4 == 3 else "America/New_York"  # noqa: PLR2004
    return Seat(index, source, "ios" if is_ios else "android", zone, _scheduled(plan, index))


def _source(form: Form, index: int) -> Literal["beiwe", "studentlife"]:
    if form == "mixed":
        return "studentlife" if index % 3 == 2 else "beiwe"  # noqa: PLR2004 -- every third
    return form


def _scheduled(plan: CohortPlan, index: int) -> Direction | None:
    """The direction of a scheduled episode: shares are spread evenly, directions alternate."""
    before, after = int(index * plan.scheduled_share), int((index + 1) * plan.scheduled_share)
    if after == before:
        return None
    return "activation" if after % 2 else "withdrawal"
