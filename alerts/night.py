"""The steps of a night by name, as a DAG task, a command and a test call them, and the whole night in one process."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from alerts import lineage
from alerts.delivery import deliver
from alerts.flags import judge
from alerts.flags import publish as judgements
from alerts.queues import escalate, route
from features import build
from pipeline.intake import commit, discover, read
from pipeline.opening import Opened, opened
from pipeline.site_folder.importing import bring_in
from pipeline.vocabulary.ids import shard_ranges
from pipeline.warehouse import publish


@dataclass(frozen=True)
class Call:
    """One call of a step: for which run and task, and up to which night."""

    run_id: str
    task_id: str
    night: date | None = None


Step = Callable[..., Any]


def step(
    name: str,
    *,
    site: str,
    run_id: str,
    task_id: str,
    night: str | None = None,
    **arguments: Any,  # noqa: ANN401 -- plain JSON values from a scheduler
) -> Any:  # noqa: ANN401
    """Run one step of the site in a folder; takes and gives plain JSON values only."""
    call = Call(safe(run_id), safe(task_id), date.fromisoformat(night) if night else None)
    with opened(Path(site)) as place:
        return run_step(place, name, call, **arguments)


def run_step(place: Opened, name: str, call: Call, **arguments: Any) -> Any:  # noqa: ANN401
    """Run one step of an opened site and note it for the lineage."""
    with lineage.noting(place, name, call.run_id, call.task_id):
        return STEPS[name](place, call, **arguments)


def safe(identifier: str) -> str:
    """A run or task id as a name that a folder can have; a scheduler's ids hold colons and plus signs."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", identifier).strip("-")


def whole(
    place: Opened, run_id: str, night: date | None = None, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Every step of a night in order, in this process: the same functions as the DAG."""
    for name, each in plan(place, run_id, night):
        progress(name)
        each()


def plan(place: Opened, run_id: str, night: date | None) -> Sequence[tuple[str, Callable[[], Any]]]:
    """The steps of a night in order, each ready to be called; mapped steps once for each chunk or range."""

    def calling(name: str, task_id: str, **arguments: Any) -> Callable[[], Any]:  # noqa: ANN401
        return lambda: run_step(place, name, Call(run_id, task_id, night), **arguments)

    def read_all() -> None:
        for chunk_id in calling("discover", "discover")():
            calling("read", f"read-{chunk_id}", chunk_id=chunk_id)()

    def over_ranges(name: str) -> Callable[[], None]:
        def each_range() -> None:
            for first, last in shard_ranges(place.site.run.tasks_count):
                calling(name, f"{name}-{first:02d}", shards=[first, last])()

        return each_range

    return (
        ("read", read_all),
        ("commit", over_ranges("commit")),
        ("build", over_ranges("build")),
        *((name, calling(name, name)) for name in ("publish_facts", "judge", "route", "publish_judgements")),
    )


def _discover(place: Opened, call: Call) -> list[str]:
    # The CSV files are imports: what changed is taken in first. A fault leaves the last accepted roster in force.
    bring_in(place.site, place.store, place.clock, place.key)
    return list(discover.run(place.site, place.store, place.clock, call.run_id).chunk_ids)


def _read(place: Opened, call: Call, chunk_id: str) -> None:
    read.run(place.site, place.store, call.run_id, chunk_id)


def _shard_ranges(place: Opened, _: Call) -> list[list[int]]:
    return [list(pair) for pair in shard_ranges(place.site.run.tasks_count)]


def _commit(place: Opened, call: Call, shards: list[int]) -> None:
    commit.run(place.site, place.store, place.clock, call.run_id, (shards[0], shards[1]))


def _build(place: Opened, call: Call, shards: list[int]) -> None:
    build.run(place.site, place.store, place.clock, call.run_id, (shards[0], shards[1]))


def _publish_facts(place: Opened, call: Call) -> int:
    return publish.run(place.site, place.store, place.clock, call.run_id)


def _judge(place: Opened, call: Call) -> int:
    judged = judge.run(place.site, place.store, place.clock, call.run_id, place.roster(), place.key, call.night)
    return judged.flag_count


def _route(place: Opened, call: Call) -> int:
    return route.run(place.site, place.store, place.clock, call.run_id, place.roster(), place.key).alert_count


def _publish_judgements(place: Opened, call: Call) -> int:
    count = judgements.run(place.site, place.store, place.clock, call.run_id)
    lineage.publish_notes(place, call.run_id)
    shutil.rmtree(place.site.folders.work / call.run_id, ignore_errors=True)
    return count


def _escalate(place: Opened, _: Call) -> int:
    return escalate.run(place.store, place.clock, place.roster(), place.key)


def _deliver(place: Opened, _: Call) -> int:
    return deliver.run(place.site, place.store, place.clock, place.roster(), place.key).sent_count


STEPS: Mapping[str, Step] = {
    "discover": _discover,
    "read": _read,
    "shard_ranges": _shard_ranges,
    "commit": _commit,
    "build": _build,
    "publish_facts": _publish_facts,
    "judge": _judge,
    "route": _route,
    "publish_judgements": _publish_judgements,
    "escalate": _escalate,
    "deliver": _deliver,
}
"""Every step by the name under which DAGs and commands know it."""
