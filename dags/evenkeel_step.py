"""Calls one step of the package from an Airflow task, and says in Airflow's words whether a retry could help."""

from __future__ import annotations

import os
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException


def step(name: str, **arguments: Any) -> Any:  # noqa: ANN401 -- XCom carries plain JSON values of any shape
    """Run the step called `name` for the site in EVENKEEL_SITE, under this run's and this task's ids.

    A transient error is left to Airflow's retries; a fault of the configuration, of an export or of the program fails
    the task at once, since trying again would meet the same fault.
    """
    # Imported inside the task: a process that parses DAG files and later forks must never have loaded polars.
    from alerts import night  # noqa: PLC0415
    from pipeline.errors import EvenkeelError, TransientError  # noqa: PLC0415

    context = get_current_context()
    instance = context["ti"]
    try:
        return night.step(
            name,
            site=os.environ["EVENKEEL_SITE"],
            run_id=str(context["run_id"]),
            task_id=f"{instance.task_id}[{instance.map_index}]" if instance.map_index >= 0 else instance.task_id,
            night=_night(context),
            **arguments,
        )
    except TransientError:
        raise
    except EvenkeelError as error:
        raise AirflowFailException(str(error)) from error


def _night(context: Any) -> str | None:  # noqa: ANN401 -- Airflow's context is an untyped mapping
    """The night asked for, else the day before a scheduled or backfilled instant, else none: the last complete day."""
    asked = (context.get("params") or {}).get("night")
    logical = context.get("logical_date")
    if asked or logical is None or str(context["run_id"]).startswith("manual"):
        return asked
    return logical.subtract(days=1).date().isoformat()
