"""Readers may ask anything of the published facts, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.site import Site
from pipeline.warehouse import publish, read
from pipeline.warehouse.read import QueryError, Selection
from tests.warehouse.making import DAY, facts, values_of

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def told(site: Site, clock: FixedClock) -> Site:
    rows = [("a", DAY, "x", 1.0), ("a", DAY, "y", None), ("a", NEXT, "x", 3.0), ("secret-person", DAY, "x", 4.0)]
    publish.append(site, clock, "feature.daily", facts(*rows), "run")
    return site


def test_before_the_first_publish_every_table_is_there_and_empty(site: Site) -> None:
    for name in ("feature.daily", "feature.catalogue", "feature.coverage", "feature.window", "feature.baseline"):
        assert read.query(site, f"FROM {name}").is_empty()
    for name in ("alerts.flag", "lineage.run", "lineage.stated", "lineage.part", "quarantine.count"):
        assert read.query(site, f"FROM {name}").is_empty()
    assert read.latest_daily(site).is_empty()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(participants=["secret-person"]), [("secret-person", DAY, "x", 4.0)]),
        (Selection(participants=[]), []),
        (Selection(features=["y"]), [("a", DAY, "y", None)]),
        (Selection(from_day=NEXT), [("a", NEXT, "x", 3.0)]),
        (Selection(participants=["a"], features=["x"], to_day=DAY), [("a", DAY, "x", 1.0)]),
    ],
)
def test_only_what_is_selected_is_returned(
    told: Site, selection: Selection, expected: list[tuple[object, ...]]
) -> None:
    assert expected == values_of(read.latest_daily(told, selection))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (i INT)",
        "DELETE FROM feature.daily_history",
        "DROP VIEW feature.daily",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "SET threads = 64",
        "LOAD httpfs",
        "INSTALL httpfs",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_anything_but_one_select_is_refused(told: Site, sql: str) -> None:
    with pytest.raises(QueryError, match="read-only"):
        read.query(told, sql)


def test_no_file_of_the_machine_can_be_read(told: Site, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a\n1\n")
    for sql in (f"FROM '{file}'", f"FROM read_csv('{file}')", "SELECT * FROM glob('*')"):
        with pytest.raises(QueryError):
            read.query(told, sql)


def test_variables_of_the_program_cannot_be_read(told: Site) -> None:
    with pytest.raises(QueryError):
        read.query(told, "SELECT * FROM sql")


def test_wrong_sql_is_explained(told: Site) -> None:
    with pytest.raises(QueryError, match=r"(?s)nocolumn.*not found"):
        read.query(told, "SELECT nocolumn FROM feature.daily")


@pytest.mark.parametrize(
    "expression", ["CAST(participant_id AS INT)", "error(participant_id)", "CAST(participant_id AS DATE)"]
)
def test_an_error_never_repeats_a_reading(told: Site, expression: str) -> None:
    with pytest.raises(QueryError) as raised:
        read.query(told, f"FROM feature.daily SELECT {expression} ORDER BY participant_id DESC")
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_plan_can_be_looked_at(told: Site) -> None:
    assert read.query(told, "EXPLAIN SELECT * FROM feature.daily").height > 0
