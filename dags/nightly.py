"""The nightly run: from new export files to alerts in named queues.

discover → read (mapped over chunks) → commit (mapped over shards) → build (mapped over shards) → publish facts → judge
→ route → publish judgements. Every task calls one step of the package with a site folder and ids, is safe to run twice
and to be killed at any instruction. What publishes goes through a pool of one slot: one writer at a time.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import Param, dag, task
from evenkeel_step import step

WRITER_POOL = "evenkeel_writer"
RETRIES = {"retries": 3, "retry_delay": timedelta(seconds=20), "retry_exponential_backoff": True}


@task
def discover() -> list[str]:
    """Find new, grown and rewritten export files and plan how to read them."""
    return step("discover")


@task
def read(chunk_id: str) -> None:
    """Read one chunk of files into accepted and quarantined rows."""
    step("read", chunk_id=chunk_id)


@task
def shard_ranges() -> list[list[int]]:
    """The ranges of shards that the next tasks are mapped over."""
    return step("shard_ranges")


@task(trigger_rule="none_failed")
def commit(shards: list[int]) -> None:
    """Put what was read into the lake, for a range of shards."""
    step("commit", shards=shards)


@task
def build(shards: list[int]) -> None:
    """State the facts of every day that changed, for a range of shards."""
    step("build", shards=shards)


@task(pool=WRITER_POOL)
def publish_facts() -> None:
    """Append the facts to the feature store, all at once or not at all."""
    step("publish_facts")


@task
def judge() -> None:
    """Judge every night not yet judged, in order, up to the night of this run."""
    step("judge")


@task
def route() -> None:
    """Put each flag into the queue of a named clinician."""
    step("route")


@task(pool=WRITER_POOL)
def publish_judgements() -> None:
    """Append flags and baselines to the feature store and close the run."""
    step("publish_judgements")


@dag(
    dag_id="evenkeel_nightly",
    # An empty setting means no schedule: nights are then only triggered.
    schedule=os.environ.get("EVENKEEL_NIGHTLY_SCHEDULE", "30 4 * * *") or None,
    start_date=datetime(2024, 1, 1),  # noqa: DTZ001 -- Airflow reads it in the deployment's own zone
    catchup=False,
    max_active_runs=1,
    default_args=RETRIES,
    params={"night": Param(None, type=["null", "string"], description="judge up to this local day, YYYY-MM-DD")},
    tags=["evenkeel"],
    doc_md=__doc__,
)
def nightly() -> None:
    """See the module."""
    ranges = shard_ranges()
    reading = read.expand(chunk_id=discover())
    committed = commit.expand(shards=ranges)
    built = build.expand(shards=ranges)
    reading >> committed >> built >> publish_facts() >> judge() >> route() >> publish_judgements()


nightly()
