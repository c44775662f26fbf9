"""The declared features of trailing windows: each of a few calculations on each of a few daily features."""

from __future__ import annotations

from dataclasses import dataclass

from features.catalogue.activity.declared import STEPS_ESTIMATED
from features.catalogue.communication.declared import CALL_AMOUNTS
from features.catalogue.mobility.declared import DISTANCE, HOME_TIME
from features.catalogue.phone_use import SCREEN_H
from features.catalogue.sleep.declared import DURATION_H, MIDPOINT_H
from features.declaration import Feature

CHRIST_2018 = "doi:10.1016/j.neucom.2018.03.067"
PINCUS_1991 = "doi:10.1073/pnas.88.6.2297"
SCHREIBER_1997 = "doi:10.1103/PhysRevE.55.5443"
VAN_DE_LEEMPUT_2014 = "doi:10.1073/pnas.1312114110"
WINDOW_DAYS = 28
LEAST_DAYS = 20
"""With fewer values a lag of a week has hardly any pairs."""
BASES = (DURATION_H, MIDPOINT_H, DISTANCE, HOME_TIME, STEPS_ESTIMATED, SCREEN_H, CALL_AMOUNTS[0])
"""The daily features whose windows are looked at: sleep, places, movement, phone and contact."""


@dataclass(frozen=True)
class Calculation:
    """One calculation on a window: what it is called, what it says, and in what unit of the daily feature's own.

    `ending` stands at the end of the feature's id and `unit` in the catalogue; `{0}` is the daily feature's unit.
    """

    name: str
    ending: str
    unit: str
    sentence: str
    citation: str
    label: str
    minimum: float | None = None
    maximum: float | None = None


CALCULATIONS = (
    Calculation(
        "autocorrelation_lag1",
        "score",
        "score",
        "Autocorrelation of neighbouring values; one that rises is an early sign of a change of state.",
        VAN_DE_LEEMPUT_2014,
        "day follows day",
    ),
    Calculation(
        "autocorrelation_lag7",
        "score",
        "score",
        "Autocorrelation of values seven apart.",
        CHRIST_2018,
        "week follows week",
    ),
    Calculation(
        "variance",
        "{0}2",
        "{0}²",
        "Variance of the values; one that rises is an early sign of a change of state.",
        VAN_DE_LEEMPUT_2014,
        "variance",
        minimum=0.0,
    ),
    Calculation(
        "mean_abs_change",
        "{0}",
        "{0}",
        "Mean absolute change from a value to the next.",
        CHRIST_2018,
        "change from day to day",
        minimum=0.0,
    ),
    Calculation(
        "trend",
        "{0}_per_day",
        "{0} per day",
        "Slope of the line of least squares through the values, with an 80 % interval.",
        CHRIST_2018,
        "trend",
    ),
    Calculation(
        "trend_error",
        "{0}_per_day",
        "{0} per day",
        "Standard error of the slope of the line of least squares through the values.",
        CHRIST_2018,
        "error of the trend",
        minimum=0.0,
    ),
    Calculation(
        "approximate_entropy",
        "score",
        "score",
        "Approximate entropy of the values, runs of two within a fifth of their standard deviation.",
        PINCUS_1991,
        "irregularity",
        minimum=0.0,
    ),
    Calculation(
        "c3_lag1",
        "{0}3",
        "{0}³",
        "Mean product of three values in a row, a measure of what is not linear in them.",
        SCHREIBER_1997,
        "nonlinearity",
    ),
    Calculation(
        "longest_strike_above_mean",
        "count",
        "days",
        "Longest run of values above their mean.",
        CHRIST_2018,
        "longest run above the mean",
        minimum=0.0,
        maximum=float(WINDOW_DAYS),
    ),
    Calculation(
        "weekly_amplitude",
        "{0}",
        "{0}",
        "Amplitude of the Fourier component whose period is nearest to seven values.",
        CHRIST_2018,
        "weekly rhythm",
        minimum=0.0,
    ),
)


def window_feature(base: Feature, calculation: Calculation) -> Feature:
    """The declared feature of one calculation on the trailing days of one daily feature."""
    ending = calculation.ending.format(base.feature_id.rpartition("_")[2])
    return Feature(
        feature_id=f"{base.feature_id}_{calculation.name}_{WINDOW_DAYS}d_{ending}",
        unit=calculation.unit.format(base.unit),
        definition=f"{calculation.sentence} Of the days, among the last {WINDOW_DAYS}, with a value of "
        f"{base.feature_id}; at least {LEAST_DAYS}, days without one left out.",
        citation=calculation.citation,
        minimum=calculation.minimum,
        maximum=calculation.maximum,
        reach_days=WINDOW_DAYS - 1,
        minimum_coverage_ratio=LEAST_DAYS / WINDOW_DAYS,
        label=f"{base.label or base.feature_id}, {calculation.label}",
    )


FEATURES = tuple(window_feature(base, calculation) for base in BASES for calculation in CALCULATIONS)
