"""The tables that the steps of mobility hand on: named tuples of equally long arrays, which kernels can read.

Instants are whole microseconds since 1970 in UTC, so that durations add up exactly; days are row numbers of `Days`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US

STAY = 0
MOVING = 1
UNKNOWN = 2


class Points(NamedTuple):
    """One robust position a minute at most, sorted by day and instant."""

    day: Ints
    at_us: Ints
    lat_deg: Floats
    lon_deg: Floats
    accuracy_m: Floats


class Days(NamedTuple):
    """Local days sorted by participant and date. `first_point` has one entry more than there are days.

    `clock_us` is the wall clock at the day's start, since midnight; `date` counts days since 1970.
    """

    person: Ints
    date: Ints
    start_us: Ints
    end_us: Ints
    clock_us: Ints
    radius_m: Floats
    first_point: Ints


class Nodes(NamedTuple):
    """What a day consists of, in order: stays, and loose points on the way (which last no time).

    The first node of a day may lie before the day: it is where the participant was last seen the day before.
    """

    day: Ints
    from_us: Ints
    to_us: Ints
    lat_deg: Floats
    lon_deg: Floats
    is_stay: Flags
    first_of_day: Ints


class Segments(NamedTuple):
    """A day without gap or overlap: staying, moving or unknown, from its first instant to its last.

    `path_m` is the way between two nodes, whole even where the segment is clipped at the day's start; `gap_us` is
    its time, unclipped. `spread_m2` is the variance of positions about the segment's middle.
    """

    day: Ints
    from_us: Ints
    to_us: Ints
    kind: Ints
    lat_deg: Floats
    lon_deg: Floats
    path_m: Floats
    gap_us: Ints
    spread_m2: Floats
    stay: Ints
    first_of_day: Ints


class Stays(NamedTuple):
    """Stays as they count for their day: clipped to it. `rest_us` is at rest, by side of the day (`nights`)."""

    day: Ints
    dwell_us: Ints
    rest_us: Ints
    lat_deg: Floats
    lon_deg: Floats
    radius_m: Floats
    first_of_day: Ints


class Homes(NamedTuple):
    """The home of each target day, where there is one, and the nights on which the participant was seen to rest."""

    is_found: Flags
    lat_deg: Floats
    lon_deg: Floats
    radius_m: Floats
    night_count: Ints


def whole(series: pl.Series) -> Ints:
    """A series as a writable array of whole numbers."""
    return np.array(series.to_numpy(), dtype=np.int64)


def real(series: pl.Series) -> Floats:
    """A series as a writable array of floats."""
    return np.array(series.to_numpy(), dtype=np.float64)
