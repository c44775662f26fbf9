"""The truth's Parquet files: one a table, every row and every file marked synthetic."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from pipeline.synthetic.life.life import Life
from pipeline.synthetic.plan import SyntheticPerson
from pipeline.synthetic.truth.days import day_truth
from pipeline.synthetic.truth.happenings import confounder_truth, episode_truth, gap_truth
from pipeline.synthetic.truth.scales import scale_truth

TABLES = {
    "days": day_truth,
    "episodes": episode_truth,
    "confounders": confounder_truth,
    "gaps": gap_truth,
    "scales": scale_truth,
}
"""Tables that are made of one life at a time."""

PEOPLE: dict[str, DataType | DataTypeClass] = {
    "participant_id": pl.String,
    "source": pl.String,
    "export_id": pl.String,
    "os": pl.String,
    "zone": pl.String,
    "work_pattern": pl.String,
    "age_group": pl.String,
    "sex": pl.String,
}
DEVICES: dict[str, DataType | DataTypeClass] = {
    "participant_id": pl.String,
    "device_id": pl.String,
    "export_id": pl.String,
    "os": pl.String,
    "from_utc": pl.Datetime("us", "UTC"),
}


def truth_of(life: Life) -> dict[str, pl.DataFrame]:
    """All tables of one participant."""
    return {name: build(life) for name, build in TABLES.items()}


def write_truth(folder: Path, people: Sequence[SyntheticPerson], parts: Sequence[dict[str, pl.DataFrame]]) -> None:
    """Write every table of the cohort, participants in order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        _write(folder, name, pl.concat([part[name] for part in parts]))
    _write(folder, "people", _people(people))
    _write(folder, "devices", _devices(people))


def _write(folder: Path, name: str, table: pl.DataFrame) -> None:
    marked = table.with_columns(pl.lit(value=True).alias("synthetic"))
    marked.write_parquet(folder / f"{name}.parquet", metadata={"synthetic": "true"})


def _people(people: Sequence[SyntheticPerson]) -> pl.DataFrame:
    rows = [{name: getattr(person, name) for name in PEOPLE} for person in people]
    return pl.DataFrame(rows, schema=PEOPLE)


def _devices(people: Sequence[SyntheticPerson]) -> pl.DataFrame:
    rows = [
        (person.participant_id, device.device_id, device.export_id, device.os, device.from_utc)
        for person in people
        for device in person.devices
    ]
    return pl.DataFrame(rows, schema=DEVICES, orient="row")
