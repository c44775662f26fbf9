"""`init`, `check`, `simulate` and `demo`: making a site and finding its faults."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.speaking import DEFAULT_SITE, Exit, JsonOption, SiteOption, Speaker, counted

if TYPE_CHECKING:
    from pipeline.synthetic.plan import CohortPlan


class Form(StrEnum):
    """Which platforms' formats a synthetic cohort is written in."""

    BEIWE = "beiwe"
    STUDENTLIFE = "studentlife"
    MIXED = "mixed"


FormOption = Annotated[Form, typer.Option("--format")]


def init(
    folder: Annotated[Path, typer.Argument(help="where the site is written", metavar="DIR")],
    adopt: Annotated[Path | None, typer.Option(help="an existing export folder or archive", metavar="EXPORTS")] = None,
    source: Annotated[str, typer.Option(help="the platform of these exports: beiwe or studentlife")] = "beiwe",
    zone: Annotated[str, typer.Option(help="IANA zone of clinic and participants")] = "UTC",
    clinician: Annotated[str, typer.Option(help="name of the service lead, responsible for all")] = "Service Lead",
    day_starts: Annotated[int, typer.Option(min=0, max=12, help="local hour at which a day begins")] = 4,
    consent_basis: Annotated[str | None, typer.Option(help="the site's attestation of consent")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a commented, valid site folder; with --adopt, one for an existing export folder."""
    from pipeline.site_folder import scaffold
    from pipeline.site_folder.adopt import Adoption
    from pipeline.site_folder.adopt import adopt as adopt_folder
    from pipeline.site_folder.rosters import ClinicianRow

    speaker = Speaker(as_json)
    found: tuple[str, ...] = ()
    if adopt is not None:
        found = adopt_folder(folder, Adoption(adopt, source, zone, clinician, day_starts, consent_basis))
    else:
        lead = ClinicianRow(scaffold.clinician_id_of(clinician), clinician, "clinician", is_service_lead=True)
        blueprint = scaffold.Blueprint(scaffold.clinician_id_of(folder.resolve().name), zone, day_starts_h=day_starts)
        scaffold.write_site(folder, blueprint, scaffold.People(clinicians=[lead]))
    speaker.say(f"wrote a site in {folder}" + (f" with {counted(len(found), 'participant')}" if found else ""))
    speaker.say(f"next: evenkeel check --site {folder}")
    speaker.document({"site": str(folder), "participants": list(found)})


def check(site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """List every fault of the configuration at once, and say where a sample flag would go."""
    from pipeline.errors import ConfigurationError
    from pipeline.site_folder.check import Report, checked

    speaker = Speaker(as_json)
    try:
        report = checked(site)
    except ConfigurationError as error:
        report = Report(error.faults)
    for fault in report.faults:
        speaker.say(f"fault    {fault}")
    for warning in report.warnings:
        speaker.say(f"warning  {warning}")
    for route in report.routes:
        speaker.say(f"a flag of {route.participant_id} would go to {', then '.join(route.clinicians)}")
    if report.routes and not report.is_commissioned:
        speaker.say("in commissioning: flags are recorded and none is routed until: evenkeel commission --by ID")
    speaker.say(f"{counted(len(report.faults), 'fault')}, {counted(len(report.warnings), 'warning')}")
    speaker.document(report)
    if report.faults:
        raise typer.Exit(Exit.FAILED)


def simulate(
    folder: Annotated[Path, typer.Argument(help="where the synthetic site is written", metavar="DIR")],
    participants: Annotated[int, typer.Option(min=1)] = 12,
    days: Annotated[int, typer.Option(min=1)] = 120,
    seed: Annotated[int, typer.Option()] = 1,
    form: FormOption = Form.MIXED,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write a synthetic site: exports in the platforms' own formats, truth beside them, fictional clinicians."""
    from pipeline.synthetic.plan import CohortPlan

    _invent(folder, CohortPlan.demo(participants, days, seed, form.value), Speaker(as_json))


def demo(
    folder: Annotated[Path, typer.Argument(help="where the demo site lies or is written", metavar="DIR")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Write the synthetic demo site (12 participants, 120 days), unless it is there already."""
    from pipeline.site_folder.settings import SETTINGS_FILE
    from pipeline.synthetic.plan import CohortPlan

    speaker = Speaker(as_json)
    if (folder / SETTINGS_FILE).exists():
        speaker.say(f"the synthetic site in {folder} is there already")
        speaker.document({"site": str(folder), "participants": None})
        return
    _invent(folder, CohortPlan.demo(), speaker)


def _invent(folder: Path, plan: CohortPlan, speaker: Speaker) -> None:
    from pipeline.site_folder.invented import invent_site

    with speaker.working("inventing people and their phones …"):
        written = invent_site(folder, plan)
    speaker.say(f"wrote a synthetic site of {counted(len(written.people), 'participant')} in {folder}")
    speaker.document({"site": str(folder), "participants": [one.participant_id for one in written.people]})
