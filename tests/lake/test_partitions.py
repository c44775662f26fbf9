from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import InvariantError
from pipeline.lake.layout import Partition
from pipeline.lake.partitions import is_intact, replace_all, stage, sweep_temporaries

WHERE = Partition("screen", date(2024, 3, 10), 7)
ROWS = pl.DataFrame({"participant_id": ["a"], "at_utc": [datetime(2024, 3, 10, tzinfo=UTC)]})


def test_a_staged_partition_is_not_in_its_place_yet(tmp_path: Path) -> None:
    staged = stage(tmp_path, "run", WHERE, ROWS)
    assert not WHERE.path(tmp_path).exists()
    assert is_intact(tmp_path, "run", staged)


def test_replacing_puts_it_there_and_leaves_nothing_beside(tmp_path: Path) -> None:
    replace_all(tmp_path, "run", [stage(tmp_path, "run", WHERE, ROWS)])
    assert ROWS.equals(pl.read_parquet(WHERE.path(tmp_path)))
    assert [WHERE.path(tmp_path)] == sorted(WHERE.path(tmp_path).parent.iterdir())


def test_replacing_again_changes_nothing(tmp_path: Path) -> None:
    staged = [stage(tmp_path, "run", WHERE, ROWS)]
    replace_all(tmp_path, "run", staged)
    before = WHERE.path(tmp_path).stat().st_ino
    replace_all(tmp_path, "run", staged)
    assert before == WHERE.path(tmp_path).stat().st_ino


def test_a_partition_lost_between_staging_and_its_place_is_noticed(tmp_path: Path) -> None:
    staged = stage(tmp_path, "run", WHERE, ROWS)
    WHERE.temporary(tmp_path, "run").unlink()
    assert not is_intact(tmp_path, "run", staged)
    with pytest.raises(InvariantError, match="neither as staged nor replaced"):
        replace_all(tmp_path, "run", [staged])


def test_sweeping_takes_temporaries_of_these_partitions_only(tmp_path: Path) -> None:
    other = Partition("screen", WHERE.utc_date, 8)
    stage(tmp_path, "killed", WHERE, ROWS)
    stage(tmp_path, "killed", other, ROWS)
    assert sweep_temporaries(tmp_path, [WHERE]) == 1
    assert [other.temporary(tmp_path, "killed")] == sorted(WHERE.path(tmp_path).parent.iterdir())


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    replace_all(tmp_path / "one", "run", [stage(tmp_path / "one", "run", WHERE, ROWS)])
    replace_all(tmp_path / "two", "run", [stage(tmp_path / "two", "run", WHERE, ROWS)])
    assert WHERE.path(tmp_path / "one").read_bytes() == WHERE.path(tmp_path / "two").read_bytes()
