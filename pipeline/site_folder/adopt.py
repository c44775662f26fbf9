"""A site for an existing export folder: every participant found in it is registered under the export's own id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.errors import ConfigurationError, ExportError, Fault
from pipeline.intake.claims import Identity, identify
from pipeline.intake.containers import Dropped, dropped_files, opened
from pipeline.registry.events import Device
from pipeline.registry.words import OperatingSystem
from pipeline.site_folder import scaffold
from pipeline.site_folder.rosters import ClinicianRow
from pipeline.site_folder.scaffold import Blueprint, People
from pipeline.sources import all_sources
from pipeline.vocabulary.ids import DeviceId, ParticipantId
from pipeline.vocabulary.stream import EARLIEST_AT_UTC

ATTESTED_FROM = date(2008, 1, 1)
"""The site's attestation covers whatever the folder holds: no platform exported anything before."""


@dataclass(frozen=True)
class Adoption:
    """What `evenkeel init --adopt` was told."""

    exports: Path
    source: str
    zone: str
    clinician_name: str
    day_starts_h: int = 4
    consent_basis: str | None = None


def adopt(root: Path, adoption: Adoption) -> tuple[str, ...]:
    """Write a site around an export folder and link it in; gives the ids that were found.

    Without a consent basis the site is retrospective only: it has not been attested that anybody agreed to be followed.

    Raises:
        ConfigurationError: the source is unknown, the folder has none of its exports, or the site cannot be written.
    """
    _refuse_inside(root, adoption.exports)
    found = _export_ids(adoption)
    clinician = ClinicianRow(
        scaffold.clinician_id_of(adoption.clinician_name), adoption.clinician_name, "psychiatrist", is_service_lead=True
    )
    basis = adoption.consent_basis or "retrospective analysis of existing exports, as attested by the site"
    people = People(
        clinicians=[clinician],
        participants=[scaffold.enrolled(one, adoption.zone, since=ATTESTED_FROM) for one in found],
        devices=[_phone(one, adoption.source) for one in found],
        care_teams=[row for one in found for row in scaffold.answered_by(one, clinician.clinician_id)],
        consents=[row for one in found for row in scaffold.consents_of(one, basis, ATTESTED_FROM)],
    )
    blueprint = Blueprint(
        site_id=str(scaffold.clinician_id_of(root.resolve().name)),
        zone=adoption.zone,
        day_starts_h=adoption.day_starts_h,
        is_retrospective=adoption.consent_basis is None,
    )
    scaffold.write_site(root, blueprint, people)
    # A link, not a copy: an export folder can be larger than the disk has room for twice.
    target = adoption.exports.resolve()
    (root / "exports" / target.name).symlink_to(target, target_is_directory=target.is_dir())
    return found


def _refuse_inside(root: Path, exports: Path) -> None:
    """A site inside the folder it adopts would take its own files for exports."""
    if root.resolve().is_relative_to(exports.resolve()):
        raise ConfigurationError([Fault(str(root), "found a folder inside the export folder", "Choose one outside")])


def _export_ids(adoption: Adoption) -> tuple[str, ...]:
    sources = all_sources()
    if adoption.source not in sources:
        raise ConfigurationError([Fault("--source", "found an unknown source", f"Use {' or '.join(sources)}")])
    if not adoption.exports.exists():
        mend = "Name the platform's export folder or archive"
        raise ConfigurationError([Fault("--adopt", "found no such folder or archive", mend)])
    names = {name for dropped in dropped_files(adoption.exports) for name in _names(dropped, adoption.exports)}
    claims = [identify(name, {adoption.source: sources[adoption.source]}) for name in names]
    found = sorted({claim.export_id for claim in claims if isinstance(claim, Identity)})
    if not found:
        mend = "Name the folder that holds the platform's own folders or archives"
        raise ConfigurationError([Fault("--adopt", f"found no export of {adoption.source}", mend)])
    return tuple(found)


def _names(dropped: Dropped, exports: Path) -> list[str]:
    """The names of what a dropped file holds, as intake will meet them below the link.

    An archive that cannot be opened holds none that could be registered; intake sets it aside with its reason.
    """
    try:
        with opened(dropped.path) as container:
            return [member or f"{exports.resolve().name}/{dropped.name}" for member in container.members()]
    except ExportError:
        return []


def _phone(export_id: str, source: str) -> Device:
    """The one phone that the export's id stands for, in use from before anything was exported."""
    since = datetime.combine(EARLIEST_AT_UTC.date(), datetime.min.time(), UTC)
    return Device(
        ParticipantId(export_id), DeviceId(f"{export_id}-phone"), source, export_id, OperatingSystem.UNKNOWN, since
    )
