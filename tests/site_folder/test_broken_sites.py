"""Every mistake in a site's files is named with its file and line, and with how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.site_folder.check import checked
from pipeline.sources import all_sources

NONE = ""
"""Stands for what is appended to a file, where a mistake replaces nothing."""


@dataclass(frozen=True)
class Mistake:
    """One edit of a valid site, and the first fault that it must give."""

    file: str
    old: str
    new: str
    expected: str


PARTICIPANT_COLUMNS = "effective_at_utc, participant_id, status, zone, work_pattern"
MISTAKES = {
    "zone_of_no_place": Mistake(
        "participants.csv",
        "p-1,active,Europe/Berlin",
        "p-1,active,Europe/Atlantis",
        "participants.csv:4: found a zone that the time-zone database does not have. "
        "Use an IANA name, as in America/New_York",
    ),
    "status_unknown": Mistake(
        "participants.csv",
        "p-1,active",
        "p-1,resting",
        "participants.csv:4 `status`: found a value that does not fit. Expected 'active', 'paused' or 'ended'",
    ),
    "work_pattern_short": Mistake(
        "participants.csv",
        "Europe/Berlin,WWWWWRR",
        "Europe/Berlin,WWWWW",
        "participants.csv:4: found a work_pattern that is not seven letters W or R. Write Monday to Sunday, "
        "as in WWWWWRR",
    ),
    "id_that_could_be_a_name": Mistake(
        "participants.csv",
        ",p-1,",
        ",Ann Other,",
        "participants.csv:4: found a participant_id of 9 characters that cannot be an id. Use 1 to 64 letters, "
        "digits, dots, underscores and hyphens, beginning with a letter or digit",
    ),
    "column_unknown": Mistake(
        "participants.csv",
        "zone,work_pattern",
        "timezone,work_pattern",
        "participants.csv:3: found the column `timezone`, which nothing reads. Use " + PARTICIPANT_COLUMNS,
    ),
    "column_twice": Mistake(
        "participants.csv",
        "zone,work_pattern",
        "zone,zone",
        "participants.csv:3: found the column `zone` twice. Keep one of the two",
    ),
    "column_missing": Mistake(
        "care_teams.csv",
        "participant_id,clinician_id,role",
        "participant_id,clinician_id",
        "care_teams.csv:2: found no column `role`. Add it; every row needs it",
    ),
    "cell_missing": Mistake(
        "care_teams.csv",
        "p-1,ada,responsible",
        "p-1,ada",
        "care_teams.csv:3: found 2 cells, expected 3. Mend the commas",
    ),
    "cell_empty": Mistake(
        "care_teams.csv", "p-1,ada,responsible", "p-1,ada,", "care_teams.csv:3: found no `role`. Add it"
    ),
    "not_utf8": Mistake(
        "clinicians.csv",
        "Ada Okafor",
        "Ada \udcff",
        "clinicians.csv: found text that is not UTF-8. Save the file as UTF-8",
    ),
    "instant_without_offset": Mistake(
        "devices.csv",
        "x-p-1,ios,2026-01-01T00:00:00+00:00",
        "x-p-1,ios,2026-01-01T00:00:00",
        "devices.csv:4: found in_use_from_utc without a zone. Write it with an offset, as in 2026-03-01T09:00:00Z",
    ),
    "source_unknown": Mistake(
        "devices.csv",
        "phone,beiwe,x-p-1",
        "phone,bewie,x-p-1",
        f"devices.csv:4 `source`: found a source that no reader reads. Use {' or '.join(all_sources())}",
    ),
    "phone_of_nobody": Mistake(
        "devices.csv",
        ",p-2,phone",
        ",p-9,phone",
        "devices.csv:5: found an id that participants.csv does not have. Add it to participants.csv",
    ),
    "phone_of_two": Mistake(
        "devices.csv",
        "x-p-2",
        "x-p-1",
        "devices.csv:5 device beiwe/x-p-1: found one export that is two participants' at the same time. "
        "End the first use before the second begins",
    ),
    "no_responsible_clinician": Mistake(
        "care_teams.csv",
        "p-1,ada,responsible\n",
        "",
        "participants.csv:4: found the active participant p-1 without a responsible clinician who is active. "
        "Name one in care_teams.csv with the role responsible",
    ),
    "responsible_not_active": Mistake(
        "clinicians.csv",
        "psychiatrist,,,true,true",
        "psychiatrist,,,false,true",
        "participants.csv:4: found the active participant p-1 without a responsible clinician who is active. "
        "Name one in care_teams.csv with the role responsible",
    ),
    "two_responsible": Mistake(
        "care_teams.csv",
        "p-1,ben,deputy",
        "p-1,ben,responsible",
        "care_teams.csv:4: found a second row for the responsibility of care_teams.csv:3. Keep one of the two",
    ),
    "clinician_unknown": Mistake(
        "care_teams.csv",
        "p-1,ben,deputy",
        "p-1,eve,deputy",
        "care_teams.csv:4: found an id that clinicians.csv does not have. Add it to clinicians.csv",
    ),
    "two_leads": Mistake(
        "clinicians.csv",
        "nurse,,,true,false",
        "nurse,,,true,true",
        "clinicians.csv:4: found a second service lead; the first is on line 3. Set is_service_lead to false for "
        "all but one",
    ),
    "no_lead": Mistake(
        "clinicians.csv",
        "psychiatrist,,,true,true",
        "psychiatrist,,,true,false",
        "clinicians.csv: found no service lead. Set is_service_lead to true for exactly one active clinician",
    ),
    "clinician_without_name": Mistake(
        "clinicians.csv",
        "Ada Okafor",
        '" "',
        "clinicians.csv:3: found no `display_name`. Add it",
    ),
    "weekday_eight": Mistake(
        "duty.csv",
        "ada,weekly,5",
        "ada,weekly,8",
        "duty.csv:7 `weekday`: found a value that does not fit. Expected less than or equal to 7",
    ),
    "leave_without_end": Mistake(
        "duty.csv",
        NONE,
        "ben,leave,,,,,2026-02-01T00:00:00Z,\n",
        "duty.csv:13: found a row of kind leave that is not whole. Give weekly hours weekday and zone; give duty and "
        "leave from_at_utc and to_at_utc",
    ),
    "hours_twice": Mistake(
        "duty.csv",
        NONE,
        "ben,weekly,1,18:00,20:00,Europe/Berlin,,\n",
        "duty.csv:13: found a second row for the duty hours of duty.csv:8. Keep one of the two",
    ),
    "purpose_unknown": Mistake(
        "consents.csv",
        "p-1,research",
        "p-1,marketing",
        "consents.csv:7: found a purpose that does not exist. Use collect, collect:<stream>, analyse_with_ai, "
        "alert_clinician, research or subgroup",
    ),
    "consent_without_date": Mistake(
        "consents.csv",
        NONE,
        ",p-1,subgroup,given,1,signed form\n",
        "consents.csv:12: found a consent without effective_at_utc. Say when it was given or withdrawn",
    ),
    "setting_unknown": Mistake(
        "site.toml",
        "# raw_days = 90",
        "raw_day = 90 #",
        "site.toml:19 [retention] `raw_day`: found a name that nothing reads. Use raw_days, quarantine_days",
    ),
    "setting_in_the_wrong_table": Mistake(
        "site.toml",
        "# raw_days = 90",
        "tasks_count = 4 #",
        "site.toml:19 [retention] `tasks_count`: found a name that nothing reads. Use raw_days, quarantine_days",
    ),
    "setting_below_zero": Mistake(
        "site.toml",
        "# tasks_count = 4",
        "tasks_count = -4",
        "site.toml:23 [run] `tasks_count`: found a value that does not fit. Expected greater than 0",
    ),
    "setting_missing": Mistake("site.toml", 'id = "clinic"', "", "site.toml:4 [site]: found no `id`. Add it"),
    "zone_of_the_site": Mistake(
        "site.toml",
        "Europe/Berlin",
        "Berlin",
        "site.toml:9 [site] `zone`: found a value that does not fit. Expected an IANA zone such as Europe/Oslo",
    ),
    "table_unknown": Mistake(
        "site.toml",
        "[delivery]",
        "[deliveries]",
        "site.toml:37 `deliveries`: found a table that nothing reads. Use site, retention, run, detection, "
        "service_levels, delivery",
    ),
    "value_for_a_table": Mistake(
        "site.toml",
        "[retention]",
        "",
        "site.toml:1: found a value named `retention`. Write it as a table: [retention]",
    ),
    "not_toml": Mistake(
        "site.toml",
        "[site]",
        "[site",
        "site.toml: found text that is not TOML (Expected ']' at the end of a table declaration (at line 4, "
        "column 6)). Mend it there",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_line_and_mend(site: Path, name: str) -> None:
    mistake = MISTAKES[name]
    _make(site, mistake)
    if name == "value_for_a_table":
        _write(site / "site.toml", "retention = 90\n" + _text(site / "site.toml"))

    assert mistake.expected == _faults(site)[0]


def test_a_valid_site_has_no_fault(site: Path) -> None:
    assert [] == _faults(site)


def test_all_faults_are_given_at_once(site: Path) -> None:
    together = ("zone_of_no_place", "source_unknown", "two_leads", "purpose_unknown", "hours_twice")
    for name in together:
        _make(site, MISTAKES[name])

    assert {MISTAKES[name].expected for name in together} == set(_faults(site))


def test_a_lost_row_is_not_held_against_other_files(site: Path) -> None:
    """A participant whose status does not fit still has phone, clinician and consents: one mistake, one fault."""
    _make(site, MISTAKES["status_unknown"])

    assert [MISTAKES["status_unknown"].expected] == _faults(site)


def test_no_value_of_a_cell_is_repeated(site: Path) -> None:
    _write(site / "participants.csv", _text(site / "participants.csv").replace(",p-1,active", ",p-1,Ann Other"))

    assert not any("Ann Other" in fault for fault in _faults(site))


def _make(site: Path, mistake: Mistake) -> None:
    text = _text(site / mistake.file)
    assert mistake.old in text
    _write(site / mistake.file, text.replace(mistake.old, mistake.new, 1) if mistake.old else text + mistake.new)


def _faults(site: Path) -> list[str]:
    try:
        return [str(fault) for fault in checked(site).faults]
    except ConfigurationError as error:
        return [str(fault) for fault in error.faults]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
