"""What a run took in: rows accepted, quarantined by rule and duplicate, per stream; files read, known and set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from pipeline.intake.manifest import Measure, counts_of


@dataclass(frozen=True)
class StreamSummary:
    """The rows of one stream; the empty stream name stands for rows that could not be split into columns."""

    accepted: int = 0
    duplicate: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class IntakeSummary:
    """What a run took in. Files are counted as read, known, unknown (nobody's), skipped, or set aside by code.

    `rows_passed_over`: rows that were sound and held nothing to keep, by reason.
    """

    streams: Mapping[str, StreamSummary]
    files_read: int
    files_known: int
    files_unknown: int
    files_skipped: int
    files_grown: int
    files_shrunken: int
    files_rewritten: int
    files_set_aside: Mapping[str, int]
    rows_passed_over: Mapping[str, int]

    @property
    def has_set_aside(self) -> bool:
        """Whether anything, a file or a row, was kept out: exit code 3 of `evenkeel ingest`."""
        return bool(self.files_set_aside) or any(stream.quarantined for stream in self.streams.values())


def summary(session: Session, run_id: str) -> IntakeSummary:
    """Add up what the parts of a run counted."""
    counts = counts_of(session, run_id)
    return IntakeSummary(
        streams=_streams(counts),
        files_set_aside=_by_name(counts, "file_set_aside", ""),
        rows_passed_over=_by_name(counts, "passed_over", ""),
        **{
            f"files_{name}": counts[f"file_{name}", "", ""]
            for name in ("read", "known", "unknown", "skipped", "grown", "shrunken", "rewritten")
        },
    )


def _streams(counts: Counter[Measure]) -> dict[str, StreamSummary]:
    names = sorted({stream for measure, stream, _ in counts if measure.startswith("rows_")})
    return {
        name: StreamSummary(
            accepted=counts["rows_accepted", name, ""],
            duplicate=counts["rows_duplicate", name, ""],
            quarantined=_by_name(counts, "rows_refused", name),
        )
        for name in names
    }


def _by_name(counts: Counter[Measure], measure: str, stream: str) -> dict[str, int]:
    found = {name: total for (of, where, name), total in counts.items() if (of, where) == (measure, stream)}
    return dict(sorted(found.items()))
