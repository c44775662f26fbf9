"""A small site, its lake and toy families, for tests of the build step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from features.declaration import VALUES, Family, Feature, Observations
from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import Clock
from pipeline.intake import dirty
from pipeline.intake.tables import ExportFile, FileChange, FileStatus, QuarantinedRow
from pipeline.lake.layout import Partition
from pipeline.lake.partitions import replace_all, stage
from pipeline.registry.events import Clinician, Consent, DutyHours, Participant, Responsibility, ServiceLead
from pipeline.registry.record import record
from pipeline.registry.words import ConsentStatus, ParticipantStatus
from pipeline.site import Site
from pipeline.store.store import Store
from pipeline.vocabulary.ids import ClinicianId, ParticipantId, shard_of
from pipeline.vocabulary.streams.contact import TEXT

OPERATOR = Actor(ActorKind.OPERATOR, "tests", "operator")
ADA = ClinicianId("ada")
ENROLLED = datetime(2024, 3, 1, tzinfo=UTC)
EVERYWHERE = (0, 64)
Sent = tuple[str, datetime]


def count_texts(observations: Observations) -> pl.DataFrame:
    """Texts of each wanted day; nothing is said of a day without one."""
    counted = (
        _by_day(observations).group_by("participant_id", "local_day").agg(pl.len().cast(pl.Float64).alias("value"))
    )
    wanted = counted.join(observations.wanted, on=["participant_id", "local_day"], how="semi")
    return long_form(wanted, "text_count")


def sum_of_four_days(observations: Observations) -> pl.DataFrame:
    """Texts of each wanted day and the three before it."""
    texts = _by_day(observations).rename({"local_day": "text_day"})
    pairs = observations.wanted.join(texts, on="participant_id")
    recent = pairs.filter(pl.col("text_day").is_between(pl.col("local_day") - timedelta(days=3), pl.col("local_day")))
    summed = recent.group_by("participant_id", "local_day").agg(pl.len().cast(pl.Float64).alias("value"))
    return long_form(summed, "text_sum_count")


def highest_sum(observations: Observations) -> pl.DataFrame:
    """The highest four-day sum of each wanted day and the two before it."""
    assert observations.daily is not None
    sums = observations.daily.filter(pl.col("feature_id") == "text_sum_count", pl.col("value").is_not_null())
    sums = sums.select("participant_id", pl.col("local_day").alias("sum_day"), "value")
    pairs = observations.wanted.join(sums, on="participant_id")
    recent = pairs.filter(pl.col("sum_day").is_between(pl.col("local_day") - timedelta(days=2), pl.col("local_day")))
    return long_form(recent.group_by("participant_id", "local_day").agg(pl.col("value").max()), "text_peak_count")


def feature(feature_id: str, reach_days: int = 0, maximum: float | None = None, version: int = 1) -> Feature:
    return Feature(feature_id, "count", "Texts.", "none", 0.0, maximum, version=version, reach_days=reach_days)


COUNT = Family("toy_count", "Texts a day.", (feature("text_count"), feature("never_count")), (TEXT,), count_texts)
SUM = Family("toy_sum", "Texts in four days.", (feature("text_sum_count", 3),), (TEXT,), sum_of_four_days)
PEAK = Family("toy_peak", "Most texts.", (feature("text_peak_count", 2),), (), highest_sum, after=("toy_sum",))
FAMILIES = (COUNT, SUM, PEAK)


def long_form(days: pl.DataFrame, feature_id: str) -> pl.DataFrame:
    """A frame of participant, day and value as a family returns it."""
    nothing = [pl.lit(None, pl.Float64).alias(name) for name in ("value_low", "value_high", "coverage_ratio")]
    named = pl.lit(feature_id).alias("feature_id")
    return days.with_columns(named, *nothing, pl.lit(None, pl.String).alias("missing_reason")).select(list(VALUES))


def enrol(store: Store, clock: Clock, *participants: str, at_utc: datetime = ENROLLED) -> None:
    """Register participants, each answered for by the same clinician."""
    with store.write(OPERATOR, clock) as unit:
        record(unit, Clinician(ADA, "Ada Okafor", "psychiatrist", effective_at_utc=at_utc))
        record(unit, ServiceLead(ADA, effective_at_utc=at_utc))
        for weekday in range(1, 6):
            record(unit, DutyHours(ADA, weekday, time(8), time(17), "UTC", effective_at_utc=at_utc))
        for one in map(ParticipantId, participants):
            record(unit, Responsibility(one, ADA, effective_at_utc=at_utc))
            enrolment = Participant(one, ParticipantStatus.ACTIVE, "UTC", effective_at_utc=at_utc)
            record(unit, enrolment)


def withdraw(store: Store, clock: Clock, participant_id: str, purpose: str, at_utc: datetime) -> None:
    """Withdraw one purpose from an instant on."""
    said = Consent(
        ParticipantId(participant_id), purpose, ConsentStatus.WITHDRAWN, "1", "form", effective_at_utc=at_utc
    )
    with store.write(OPERATOR, clock) as unit:
        record(unit, said)


def leave(store: Store, clock: Clock, participant_id: str, at_utc: datetime) -> None:
    """End a participation."""
    ended = Participant(ParticipantId(participant_id), ParticipantStatus.ENDED, "UTC", effective_at_utc=at_utc)
    with store.write(OPERATOR, clock) as unit:
        record(unit, ended)


def deliver(site: Site, store: Store, clock: Clock, sent: Iterable[Sent], earlier: Iterable[Sent] = ()) -> None:
    """Put texts into the lake beside earlier ones, and mark the days of the new ones dirty."""
    new = sorted(set(sent))
    everything = _texts(sorted({*new, *earlier}))
    shards = pl.col("participant_id").map_elements(shard_of, pl.Int64)
    parts = everything.with_columns(shards.alias("shard"), pl.col("at_utc").dt.date().alias("utc_date"))
    staged = [
        stage(site.folders.lake, "run", Partition(TEXT.name, utc_date, shard), rows.drop("shard", "utc_date"))
        for (shard, utc_date), rows in parts.partition_by(
            "shard", "utc_date", as_dict=True, maintain_order=True
        ).items()
    ]
    replace_all(site.folders.lake, "run", staged)
    days = pl.DataFrame([(one, local_day(at)) for one, at in new], schema=dirty.DAYS, orient="row").unique()
    with store.write(OPERATOR, clock) as unit:
        dirty.mark(unit, days, "run")


def quarantine(store: Store, clock: Clock, participant_id: str, rules: Iterable[str]) -> None:
    """Put one refused row of a file for each rule into quarantine."""
    with store.write(OPERATOR, clock) as unit:
        now = clock.now_utc()
        words = dict.fromkeys(("logical_id", "digest", "logical_name", "container", "kind", "export_id", "code"), "x")
        counts = dict.fromkeys(("size_bytes", "rows_accepted_count", "rows_refused_count", "rows_duplicate_count"), 1)
        file = ExportFile(
            export_file_id="file",
            source="beiwe",
            change=FileChange.NEW,
            status=FileStatus.ACCEPTED,
            first_seen_at_utc=now,
            run_id="run",
        )
        for name, value in {**words, **counts, "participant_id": participant_id}.items():
            setattr(file, name, value)
        unit.session.add(file)
        unit.session.flush()
        for line, rule in enumerate(rules):
            row = QuarantinedRow(
                export_file_id="file", participant_id=participant_id, line=line, stream="gps", rule=rule
            )
            row.refused_at_utc, row.run_id = now, "run"
            unit.session.add(row)
        unit.record("intake.settled", "run", "run")


def local_day(at_utc: datetime) -> date:
    """The local day of an instant in UTC, cut at four."""
    return (at_utc - timedelta(hours=4)).date()


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """An instant of March 2024."""
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


def _texts(sent: list[Sent]) -> pl.DataFrame:
    rows = [(one, None, "beiwe", instant, "sent", "sms", 1, None) for one, instant in sent]
    return pl.DataFrame(rows, schema=TEXT.empty().schema, orient="row")


def _by_day(observations: Observations) -> pl.DataFrame:
    texts = observations.of(TEXT).select("participant_id", "at_utc")
    edges = observations.edges.select("participant_id", "local_day", "starts_at_utc", "ends_at_utc")
    inside = (pl.col("at_utc") >= pl.col("starts_at_utc")) & (pl.col("at_utc") < pl.col("ends_at_utc"))
    return texts.join(edges, on="participant_id").filter(inside).select("participant_id", "local_day")
