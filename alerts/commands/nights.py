"""`features`, `flags` and `nightly`: the steps of a night, by hand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.data import run_id_now
from pipeline.commands.speaking import DEFAULT_SITE, JsonOption, SiteOption, Speaker

NightOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="up to this local day", metavar="YYYY-MM-DD")
]


def nightly(night: NightOption = None, site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """Run the whole night in this process: the same steps as the DAG."""
    from alerts.night import whole
    from pipeline.opening import opened

    speaker, run_id = Speaker(as_json), run_id_now("nightly")
    with opened(site) as place:
        whole(place, run_id, _day(night), lambda step: speaker.say(f"{step} …"))
    speaker.say("done; see: evenkeel queue")
    speaker.document({"run_id": run_id})


def features(site: SiteOption = DEFAULT_SITE, *, as_json: JsonOption = False) -> None:
    """State the facts of every dirty day and publish them."""
    _some(site, ("build", "publish_facts"), None, Speaker(as_json))


def flags(
    night: NightOption = None,
    output: Annotated[Path | None, typer.Option("-o", help="with --replay: write decisions as Parquet")] = None,
    site: SiteOption = DEFAULT_SITE,
    *,
    replay: Annotated[bool, typer.Option("--replay", help="decide past nights and route nothing")] = False,
    as_json: JsonOption = False,
) -> None:
    """Judge every night not yet judged and route what is raised; with --replay, only decide."""
    speaker = Speaker(as_json)
    if not replay:
        _some(site, ("judge", "route", "publish_judgements"), _day(night), speaker)
        return
    from alerts.flags.judge import replay as replayed
    from pipeline.opening import opened

    with opened(site) as place:
        decisions = replayed(place.site, place.store, place.clock, place.roster(), place.key, _day(night))
    if output is not None:
        decisions.write_parquet(output)
    counts = dict(sorted(decisions["decision"].value_counts().iter_rows())) if decisions.height else {}
    for decision, count in counts.items():
        speaker.say(f"{decision:14} {count}")
    speaker.document({"decisions": counts})


def _day(night: datetime | None) -> date | None:
    return night.date() if night else None


def _some(site: Path, names: tuple[str, ...], night: date | None, speaker: Speaker) -> None:
    from alerts.night import plan
    from pipeline.opening import opened

    run_id = run_id_now(names[0])
    with opened(site) as place:
        for name, each in plan(place, run_id, night):
            if name in names:
                speaker.say(f"{name} …")
                each()
    speaker.document({"run_id": run_id})
