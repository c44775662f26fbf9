"""The declared features of sleep."""

from __future__ import annotations

from features.declaration import Feature

CHEN_2013 = "doi:10.4108/icst.pervasivehealth.2013.252148"
"""Unobtrusive sleep monitoring using smartphones: duration from light, stillness, silence, charging, locks."""
CUTTONE_2017 = "doi:10.1371/journal.pone.0169901"
"""SensibleSleep: a Bayesian model for learning sleep patterns from smartphone events."""
REACH_DAYS = 34
"""Habit of 28 days, each judged on 60 hours, whose minutes look back at most 48 hours for a state."""


def _feature(
    feature_id: str, unit: str, definition: str, maximum: float | None, label: str, minimum: float = 0.0
) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=CUTTONE_2017 if "screen" not in feature_id else CHEN_2013,
        minimum=minimum,
        maximum=maximum,
        reach_days=REACH_DAYS,
        label=label,
    )


ONSET_H = _feature(
    "sleep_onset_h",
    "h",
    "When the main sleep began, in hours elapsed since noon of the civil date before the date of waking.",
    36.0,
    "sleep onset",
    # Whoever falls asleep in the morning and wakes after midnight began before that noon.
    minimum=-24.0,
)
OFFSET_H = _feature(
    "sleep_offset_h",
    "h",
    "When the main sleep ended, in hours elapsed since noon of the civil date before the date of waking.",
    37.0,
    "sleep offset",
)
MIDPOINT_H = _feature(
    "sleep_midpoint_h",
    "h",
    "Middle between onset and offset, in hours elapsed since noon of the civil date before the date of waking.",
    37.0,
    "midsleep",
    minimum=-12.0,
)
ONSET_AT = _feature("sleep_onset_at_utc_s", "s", "When the main sleep began, in epoch seconds.", None, "sleep onset")
OFFSET_AT = _feature("sleep_offset_at_utc_s", "s", "When the main sleep ended, in epoch seconds.", None, "sleep offset")
DURATION_H = _feature(
    "sleep_duration_h",
    "h",
    "Hours asleep in the main sleep, waking within it taken off; 0 where the person was seen awake all night.",
    25.0,
    "sleep duration",
)
TIME_IN_BED_H = _feature(
    "time_in_bed_proxy_h",
    "h",
    "Hours from the last sign of the person before the main sleep to the first after it.",
    25.0,
    "time in bed (proxy)",
)
AWAKENINGS = _feature(
    "awakening_count", "wakings", "Times awake within the main sleep that the phone could notice.", 60.0, "awakenings"
)
AWAKE_MIN = _feature(
    "awake_after_onset_min",
    "min",
    "Minutes awake within the main sleep that the phone could notice.",
    1440.0,
    "awake after onset",
)
LONGEST_BLOCK_H = _feature(
    "longest_sleep_block_h", "h", "The longest unbroken part of the main sleep.", 25.0, "longest sleep block"
)
NAP_H = _feature(
    "nap_h", "h", "Hours asleep in other episodes of at least 20 minutes that ended on the civil date.", 25.0, "naps"
)
NIGHT_SCREEN_MIN = _feature(
    "night_screen_min",
    "min",
    "Minutes with the screen on (Android) or the phone unlocked (iOS) from 00:00 to 05:00 of the civil date.",
    360.0,
    "screen use at night",
)
NIGHT_PICKUPS = _feature(
    "night_pickup_count",
    "pick-ups",
    "Times the screen came on (Android) or the phone was unlocked (iOS) from 00:00 to 05:00 of the civil date.",
    None,
    "pick-ups at night",
)

FROM_EPISODES = (
    ONSET_H,
    OFFSET_H,
    MIDPOINT_H,
    ONSET_AT,
    OFFSET_AT,
    DURATION_H,
    TIME_IN_BED_H,
    AWAKENINGS,
    AWAKE_MIN,
    LONGEST_BLOCK_H,
    NAP_H,
)
FROM_SCREEN = (NIGHT_SCREEN_MIN, NIGHT_PICKUPS)
