"""The DAG files say when things run and nothing else: they parse, they are light, and each task is one step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"
HEAVY = ("polars", "pandas", "numpy", "duckdb", "scipy", "tsfresh", "numba", "alerts", "features", "pipeline")
pytestmark = [pytest.mark.airflow, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def dags() -> dict[str, object]:
    """Every DAG of the folder, by id."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 -- Airflow's home must be set first

    bag = DagBag(str(DAGS))
    assert bag.import_errors == {}
    return dict(bag.dags)


def test_both_dags_parse(dags: dict[str, object]) -> None:
    assert {"evenkeel_nightly", "evenkeel_escalate"} == set(dags)


def test_the_nightly_steps_stand_in_the_order_in_which_the_data_goes(dags: dict[str, object]) -> None:
    nightly = dags["evenkeel_nightly"]
    order = [task.task_id for task in nightly.topological_sort() if task.task_id != "shard_ranges"]  # type: ignore[attr-defined]

    assert order == [
        "discover",
        "read",
        "commit",
        "build",
        "publish_facts",
        "judge",
        "route",
        "publish_judgements",
    ]


def test_only_one_task_at_a_time_may_write_to_the_feature_store(dags: dict[str, object]) -> None:
    pools = {task.task_id: task.pool for task in dags["evenkeel_nightly"].tasks}  # type: ignore[attr-defined]

    assert {"publish_facts", "publish_judgements"} == {
        name for name, pool in pools.items() if pool == "evenkeel_writer"
    }


def test_one_nightly_run_at_a_time_and_every_task_is_retried(dags: dict[str, object]) -> None:
    nightly = dags["evenkeel_nightly"]

    assert nightly.max_active_runs == 1  # type: ignore[attr-defined]
    assert {3} == {task.retries for task in nightly.tasks}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["nightly", "escalate"])
def test_a_dag_file_imports_in_under_a_second_and_pulls_in_nothing_heavy(name: str) -> None:
    """Airflow itself is there already when it parses a file: what counts is what the file adds."""
    code = f"""
import sys, time
sys.path.insert(0, {str(DAGS)!r})
import airflow.sdk
from airflow.sdk import Param, dag, task, get_current_context
from airflow.sdk.exceptions import AirflowFailException
@dag(schedule=None)
def warm():
    @task
    def nothing(): pass
    nothing()
warm()
before = set(sys.modules)
begun = time.perf_counter()
import {name}
print(time.perf_counter() - begun)
print(sorted({{module.split(".")[0] for module in set(sys.modules) - before}} & set({HEAVY!r})))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)  # noqa: S603
    seconds, heavy = done.stdout.strip().splitlines()[-2:]

    assert heavy == "[]"
    assert float(seconds) < 1.0
