"""Stating one piece of the agenda, and keeping one person's trouble from becoming everybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from features.agenda import Agenda
from features.cohort import Cohort, refused_days
from features.declaration import VALUES, Family, Observations
from features.gather import for_family, observations
from features.grid import DAYS, FACTS, KEY, stated
from pipeline.errors import TransientError
from pipeline.site import Site
from pipeline.warehouse import read
from pipeline.warehouse.read import Selection

FAILURES = {"participant_id": pl.String, "family": pl.String, "error_code": pl.String}
NOBODY = pl.DataFrame(schema=DAYS)


@dataclass(frozen=True)
class Task:
    """What one build task works on."""

    site: Site
    families: tuple[Family, ...]
    cohort: Cohort
    agenda: Agenda


@dataclass(frozen=True)
class Outcome:
    """Facts (`features.grid.FACTS`) of a piece, sorted, and who was set aside (`FAILURES`)."""

    facts: pl.DataFrame
    failures: pl.DataFrame


def state(task: Task, piece: Agenda, earlier: pl.DataFrame) -> Outcome:
    """State a piece; when something fails, person by person, and at last family by family.

    `earlier` are facts that the task stated of the same people before. Raises TransientError only.
    """
    people = sorted(piece.all_wanted["participant_id"].unique())
    try:
        return Outcome(_facts(task, piece, earlier), pl.DataFrame(schema=FAILURES))
    except TransientError:
        raise
    except Exception:  # noqa: BLE001 -- one bad person never stops a night: whatever a family raises is kept to them
        if len(people) == 1:
            return _family_by_family(task, piece, people[0], earlier)
    return _joined([state(task, _only(piece, [person]), earlier) for person in people])


def state_families(
    families: Sequence[Family], given: Observations, refused: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """State families, in order, for the wanted days; what earlier ones said is handed to those that come after them."""
    facts = pl.DataFrame(schema=FACTS)
    for family in families:
        daily = _said_before(family, families, given.daily, facts)
        values = family.compute(replace(given, daily=daily))
        facts = pl.concat([facts, stated(family, values, given.wanted, refused[family.name])])
    return facts.sort(list(KEY))


def _facts(task: Task, piece: Agenda, earlier: pl.DataFrame) -> pl.DataFrame:
    """State each family for its own wanted days."""
    families = tuple(family for family in task.families if piece.wanted[family.name].height)
    loaded = observations(task.site.folders.lake, families, task.cohort, piece)
    facts = pl.concat([pl.DataFrame(schema=FACTS), earlier])
    for family in families:
        daily = _said_before(family, task.families, _published(task, family, piece), facts)
        mine = replace(for_family(family, loaded, piece), daily=daily)
        refused = refused_days(family, task.cohort.refusals, mine.edges)
        facts = pl.concat([facts, stated(family, family.compute(mine), mine.wanted, refused)])
    return facts[earlier.height :].sort(list(KEY))


def _published(task: Task, family: Family, piece: Agenda) -> pl.DataFrame | None:
    """What is already published of the families that one comes after, as far back as it reaches."""
    ids = _feature_ids(family.after, task.families)
    wanted = piece.wanted[family.name]
    first, last = wanted["local_day"].min(), wanted["local_day"].max()
    if not ids or not isinstance(first, date) or not isinstance(last, date):
        return None
    asked = Selection(
        participants=sorted(wanted["participant_id"].unique()),
        features=ids,
        from_day=first - timedelta(days=family.reach_days),
        to_day=last,
    )
    return read.latest_daily(task.site, asked).select(list(VALUES))


def _said_before(
    family: Family, families: Sequence[Family], published: pl.DataFrame | None, facts: pl.DataFrame
) -> pl.DataFrame | None:
    """The values of the families that one comes after: what this task says overrules what is published."""
    ids = _feature_ids(family.after, families)
    if not family.after:
        return published
    said = facts.filter(pl.col("feature_id").is_in(ids)).select(list(VALUES))
    held = pl.DataFrame(schema=VALUES) if published is None else published
    both = pl.concat([held.join(said, on=list(KEY), how="anti"), said])
    return both.sort(list(KEY))


def _feature_ids(names: Sequence[str], families: Sequence[Family]) -> list[str]:
    return sorted(one.feature_id for family in families if family.name in names for one in family.features)


def _family_by_family(task: Task, piece: Agenda, person: str, earlier: pl.DataFrame) -> Outcome:
    """State what can be stated of one person; a family that comes after one that failed fails with it."""
    facts, codes = earlier, dict[str, str]()
    for family in task.families:
        failed_before = codes.keys() & set(family.after)
        if failed_before:
            codes[family.name] = "after_" + min(failed_before)
            continue
        try:
            facts = pl.concat([facts, _facts(task, _only(piece, [person], family.name), facts)])
        except TransientError:
            raise
        except Exception as error:  # noqa: BLE001 -- the code names the kind of error; its text may hold a reading
            codes[family.name] = type(error).__name__
    rows = [(person, family, code) for family, code in codes.items()]
    return Outcome(facts[earlier.height :].sort(list(KEY)), pl.DataFrame(rows, schema=FAILURES, orient="row"))


def _only(piece: Agenda, people: list[str], family: str | None = None) -> Agenda:
    """The part of a piece that concerns some people, and one family if one is named."""
    mine = pl.col("participant_id").is_in(people)
    wanted = {
        name: frame.filter(mine) if family in {None, name} else frame.clear() for name, frame in piece.wanted.items()
    }
    return Agenda(piece.days.filter(mine), piece.edges.filter(mine), wanted)


def _joined(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(pl.concat([one.facts for one in outcomes]), pl.concat([one.failures for one in outcomes]))
