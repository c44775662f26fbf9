"""What `check` says of a site whose files have no fault."""

from __future__ import annotations

from pathlib import Path

from pipeline.site_folder.check import checked
from pipeline.site_folder.invented import invent_site
from pipeline.synthetic.plan import CohortPlan


def test_a_flag_goes_to_the_responsible_clinician_then_the_deputy(site: Path) -> None:
    assert {"p-1": ["ada", "ben"], "p-2": ["ada", "ben"]} == {
        route.participant_id: list(route.clinicians) for route in checked(site).routes
    }


def test_a_new_site_is_in_commissioning(site: Path) -> None:
    assert not checked(site).is_commissioned


def test_a_missing_consent_is_a_warning_that_says_what_follows(site: Path) -> None:
    consents = site / "consents.csv"
    kept = [line for line in consents.read_text().splitlines() if "p-1,alert_clinician" not in line]
    consents.write_text("\n".join(kept) + "\n")

    assert [
        (
            "participants.csv:4 participant p-1: found no consent to alert_clinician. They are judged, and no flag is "
            "routed. Record the consent in consents.csv, or set the status to paused"
        )
    ] == [str(warning) for warning in checked(site).warnings]


def test_a_one_person_chain_is_a_warning(site: Path) -> None:
    teams = site / "care_teams.csv"
    teams.write_text(teams.read_text().replace("p-2,ben,deputy\n", ""))

    assert [
        (
            "participants.csv:5 participant p-2: found a one-person chain: one clinician is all that an alert can "
            "reach. Name a deputy, or another service lead"
        )
    ] == [str(warning) for warning in checked(site).warnings]


def test_an_hour_with_nobody_on_duty_is_a_fault(site: Path) -> None:
    duty = site / "duty.csv"
    duty.write_text("".join(line for line in duty.read_text().splitlines(keepends=True) if "weekly" not in line))

    assert "participants.csv:4 participant p-1: found nobody with duty hours" in str(checked(site).faults[0])


def test_a_synthetic_site_is_commissioned_and_without_fault(tmp_path: Path) -> None:
    invent_site(tmp_path / "site", CohortPlan.demo(2, 14, 3, "studentlife"))

    report = checked(tmp_path / "site")

    assert ((), True) == (report.faults, report.is_commissioned)
