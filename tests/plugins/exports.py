"""A small site for tests of intake: registered people, their phones, and exports as the platforms write them."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

from pipeline.audit.event import Actor, ActorKind
from pipeline.clock import FixedClock
from pipeline.intake import commit, discover, read
from pipeline.intake.summary import IntakeSummary, summary
from pipeline.registry.events import Clinician, Device, DutyHours, Participant, Responsibility, ServiceLead
from pipeline.registry.keys import create_site_key, ensure_keys, site_key
from pipeline.registry.record import record
from pipeline.registry.words import OperatingSystem, ParticipantStatus
from pipeline.site import Folders, Site
from pipeline.store.store import Store, open_store
from pipeline.vocabulary.ids import SHARD_COUNT, ClinicianId, DeviceId, ParticipantId

REGISTERED = datetime(2010, 1, 1, tzinfo=UTC)
OPERATOR = Actor(ActorKind.OPERATOR, "test-operator", "operator")
ALL_SHARDS = (0, SHARD_COUNT)


@dataclass
class Bench:
    """A site, its store and a clock, ready to take exports in."""

    site: Site
    store: Store
    clock: FixedClock = field(default_factory=FixedClock)

    @property
    def exports(self) -> Path:
        """The drop folder."""
        return self.site.folders.exports

    def take_in(self, run_id: str, shards: Iterable[tuple[int, int]] = (ALL_SHARDS,)) -> IntakeSummary:
        """All steps of intake, as a nightly run calls them."""
        plan = discover.run(self.site, self.store, self.clock, run_id)
        for chunk_id in plan.chunk_ids:
            read.run(self.site, self.store, run_id, chunk_id)
        for each in shards:
            commit.run(self.site, self.store, self.clock, run_id, each)
        with self.store.read() as session:
            return summary(session, run_id)

    def lake_bytes(self) -> dict[str, bytes]:
        """Every file of the lake with its content."""
        lake = self.site.folders.lake
        return {path.relative_to(lake).as_posix(): path.read_bytes() for path in sorted(lake.rglob("*.parquet"))}


def bench(folder: Path, people: Mapping[str, str], source: str = "beiwe", zone: str = "Europe/Berlin") -> Bench:
    """A site on SQLite with people registered, each given as participant id and export id."""
    site = Site(Folders(folder), "test", "test", zone)
    site.folders.exports.mkdir(parents=True)
    site.folders.var.mkdir()
    store, key = _registered(tuple(people.items()), source, zone)
    site.folders.store.write_bytes(store)
    site.folders.site_key.write_bytes(key)
    site.folders.site_key.chmod(0o600)
    return Bench(site, open_store(site.store_url))


@cache
def _registered(people: tuple[tuple[str, str], ...], source: str, zone: str) -> tuple[bytes, bytes]:
    """The content of a store with people registered, and the site's key: made once, since migrating takes its time."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Folders(Path(folder)), "test", "test", zone)
        create_site_key(site.folders.site_key)
        with closing(open_store(site.store_url)) as store:
            store.migrate()
            register(Bench(site, store), dict(people), source, zone)
        return site.folders.store.read_bytes(), site.folders.site_key.read_bytes()


def register(made: Bench, people: Mapping[str, str], source: str = "beiwe", zone: str = "Europe/Berlin") -> None:
    """Register people, each given as participant id and export id, under one clinician who is on duty every day."""
    clinician = ClinicianId("dr-okafor")
    with made.store.write(OPERATOR, made.clock) as unit:
        record(unit, Clinician(clinician, "Ada Okafor", "psychiatrist", effective_at_utc=REGISTERED))
        for weekday in range(1, 8):
            record(unit, DutyHours(clinician, weekday, time(8), time(18), zone, effective_at_utc=REGISTERED))
        record(unit, ServiceLead(clinician, effective_at_utc=REGISTERED))
        for participant, export_id in people.items():
            person = ParticipantId(participant)
            record(unit, Participant(person, ParticipantStatus.ACTIVE, zone, effective_at_utc=REGISTERED))
            record(unit, Responsibility(person, clinician, effective_at_utc=REGISTERED))
            record(unit, phone(participant, export_id, source))
        ensure_keys(unit, site_key(made.site.folders.site_key))


def phone(participant: str, export_id: str, source: str = "beiwe", from_utc: datetime = REGISTERED) -> Device:
    """An Android phone of a participant."""
    device_id = DeviceId(f"{participant}-phone")
    return Device(
        ParticipantId(participant),
        device_id,
        source,
        export_id,
        OperatingSystem.ANDROID,
        from_utc,
        effective_at_utc=REGISTERED,
    )


def gps_hour(export_id: str, at_utc: datetime, rows: Iterable[str]) -> dict[str, bytes]:
    """A Beiwe hour of GPS: its path in the export, and its content made of `latitude,longitude,altitude,accuracy`."""
    head = "timestamp,UTC time,latitude,longitude,altitude,accuracy\n"
    lines = [f"{_ms(at_utc) + 1000 * nth},{_iso(at_utc)},{row}\n" for nth, row in enumerate(rows)]
    return {f"{export_id}/gps/{at_utc:%Y-%m-%d %H}_00_00+00_00.csv": (head + "".join(lines)).encode()}


def screen_hour(export_id: str, at_utc: datetime, events: Iterable[str]) -> dict[str, bytes]:
    """A Beiwe hour of Android power states, one a minute."""
    lines = [f"{_ms(at_utc) + 60_000 * nth},{_iso(at_utc)},{event}\n" for nth, event in enumerate(events)]
    name = f"{export_id}/power_state/{at_utc:%Y-%m-%d %H}_00_00+00_00.csv"
    return {name: ("timestamp,UTC time,event\n" + "".join(lines)).encode()}


def deliver(exports: Path, files: Mapping[str, bytes]) -> None:
    """Put files into the drop folder as a tree."""
    for name, content in files.items():
        (exports / name).parent.mkdir(parents=True, exist_ok=True)
        (exports / name).write_bytes(content)


def deliver_zip(archive: Path, files: Mapping[str, bytes]) -> None:
    """Put files into the drop folder as one archive."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)


def _ms(at_utc: datetime) -> int:
    return int(at_utc.timestamp() * 1000)


def _iso(at_utc: datetime) -> str:
    return f"{at_utc:%Y-%m-%dT%H:%M:%S}.000"
