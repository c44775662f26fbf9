"""From raw fixes, once a second in bursts or once in twenty minutes, to one robust position a minute."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.catalogue.mobility.compiled import compiled
from features.catalogue.mobility.tables import MINUTE_US, Floats, Ints, real, whole

GOOD_ACCURACY_M = 51.0
"""The accuracy that Barnett and Onnela (doi 10.1093/biostatistics/kxy059) ask of a fix."""
ASSUMED_ACCURACY_M = 50.0
"""For a platform that exports no accuracy."""
BEST_ACCURACY_M = 5.0
"""No phone is surer than this, whatever it claims: one boastful fix must not outweigh a minute."""

MINUTES = {
    "participant_id": pl.String,
    "at_us": pl.Int64,
    "latitude_deg": pl.Float64,
    "longitude_deg": pl.Float64,
    "accuracy_m": pl.Float64,
}


def minutes_of(fixes: pl.DataFrame) -> pl.DataFrame:
    """One row (`MINUTES`) for each participant and clock minute with a fix: an accuracy-weighted median position.

    Fixes of good accuracy speak alone where the minute has one. Order and duplicates of the rows do not matter.
    """
    rows = _in_order(fixes)
    people = rows["participant_id"].unique(maintain_order=True)
    raw = (whole(rows["person"]), whole(rows["at_us"]))
    places = (real(rows["latitude_deg"]), real(rows["longitude_deg"]), real(rows["accuracy_m"]))
    person, at_us, lat, lon, accuracy = _reduce(*raw, *places)
    return pl.DataFrame(
        {
            "participant_id": people.gather(person) if len(person) else people.head(0),
            "at_us": at_us,
            "latitude_deg": lat,
            "longitude_deg": lon,
            "accuracy_m": accuracy,
        },
        schema_overrides=MINUTES,
    )


def _in_order(fixes: pl.DataFrame) -> pl.DataFrame:
    """The fixes sorted by participant and instant, sorting only where the lake has not done so already."""
    rows = fixes.select(
        "participant_id",
        pl.col("at_utc").dt.epoch("us").alias("at_us"),
        "latitude_deg",
        "longitude_deg",
        pl.col("accuracy_m").fill_null(ASSUMED_ACCURACY_M),
    )
    same_person = pl.col("participant_id") == pl.col("participant_id").shift()
    backwards = (pl.col("participant_id") < pl.col("participant_id").shift()) | (
        same_person & (pl.col("at_us") < pl.col("at_us").shift())
    )
    if rows.select(backwards.any()).item():
        rows = rows.sort("participant_id", "at_us")
    return rows.with_columns(pl.col("participant_id").rle_id().cast(pl.Int64).alias("person"))


@compiled
def _reduce(
    person: Ints, at_us: Ints, lat: Floats, lon: Floats, accuracy: Floats
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """One row for each run of rows of one person and clock minute."""
    rows = _count_minutes(person, at_us)
    who, when = np.empty(rows, np.int64), np.empty(rows, np.int64)
    where = np.empty((3, rows), np.float64)
    used, start = 0, 0
    for end in range(1, len(at_us) + 1):
        if end < len(at_us) and _same_minute(person, at_us, start, end):
            continue
        kept = _speaking(start, end, (at_us, lat, lon, accuracy))
        weights = 1.0 / np.maximum(accuracy[kept], BEST_ACCURACY_M) ** 2
        who[used], when[used] = person[start], at_us[kept].sum() // len(kept)
        where[0, used] = _weighted_median(lat[kept], weights)
        where[1, used] = _weighted_median(lon[kept], weights)
        where[2, used] = _weighted_median(accuracy[kept], np.ones(len(kept)))
        used, start = used + 1, end
    return who, when, where[0], where[1], where[2]


@compiled
def _same_minute(person: Ints, at_us: Ints, one: int, other: int) -> bool:
    return bool(person[one] == person[other] and at_us[one] // MINUTE_US == at_us[other] // MINUTE_US)


@compiled
def _count_minutes(person: Ints, at_us: Ints) -> int:
    count = min(1, len(at_us))
    for row in range(1, len(at_us)):
        count += not _same_minute(person, at_us, row - 1, row)
    return count


@compiled
def _speaking(start: int, end: int, fixes: tuple[Ints, Floats, Floats, Floats]) -> Ints:
    """Which rows of a minute count: each once, and only the good ones where there is a good one."""
    accuracy = fixes[3]
    limit = GOOD_ACCURACY_M if accuracy[start:end].min() <= GOOD_ACCURACY_M else np.inf
    rows, used = np.empty(end - start, np.int64), 0
    for row in range(start, end):
        if accuracy[row] <= limit and not _is_repeated(start, row, fixes):
            rows[used] = row
            used += 1
    return rows[:used]


@compiled
def _is_repeated(start: int, row: int, fixes: tuple[Ints, Floats, Floats, Floats]) -> bool:
    """Whether an earlier row of the minute is equal. Rows are in order of their instants."""
    at_us, lat, lon, accuracy = fixes
    earlier = row - 1
    while earlier >= start and at_us[earlier] == at_us[row]:
        if lat[earlier] == lat[row] and lon[earlier] == lon[row] and accuracy[earlier] == accuracy[row]:
            return True
        earlier -= 1
    return False


@compiled
def _weighted_median(values: Floats, weights: Floats) -> float:
    """The smallest value that has half of all weight at or below it: a position that really occurred."""
    order = np.argsort(values)
    # A hair below the half, so that rounding in the sum cannot decide which value is the median.
    half = weights[order].sum() / 2.0 * (1.0 - 1e-9)
    reached = 0.0
    for row in order:
        reached += weights[row]
        if reached >= half:
            return float(values[row])
    return float(values[order[-1]])
