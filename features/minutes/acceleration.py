"""Raw acceleration summarised by the minute: how much was sampled, and how strongly the phone moved.

Magnitudes are added up in whole millionths of g, so that a sum does not depend on the order of its terms and a
rebuilt minute is equal to the last bit. Mean amplitude deviation (MAD) and Euclidean norm minus one (ENMO) are
those of Vähä-Ypyä et al. 2015 (doi:10.1371/journal.pone.0134813) and van Hees et al. 2013
(doi:10.1371/journal.pone.0061691).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.minutes.columns import Columns
from features.minutes.compiled import compiled
from pipeline.vocabulary.stream import INSTANT

ACCELERATION_MINUTES: Columns = {
    "participant_id": pl.String,
    "minute_at_utc": INSTANT,
    "sample_count": pl.Int64,
    "observed_s": pl.Float64,
    "mad_g": pl.Float64,
    "enmo_g": pl.Float64,
    "mean_vm_g": pl.Float64,
}
MICROS_PER_S = 1_000_000
MICROS_PER_MINUTE = 60 * MICROS_PER_S
ONE_G = 1_000_000
"""Standard gravity in the whole units of the sums: millionths of g."""

Ints = NDArray[np.int64]
Singles = NDArray[np.float32]


def acceleration_minutes(accelerometer: pl.DataFrame) -> pl.DataFrame:
    """One row a participant and UTC minute with a sample, sorted; see `ACCELERATION_MINUTES`.

    `sample_count`: samples. `observed_s`: seconds of the minute with a sample. `mad_g`: mean absolute deviation of
    the magnitude from its mean in the minute. `enmo_g`: mean of the magnitude above one g. `mean_vm_g`: mean
    magnitude. Rows may come in any order; samples alike in instant and value count once.
    """
    if accelerometer.is_empty():
        return pl.DataFrame(schema=ACCELERATION_MINUTES)
    samples = _in_order(accelerometer.select("participant_id", "at_utc", "x_g", "y_g", "z_g"))
    at_us = samples["at_utc"].to_physical().to_numpy()
    run = samples["participant_id"].rle_id().to_numpy().astype(np.int64)
    minutes, first = _minutes_of(at_us, run)
    sums = _sums(at_us, _axis(samples, "x_g"), _axis(samples, "y_g"), _axis(samples, "z_g"), first)
    return _as_frame(samples["participant_id"].gather(first[:-1]), minutes, sums)


def _in_order(samples: pl.DataFrame) -> pl.DataFrame:
    """The samples by participant and instant; the lake hands them over so, and then nothing is sorted."""
    at = samples["at_utc"]
    is_person_start = samples["participant_id"].ne_missing(samples["participant_id"].shift(1))
    people = samples["participant_id"].filter(is_person_start)
    is_later = ((at >= at.shift(1)) | is_person_start).all()
    if is_later and people.n_unique() == len(people) and people.is_sorted():
        return samples
    return samples.sort("participant_id", "at_utc", "x_g", "y_g", "z_g")


def _axis(samples: pl.DataFrame, name: str) -> Singles:
    return samples[name].cast(pl.Float32).to_numpy()


def _minutes_of(at_us: Ints, run: Ints) -> tuple[Ints, Ints]:
    """The minute of each group of samples, and where each group begins (with the end of the last one)."""
    minute = at_us // MICROS_PER_MINUTE
    begins = np.flatnonzero((np.diff(minute) != 0) | (np.diff(run) != 0)) + 1
    first = np.concatenate(([0], begins, [len(at_us)])).astype(np.int64)
    return minute[first[:-1]], first


@compiled
def _sums(at_us: Ints, x: Singles, y: Singles, z: Singles, first: Ints) -> Ints:  # pragma: no cover -- compiled
    """For each minute: samples, seconds seen, sum of magnitudes, of excess over one g, of count times deviation."""
    sums = np.zeros((len(first) - 1, 5), dtype=np.int64)
    magnitude = np.zeros(np.max(np.diff(first)), dtype=np.int64)
    for group in range(len(first) - 1):
        count, total, excess, seconds, last_second = 0, 0, 0, 0, -1
        for row in range(first[group], first[group + 1]):
            if row > first[group] and at_us[row] == at_us[row - 1]:
                is_same = x[row] == x[row - 1] and y[row] == y[row - 1] and z[row] == z[row - 1]
                if is_same:
                    continue
            square = float(x[row]) * float(x[row]) + float(y[row]) * float(y[row]) + float(z[row]) * float(z[row])
            value = int(np.rint(np.sqrt(square) * ONE_G))
            magnitude[count] = value
            count, total, excess = count + 1, total + value, excess + max(value - ONE_G, 0)
            second = at_us[row] // MICROS_PER_S
            seconds, last_second = seconds + (second != last_second), second
        deviation = 0
        for sample in range(count):
            deviation += abs(count * magnitude[sample] - total)
        sums[group] = (count, seconds, total, excess, deviation)
    return sums


def _as_frame(people: pl.Series, minutes: Ints, sums: Ints) -> pl.DataFrame:
    count = sums[:, 0].astype(np.float64)
    columns = {
        "participant_id": people,
        "minute_at_utc": pl.Series(minutes * MICROS_PER_MINUTE).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        "sample_count": sums[:, 0],
        "observed_s": sums[:, 1].astype(np.float64),
        "mad_g": sums[:, 4] / (count * count * ONE_G),
        "enmo_g": sums[:, 3] / (count * ONE_G),
        "mean_vm_g": sums[:, 2] / (count * ONE_G),
    }
    return pl.DataFrame(columns, schema=ACCELERATION_MINUTES)
