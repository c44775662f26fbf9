"""Writes the parts of these pages that are declared in code, so that they cannot say anything else.

`python docs/generate.py` writes them; a test fails while a committed page differs from what would be written. A
generated part stands between two comments, `<!-- generated: NAME -->` and `<!-- end -->`; the rest is by hand.
"""
# ruff: noqa: INP001 -- a folder of pages, and no package

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from alerts.baselines.transform import Transform
from alerts.deviations.decision import Decision
from alerts.deviations.profile import Direction, Marker, declared_profile
from alerts.flags.words import Suppression
from alerts.queues.words import RouteReason
from alerts.triage.transitions import TRANSITIONS, Transition
from alerts.triage.words import AlertState, Disposition
from features.catalogue import all_families
from features.declaration import Family, Feature
from pipeline.registry.events import Consent, Device, Participant
from pipeline.site import Delivery, Detection, Retention, Run, ServiceLevels
from pipeline.site_folder.rosters import CareTeamRow, ClinicianRow, DutyRow
from pipeline.site_folder.settings import Identity
from pipeline.sources import all_sources

DOCS = Path(__file__).resolve().parent
PART = re.compile(r"(<!-- generated: (?P<name>\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Write every page that has a generated part."""
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")


def generated() -> dict[Path, str]:
    """Each page with a generated part, as it must be."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    return {path: PART.sub(_filled, text) for path, text in pages.items() if PART.search(text)}


def _filled(part: re.Match[str]) -> str:
    return f"{part[1]}\n{PARTS[part['name']]().strip()}\n\n{part[3]}"


def features() -> str:
    """The data dictionary: a section for each family, a row for each feature."""
    return "\n\n".join(_family(family) for family in sorted(all_families(), key=lambda family: family.name))


def _family(family: Family) -> str:
    reads = ", ".join(f"`{stream.name}`" for stream in family.inputs)
    after = " After: " + ", ".join(f"`{name}`" for name in family.after) + "." if family.after else ""
    minutes = " and the evidence of each minute" if family.reads_minutes else ""
    rows = [_feature(feature) for feature in sorted(family.features, key=lambda feature: feature.feature_id)]
    head = ("feature", "unit", "what it is", "range", "reach (days)", "least coverage", "version", "citation")
    title = f"## {family.name.replace('_', ' ').capitalize()}\n\n{family.sentence}"
    return f"{title} Reads {reads or 'no stream'}{minutes}.{after}\n\n{_table(head, rows)}"


def _feature(feature: Feature) -> Sequence[object]:
    return (
        f"`{feature.feature_id}`",
        feature.unit,
        feature.definition,
        _range(feature),
        feature.reach_days,
        f"{feature.minimum_coverage_ratio:.2g}",
        feature.version,
        feature.citation,
    )


def _range(feature: Feature) -> str:
    if feature.minimum is None or feature.maximum is None:
        return "" if feature.minimum is None else f"from {feature.minimum:g}"
    return f"{feature.minimum:g} to {feature.maximum:g}"


def states() -> str:
    """The states of an alert as a diagram: only actions that change the state."""
    moves = [
        f"  {one.value} --> {row.to_state.value}: {row.action.value} ({_actors(row)})"
        for row in TRANSITIONS.values()
        if row.to_state is not None
        for one in AlertState
        if one in row.from_states
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", "  [*] --> open: route (system)", *moves, "```"])


def actions() -> str:
    """Every action: on which states, by whom, and what it must bring."""
    rows = (
        (
            f"`{row.action.value}`",
            ", ".join(one.value for one in AlertState if one in row.from_states),
            row.to_state.value if row.to_state else "stays",
            _actors(row),
            " ".join((guard.__doc__ or "").strip() for guard in row.guards),
        )
        for row in TRANSITIONS.values()
    )
    return _table(("action", "from", "to", "who", "guard"), rows)


def _actors(row: Transition) -> str:
    return ", ".join(sorted(kind.value for kind in row.actors))


def dispositions() -> str:
    """What a clinician can decide."""
    rows = ((f"`{one.value}`", one.wording, "yes" if one.needs_reason else "") for one in Disposition)
    return _table(("disposition", "meaning", "reason needed"), rows)


def routes() -> str:
    """To whom an alert goes."""
    return _table(("route", "goes to"), ((f"`{one.value}`", one.wording) for one in RouteReason))


def suppressions() -> str:
    """Why a flag is recorded and not put into a queue."""
    return _table(("suppression", "meaning"), ((f"`{one.value}`", one.wording) for one in Suppression))


def decisions() -> str:
    """What the rule can decide about a participant, night and direction."""
    return _table(("decision", "meaning"), ((f"`{one.name.lower()}`", one.wording) for one in Decision))


def profile() -> str:
    """What speaks for which direction, by domain."""
    rows = (
        (
            domain.label,
            marker.label,
            _pull(marker, Direction.ACTIVATION),
            _pull(marker, Direction.WITHDRAWAL),
            ", ".join(f"`{one.feature_id}`" for one in marker.candidates),
        )
        for domain in declared_profile().domains
        for marker in domain.markers
    )
    return _table(("domain", "marker", "activation", "withdrawal", "feature (the first that is usable)"), rows)


def _pull(marker: Marker, direction: Direction) -> str:
    pull = marker.pull(direction)
    if pull is None:
        return ""
    is_clock = marker.candidates[0].transform is Transform.CLOCK
    rise, fall = ("later", "earlier") if is_clock else ("more", "less")
    return f"{rise if pull.sign > 0 else fall}, {pull.weight_class.value}"


def settings() -> str:
    """The tables of `site.toml` with their keys and defaults."""
    tables = {
        "site": Identity,
        "retention": Retention,
        "run": Run,
        "detection": Detection,
        "service_levels": ServiceLevels,
        "delivery": Delivery,
    }
    rows = (
        (f"`[{name}]`", f"`{field.name}`", _default(field))
        for name, kind in tables.items()
        for field in dataclasses.fields(kind)
    )
    return _table(("table", "key", "default"), rows)


def columns() -> str:
    """The columns of the six CSV files."""
    files = {
        "participants.csv": Participant,
        "devices.csv": Device,
        "clinicians.csv": ClinicianRow,
        "care_teams.csv": CareTeamRow,
        "duty.csv": DutyRow,
        "consents.csv": Consent,
    }
    return _table(("file", "columns that every row needs", "others"), (_file(*item) for item in files.items()))


def _file(name: str, kind: type) -> Sequence[object]:
    fields = dataclasses.fields(kind)
    needed = [f"`{field.name}`" for field in fields if field.default is dataclasses.MISSING]
    others = [f"`{field.name}`" for field in fields if field.default is not dataclasses.MISSING]
    return (f"`{name}`", ", ".join(needed), ", ".join(others))


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is dataclasses.MISSING:
        return "needed"
    if field.default is None:
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def readers() -> str:
    """What is read of each platform."""
    rows = (
        (f"`{source.name}`", f"`{reader.kind}`", ", ".join(f"`{stream.name}`" for stream in reader.streams))
        for source in all_sources().values()
        for reader in source.readers
    )
    return _table(("source", "file kind", "streams"), rows)


def decision_records() -> str:
    """The decision records by number."""
    return "\n".join(_decision_records())


def _decision_records() -> Iterator[str]:
    for path in sorted((DOCS / "adr").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        number, _, name = title.partition(". ")
        yield f"{number}. [{name}]({path.name})"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


PARTS: Mapping[str, Callable[[], str]] = {
    "features": features,
    "states": states,
    "actions": actions,
    "dispositions": dispositions,
    "routes": routes,
    "suppressions": suppressions,
    "decisions": decisions,
    "profile": profile,
    "settings": settings,
    "columns": columns,
    "readers": readers,
    "decision-records": decision_records,
}
"""Every generated part by the name under which pages ask for it."""

if __name__ == "__main__":
    main()
