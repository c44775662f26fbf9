"""Weekly scores of clinicians' scales, with the error that such scores have."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from pipeline.synthetic.life.life import Life

WEEK_DAYS = 7
RATED_SHARE = 0.9
SCALES = {
    "PHQ-9": ("withdrawal", 3.0, 13.0, 2.2, 27),
    "ASRM": ("activation", 1.5, 9.0, 1.8, 20),
}
"""Direction, score when well, points added at full severity, standard error, highest score."""


def scale_truth(life: Life) -> pl.DataFrame:
    """Scores of one participant: `score` as rated, `standard_error` of it, on the last day of each week."""
    frames = [_one_scale(life, name) for name in SCALES]
    return pl.concat(frames)


def _one_scale(life: Life, name: str) -> pl.DataFrame:
    direction, well, added, error, most = SCALES[name]
    rng = life.rng(f"scale {name}")
    severity = life.severity(direction)
    ends = np.arange(WEEK_DAYS - 1, life.plan.day_count, WEEK_DAYS)
    week = np.array([severity[end - WEEK_DAYS + 1 : end + 1].mean() for end in ends])
    score = np.clip(np.round(well + added * week + rng.normal(0.0, error, len(ends))), 0, most).astype(np.int64)
    rated = rng.random(len(ends)) < RATED_SHARE
    dates = [life.plan.first_day + timedelta(days=int(end)) for end in ends[rated]]
    return pl.DataFrame(
        {"local_day": dates, "score": score[rated]}, schema={"local_day": pl.Date, "score": pl.Int64}
    ).select(
        pl.lit(life.seat.participant_id).alias("participant_id"),
        "local_day",
        pl.lit(name).alias("scale"),
        "score",
        pl.lit(error).alias("standard_error"),
    )
