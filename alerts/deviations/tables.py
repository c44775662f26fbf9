"""A walk as long-form frames: judgements, contributions and baselines, for storing, publishing and research."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import polars as pl

from alerts.baselines.arrays import Floats
from alerts.baselines.standing import Standing
from alerts.baselines.transform import back
from alerts.deviations.decision import Decision
from alerts.deviations.evidence import NO_DAY
from alerts.deviations.grade import Grade
from alerts.deviations.night import Judgement, Record
from alerts.deviations.profile import DIRECTIONS
from alerts.deviations.walk import Walk

JUDGEMENTS = {
    "participant_id": pl.String,
    "local_day": pl.Date,
    "direction": pl.String,
    "score": pl.Float64,
    "threshold": pl.Float64,
    "decision": pl.String,
    "is_mixed": pl.Boolean,
    "grade": pl.String,
    "standing": pl.String,
    "baseline_days": pl.Int32,
    "baseline_ended_days_ago": pl.Int32,
}
CONTRIBUTIONS = {
    "participant_id": pl.String,
    "local_day": pl.Date,
    "direction": pl.String,
    "domain": pl.String,
    "feature_id": pl.String,
    "contribution": pl.Float64,
    "cusum": pl.Float64,
    "onset_day": pl.Date,
    "lost_to_cap": pl.Float64,
    "lost_to_decay": pl.Float64,
}
BASELINES = {
    "participant_id": pl.String,
    "local_day": pl.Date,
    "feature_id": pl.String,
    "usual": pl.Float64,
    "usual_low": pl.Float64,
    "usual_high": pl.Float64,
    "day_count": pl.Int32,
    "effective_days": pl.Float64,
    "correlation": pl.Float64,
    "normal_score": pl.Float64,
}


def judgements_frame(walk: Walk) -> pl.DataFrame:
    """One row per participant, night and direction, always; see `Decision` for why nothing was raised."""
    return _gathered(walk, JUDGEMENTS, _judged)


def contributions_frame(walk: Walk) -> pl.DataFrame:
    """One row per participant, night, direction and feature with a running sum; contributions sum to the score."""
    return _gathered(walk, CONTRIBUTIONS, _contributed)


def baselines_frame(walk: Walk) -> pl.DataFrame:
    """One row per participant, night and feature with a baseline: the usual and one spread either side, natural units.

    `normal_score` is null where the night had no value or the baseline has fewer than 14 days.
    """
    return _gathered(walk, BASELINES, _usual)


def _gathered(
    walk: Walk, schema: dict[str, type[pl.DataType]], rows: Callable[[Record, Judgement], dict[str, object]]
) -> pl.DataFrame:
    """The rows of every night, sorted by participant and night."""
    parts = [pl.DataFrame(rows(walk.record, judgement), schema=schema) for judgement in walk.judgements]
    keys = [name for name in ("participant_id", "local_day", "direction", "feature_id") if name in schema]
    return pl.concat([pl.DataFrame(schema=schema), *parts]).sort(keys)


def _judged(record: Record, judgement: Judgement) -> dict[str, object]:
    """The judgements of one night."""
    person, axis = (index.ravel() for index in np.indices(judgement.score.shape))
    standings = judgement.standings
    return {
        "participant_id": _named(record.grid.participants, person),
        "local_day": _repeated(judgement.day, person.size),
        "direction": _named(DIRECTIONS, axis),
        "score": judgement.score[person, axis],
        "threshold": judgement.threshold[person, axis],
        "decision": [Decision(code).name.lower() for code in judgement.decision[person, axis].tolist()],
        "is_mixed": judgement.is_mixed[person],
        "grade": [Grade(code).name for code in judgement.grade[person].tolist()],
        "standing": [Standing(code).name.lower() for code in standings.standing[person].tolist()],
        "baseline_days": standings.day_count[person],
        "baseline_ended_days_ago": standings.ended_days_ago[person],
    }


def _contributed(record: Record, judgement: Judgement) -> dict[str, object]:
    """The running sums of one night."""
    cells = np.nonzero((judgement.runs.cusum > 0.0) & (record.layout.weight > 0.0))
    person, axis, column = cells
    onset = judgement.runs.onset_day[cells]
    return {
        "participant_id": _named(record.grid.participants, person),
        "local_day": _repeated(judgement.day, person.size),
        "direction": _named(DIRECTIONS, axis),
        "domain": _named([column.domain.name for column in record.layout.columns], column),
        "feature_id": _named(record.layout.feature_ids, column),
        "contribution": judgement.weighing.contribution[cells],
        "cusum": judgement.runs.cusum[cells],
        "onset_day": pl.Series(np.where(onset == NO_DAY, 0, onset).astype(np.int32)).cast(pl.Date),
        "lost_to_cap": judgement.runs.lost_to_cap[cells],
        "lost_to_decay": judgement.runs.lost_to_decay[cells],
    }


def _usual(record: Record, judgement: Judgement) -> dict[str, object]:
    """The baselines of one night, for the class (work or rest) of its own day."""
    usual = judgement.usual
    person, column = np.nonzero(np.isfinite(usual.spread))
    is_rest = record.grid.rest[:, record.grid.index_of(judgement.day)] == 1
    middle = usual.origin + usual.expected(is_rest)
    low, high = middle - usual.spread, middle + usual.spread
    cells = (person, column)
    return {
        "participant_id": _named(record.grid.participants, person),
        "local_day": _repeated(judgement.day, person.size),
        "feature_id": _named(record.layout.feature_ids, column),
        "usual": _natural(middle, record)[cells],
        "usual_low": _natural(low, record)[cells],
        "usual_high": _natural(high, record)[cells],
        "day_count": usual.day_count[cells].astype(np.int32),
        "effective_days": usual.effective_days[cells],
        "correlation": usual.correlation[cells],
        "normal_score": pl.Series(judgement.normal_score[cells]).fill_nan(None),
    }


def _natural(scaled: Floats, record: Record) -> Floats:
    """Participants x features, back in natural units."""
    columns = record.layout.columns
    return np.stack([back(scaled[:, i], column.candidate.transform) for i, column in enumerate(columns)], axis=1)


def _named(names: Sequence[str], index: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> pl.Series:
    """A name for each index."""
    return pl.Series(names, dtype=pl.String).gather(index)


def _repeated(day: date, count: int) -> pl.Series:
    """The same date in every row."""
    return pl.repeat(day, count, dtype=pl.Date, eager=True)
