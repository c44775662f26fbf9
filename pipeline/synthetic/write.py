"""Writing a synthetic cohort: draw each life, write its export and its truth, mark both folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from pipeline.synthetic.formats.archive import deliver_tree, deliver_zips
from pipeline.synthetic.formats.beiwe import beiwe_files
from pipeline.synthetic.formats.studentlife import studentlife_files
from pipeline.synthetic.life.life import Life, draw_life
from pipeline.synthetic.mark import mark_synthetic
from pipeline.synthetic.plan import Cohort, CohortPlan, DeviceSpan, SyntheticPerson, seat
from pipeline.synthetic.truth.tables import truth_of, write_truth

Progress = Callable[[str], None]


def cohort(folder: Path, plan: CohortPlan, progress: Progress | None = None) -> Cohort:
    """Write `folder/exports/` and `folder/truth/` of a plan; the same plan always gives the same bytes.

    Exports lie in a folder for each platform. `progress` is told of each participant written, by pseudonym.
    """
    tell = progress or _silent
    exports, truth = folder / "exports", folder / "truth"
    mark_synthetic(exports)
    mark_synthetic(truth)
    people, parts = [], []
    for index in range(plan.participant_count):
        life = draw_life(plan, seat(plan, index))
        file_count = _export(exports, life)
        people.append(person_of(life))
        parts.append(truth_of(life))
        tell(f"{life.seat.participant_id}: {file_count} files ({index + 1} of {plan.participant_count})")
    write_truth(truth, people, parts)
    (truth / "plan.json").write_text(json.dumps(asdict(plan), default=str, indent=2) + "\n", encoding="utf-8")
    return Cohort(plan, folder, tuple(people))


def person_of(life: Life) -> SyntheticPerson:
    """A participant as a registry would know them."""
    place = life.seat
    devices = tuple(
        DeviceSpan(
            f"{place.participant_id}-phone-{phone.number}",
            place.export_id,
            phone.os,
            datetime.fromtimestamp(phone.from_s, tz=UTC),
        )
        for phone in life.phones
    )
    traits = life.traits
    return SyntheticPerson(
        place.participant_id, place.source, place.export_id, place.os, place.zone,
        devices, traits.work_pattern, traits.age_group, traits.sex,
    )  # fmt: skip


def _export(exports: Path, life: Life) -> int:
    """Write one participant's export; says how many files it holds."""
    if life.seat.source == "studentlife":
        return deliver_tree(exports / "studentlife", studentlife_files(life), with_registry=False)
    if life.plan.as_zip:
        return deliver_zips(exports / "beiwe", life.seat.export_id, beiwe_files(life))
    return deliver_tree(exports / "beiwe", beiwe_files(life), with_registry=True)


def _silent(_: str) -> None:
    """Nobody listens."""
