"""Every ten minutes: overdue alerts move one step along their path, and the outbox delivers what waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from airflow.sdk import dag, task
from evenkeel_step import step


@task
def move_overdue() -> None:
    """Move each overdue alert one step; after the last step the service lead is called again."""
    step("escalate")


@task
def deliver() -> None:
    """Deliver the notices that wait in the outbox."""
    step("deliver")


@dag(
    dag_id="evenkeel_escalate",
    schedule="*/10 * * * *",
    start_date=datetime(2024, 1, 1),  # noqa: DTZ001 -- Airflow reads it in the deployment's own zone
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=30)},
    tags=["evenkeel"],
    doc_md=__doc__,
)
def escalate() -> None:
    """See the module."""
    move_overdue() >> deliver()


escalate()
