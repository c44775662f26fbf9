"""Steps from raw acceleration: seconds whose strongest rhythm lies in the band of human walking.

The method follows Straczkiewicz et al. 2023 (doi:10.1038/s41746-022-00745-z): a second is walking when it moves enough,
when the spectrum around it peaks between 1.4 and 2.3 steps a second and that peak is not drowned by slower or faster
motion, and when neighbouring seconds agree on the rhythm for at least three seconds. The spectrum here is a windowed
Fourier transform of four seconds; the strength of a rhythm counts with its half (one leg) and its double (each heel).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import signal

from pipeline.vocabulary.stream import INSTANT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RATE_HZ = 10
"""Samples a second after resampling: four times the fastest cadence."""
LEAST_RATE_HZ = 5
"""Samples a second below which a cadence cannot be told, and nothing is said to be observed."""
SLOWEST_HZ, FASTEST_HZ = 1.4, 2.3
"""The band of walking cadences, steps a second."""
LEAST_SWING_G = 0.3
"""Peak to peak of the vector magnitude within a second, below which nobody walks."""
WINDOW_SAMPLES = 4 * RATE_HZ
LEAST_RUN_S = 3
GREATEST_CHANGE_HZ = 0.35
GREATEST_GAP_US = 1_000_000
"""A longer silence ends a burst."""
QUARTER_US = 15 * 60 * 1_000_000
"""A burst also ends with its quarter of an hour: local days begin on one in every zone, so that what a day holds
does not hang on whether the day before it was read as well."""
SECOND_US, TENTH_US = 1_000_000, 100_000
TRANSFORM_SAMPLES = 256
POSTURE_HZ = 0.3
"""Slower than this the phone is turned or the body leans."""
DROWNED_BY_SLOWER = 1.5
DROWNED_BY_FASTER = 2.5
"""A band that is this many times stronger than the walking peak drowns it."""
BATCH_WINDOWS = 20_000
"""Windows transformed at once: a hundred megabytes of spectra."""
SAMPLE = ["participant_id", "at_utc", "x_g", "y_g", "z_g"]

STEP_SECONDS = pl.Schema({"participant_id": pl.String(), "at_utc": INSTANT, "cadence_hz": pl.Float64()})


@dataclass(frozen=True)
class _Bursts:
    """Bursts on one uniform grid: where each begins in the grid, its whole seconds, first instant and participant."""

    first: Ints
    seconds: Ints
    starts_us: Ints
    participant: pl.Series
    magnitude_g: Floats


def observed_seconds(accelerometer: pl.DataFrame) -> pl.DataFrame:
    """Each observed second of each burst with its cadence: 0 where nobody walks, else steps a second.

    Gives the columns of `STEP_SECONDS`, sorted. Rows may come in any order; samples alike in instant and value count
    once. Cadences are multiples of 5/128 Hz, which sum without rounding in whatever order they are added.
    """
    if accelerometer.is_empty():
        return pl.DataFrame(schema=STEP_SECONDS)
    samples = _in_order(accelerometer.select(SAMPLE))
    bursts = _gridded(samples)
    if not len(bursts.first):
        return pl.DataFrame(schema=STEP_SECONDS)
    burst_of = np.repeat(np.arange(len(bursts.first)), bursts.seconds)
    second_of = np.arange(len(burst_of)) - np.repeat(bursts.first // RATE_HZ, bursts.seconds)
    cadence = _sustained(_cadence(bursts, burst_of, second_of), burst_of)
    at_us = bursts.starts_us[burst_of] + second_of * SECOND_US
    return pl.DataFrame(
        {
            "participant_id": bursts.participant.gather(burst_of),
            "at_utc": pl.Series(at_us).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "cadence_hz": cadence,
        },
        schema=STEP_SECONDS,
    )


def _in_order(samples: pl.DataFrame) -> pl.DataFrame:
    """The samples by participant and instant, each once; the lake hands most over so, and then nothing is sorted."""
    person, at = samples["participant_id"], samples["at_utc"]
    is_later = (person > person.shift(1)) | ((person == person.shift(1)) & (at > at.shift(1)))
    return samples if is_later.all() else samples.unique().sort(SAMPLE)


def _gridded(samples: pl.DataFrame) -> _Bursts:
    """Cut the samples into bursts and put each on a grid of ten samples a second, averaging faster sampling."""
    at_us = samples["at_utc"].to_physical().to_numpy()
    begins = _begins(at_us, samples["participant_id"].rle_id().to_numpy())
    ends = np.r_[begins[1:], len(at_us)].astype(np.int64)
    # The last sample stands for its own tenth of a second: 100 samples at 10 Hz are ten seconds, not nine.
    seconds = (at_us[ends - 1] - at_us[begins] + TENTH_US + TENTH_US // 2) // SECOND_US
    is_long = (seconds >= LEAST_RUN_S) & (ends - begins >= seconds * LEAST_RATE_HZ)
    first = np.cumsum(np.where(is_long, seconds, 0) * RATE_HZ) - np.where(is_long, seconds, 0) * RATE_HZ
    burst_of = np.repeat(np.arange(len(begins)), ends - begins)
    offset = (at_us - at_us[begins][burst_of]) // TENTH_US
    is_inside = is_long[burst_of] & (offset < seconds[burst_of] * RATE_HZ)
    length = int(seconds[is_long].sum()) * RATE_HZ
    grid = _bin_means((first[burst_of] + offset)[is_inside], _magnitude_g(samples)[is_inside], length)
    people = samples["participant_id"].gather(begins[is_long])
    return _Bursts(first[is_long], seconds[is_long], at_us[begins][is_long], people, grid)


def _begins(at_us: Ints, person: Ints) -> Ints:
    """Where a burst begins: with a participant, after a silence, and with a quarter of an hour."""
    quarter = at_us // QUARTER_US
    is_cut = (np.diff(at_us) > GREATEST_GAP_US) | (np.diff(person) != 0) | (np.diff(quarter) != 0)
    return np.flatnonzero(np.r_[True, is_cut])


def _magnitude_g(samples: pl.DataFrame) -> Floats:
    x, y, z = (samples[axis].cast(pl.Float64).to_numpy() for axis in ("x_g", "y_g", "z_g"))
    magnitude: Floats = np.sqrt(x * x + y * y + z * z)
    return magnitude


def _bin_means(bins: Ints, values: Floats, length: int) -> Floats:
    """The mean of each bin; an empty bin lies on the line between its neighbours."""
    count = np.bincount(bins, minlength=length)
    total = np.bincount(bins, weights=values, minlength=length)
    filled = np.flatnonzero(count)
    if not length:
        return np.zeros(0)
    return np.interp(np.arange(length), filled, total[filled] / count[filled])


def _cadence(bursts: _Bursts, burst_of: Ints, second_of: Ints) -> Floats:
    """The dominant walking rhythm of each second, 0 where there is none; only seconds that swing are transformed."""
    swing_g = np.ptp(bursts.magnitude_g.reshape(-1, RATE_HZ), axis=1)
    swings = np.flatnonzero(swing_g >= LEAST_SWING_G)
    lengths = np.minimum(bursts.seconds[burst_of[swings]] * RATE_HZ, WINDOW_SAMPLES)
    cadence = np.zeros(len(burst_of))
    for length in np.unique(lengths):
        chosen = swings[lengths == length]
        for begin in range(0, len(chosen), BATCH_WINDOWS):
            batch = chosen[begin : begin + BATCH_WINDOWS]
            cadence[batch] = _dominant(_windows(bursts, burst_of[batch], second_of[batch], int(length)))
    return cadence


def _windows(bursts: _Bursts, burst_of: Ints, second_of: Ints, length: int) -> Floats:
    """The samples around each second, as far as its burst goes, shape (second, sample)."""
    begin = bursts.first[burst_of]
    end = begin + bursts.seconds[burst_of] * RATE_HZ
    middle = begin + second_of * RATE_HZ + RATE_HZ // 2
    window_first = np.clip(middle - length // 2, begin, end - length)
    windows: Floats = bursts.magnitude_g[window_first[:, None] + np.arange(length)]
    return windows


def _dominant(windows: Floats) -> Floats:
    """The strongest frequency of each window if it is a walking rhythm that slower and faster motion do not drown."""
    tapered = _without_trend(windows) * signal.windows.hann(windows.shape[1])
    power = np.abs(np.fft.rfft(tapered, n=TRANSFORM_SAMPLES, axis=1)) ** 2
    frequency = np.arange(TRANSFORM_SAMPLES // 2 + 1) * (RATE_HZ / TRANSFORM_SAMPLES)
    walking = (frequency >= SLOWEST_HZ) & (frequency <= FASTEST_HZ)
    peak = power[:, walking].max(axis=1)
    slower = power[:, (frequency > POSTURE_HZ) & (frequency < SLOWEST_HZ / 1.2)].max(axis=1)
    faster = power[:, frequency > FASTEST_HZ * 1.1].max(axis=1)
    is_walking = (slower <= DROWNED_BY_SLOWER * peak) & (faster <= DROWNED_BY_FASTER * peak)
    return np.where(is_walking, frequency[walking][power[:, walking].argmax(axis=1)], 0.0)


def _without_trend(windows: Floats) -> Floats:
    """Each window less its line of least squares; row by row, so that neighbours do not move the last bit."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    along = np.arange(windows.shape[1]) - (windows.shape[1] - 1) / 2
    slope = (centred * along).sum(axis=1, keepdims=True) / (along * along).sum()
    level: Floats = centred - slope * along
    return level


def _sustained(cadence: Floats, burst_of: Ints) -> Floats:
    """Keep runs of at least three seconds of one burst in which the rhythm changes little from second to second."""
    agrees = (
        (cadence[1:] > 0)
        & (cadence[:-1] > 0)
        & (burst_of[1:] == burst_of[:-1])
        & (np.abs(np.diff(cadence)) <= GREATEST_CHANGE_HZ)
    )
    run = np.cumsum(np.r_[True, ~agrees])
    length = np.bincount(run)[run]
    return np.where((cadence > 0) & (length >= LEAST_RUN_S), cadence, 0.0)
