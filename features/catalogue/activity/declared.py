"""The declared features of activity."""

from __future__ import annotations

from features.declaration import Feature

STRACZKIEWICZ_2023 = "doi:10.1038/s41746-022-00745-z"
VAHA_YPYA_2015 = "doi:10.1371/journal.pone.0134813"
WANG_2014 = "doi:10.1145/2632048.2632054"
LEAST_OBSERVED_RATIO = 10 / 24
"""Ten observed hours: with fewer, what a day was like is a guess."""
GREATEST_MAGNITUDE_G = 111.0
"""What 64 g on each of three axes come to."""
MOST_STEPS = 208_000.0
"""The fastest walking cadence for 25 hours."""


def _feature(feature_id: str, unit: str, definition: str, maximum: float | None, citation: str, label: str) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=citation,
        minimum=0.0,
        maximum=maximum,
        minimum_coverage_ratio=LEAST_OBSERVED_RATIO,
        label=label,
    )


MOVEMENT_MEAN = _feature(
    "movement_mean_g",
    "g",
    "Mean over observed minutes of the mean absolute deviation of the acceleration's magnitude.",
    GREATEST_MAGNITUDE_G,
    VAHA_YPYA_2015,
    "movement",
)
STEPS = _feature(
    "steps_count",
    "steps",
    "Steps in the observed seconds of raw acceleration; unobserved seconds add nothing.",
    MOST_STEPS,
    STRACZKIEWICZ_2023,
    "steps seen",
)
STEPS_ESTIMATED = _feature(
    "steps_estimated_count",
    "steps",
    "Steps of the whole day, if unobserved seconds and hours went on as the observed ones; with an 80 % interval.",
    MOST_STEPS,
    STRACZKIEWICZ_2023,
    "steps, estimated",
)
CADENCE = _feature(
    "cadence_mean_spm",
    "steps per minute",
    "Mean cadence of the observed walking seconds; null on a day without walking.",
    140.0,
    STRACZKIEWICZ_2023,
    "cadence",
)
ACTIVE_RATIO = _feature(
    "active_ratio",
    "ratio",
    "Share of the observed minutes in which the phone moved as a moving body does (deviation of at least 16.7 mg).",
    1.0,
    VAHA_YPYA_2015,
    "share of minutes active",
)
LONGEST_STILL = _feature(
    "longest_still_h",
    "h",
    "Longest run of observed still minutes; silences of at most 15 minutes between two still ones belong to it.",
    25.0,
    VAHA_YPYA_2015,
    "longest still time",
)
FRAGMENTATION = _feature(
    "activity_fragmentation_ratio",
    "ratio",
    "Share of observed still minutes that an active one follows, among minutes at most 15 minutes apart.",
    1.0,
    VAHA_YPYA_2015,
    "still to active",
)
STILL = _feature(
    "still_h", "h", "Hours inferred as still; each inference holds for five minutes at most.", 25.0, WANG_2014, "still"
)
WALKING = _feature(
    "walking_h",
    "h",
    "Hours inferred as walking; each inference holds for five minutes at most.",
    25.0,
    WANG_2014,
    "walking",
)
RUNNING = _feature(
    "running_h",
    "h",
    "Hours inferred as running; each inference holds for five minutes at most.",
    25.0,
    WANG_2014,
    "running",
)
VEHICLE = _feature(
    "vehicle_h",
    "h",
    "Hours inferred as in a vehicle; each inference holds for five minutes at most.",
    25.0,
    WANG_2014,
    "in a vehicle",
)
BICYCLE = _feature(
    "bicycle_h",
    "h",
    "Hours inferred as cycling; each inference holds for five minutes at most.",
    25.0,
    WANG_2014,
    "cycling",
)
ACTIVE_MIN = _feature(
    "active_min",
    "min",
    "Minutes inferred as walking, running or cycling; each inference holds for five minutes at most.",
    1500.0,
    WANG_2014,
    "active minutes",
)

FROM_ACCELERATION = (MOVEMENT_MEAN, STEPS, STEPS_ESTIMATED, CADENCE, ACTIVE_RATIO, LONGEST_STILL, FRAGMENTATION)
FROM_INFERENCE = (STILL, WALKING, RUNNING, VEHICLE, BICYCLE, ACTIVE_MIN)
