"""The declared features of rhythm."""

from __future__ import annotations

from features.declaration import Feature

VAN_SOMEREN_1999 = "doi:10.3109/07420529908998724"
WINDOW_DAYS = 7
LOCK_DAYS = 2
"""A lock that holds in the first night of a window may have begun two days before."""


def _feature(feature_id: str, unit: str, definition: str, maximum: float | None, label: str) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=VAN_SOMEREN_1999,
        minimum=0.0,
        maximum=maximum,
        reach_days=WINDOW_DAYS - 1 + LOCK_DAYS,
        label=label,
    )


STABILITY = _feature(
    "interdaily_stability_ratio",
    "ratio",
    "Share of the variance of a week's hours that the mean day explains.",
    1.0,
    "regularity of days",
)
VARIABILITY = _feature(
    "intradaily_variability_score",
    "score",
    "Mean squared change from hour to hour over the variance of the week's hours.",
    None,
    "brokenness of days",
)
L5_LEVEL = _feature(
    "l5_level_ratio",
    "ratio",
    "Mean of the quietest five hours of the week's mean day, in mean hours.",
    1.0,
    "quiet level",
)
L5_ONSET = _feature(
    "l5_onset_h", "h", "Local hour at which the quietest five hours of the week's mean day begin.", 24.0, "quiet from"
)
M10_LEVEL = _feature(
    "m10_level_ratio",
    "ratio",
    "Mean of the busiest ten hours of the week's mean day, in mean hours.",
    2.4,
    "busy level",
)
M10_ONSET = _feature(
    "m10_onset_h", "h", "Local hour at which the busiest ten hours of the week's mean day begin.", 24.0, "busy from"
)
AMPLITUDE = _feature(
    "relative_amplitude_ratio",
    "ratio",
    "Busy level minus quiet level over their sum, from the week's mean day.",
    1.0,
    "contrast of day and night",
)
FEATURES = (STABILITY, VARIABILITY, L5_LEVEL, L5_ONSET, M10_LEVEL, M10_ONSET, AMPLITUDE)
