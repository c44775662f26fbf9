"""The declared features of mobility."""

from __future__ import annotations

from features.catalogue.mobility.home import HOME_DAYS
from features.catalogue.mobility.places import PLACE_DAYS
from features.catalogue.mobility.timeline import FASTEST_MPS
from features.declaration import Feature

ASHBROOK_2003 = "doi:10.1007/s00779-003-0240-0"
BARNETT_2020 = "doi:10.1093/biostatistics/kxy059"
CANZIAN_2015 = "doi:10.1145/2750858.2805845"
GONZALEZ_2008 = "doi:10.1038/nature06958"
SAEB_2015 = "doi:10.2196/jmir.4273"
VEGA_2021 = "doi:10.3389/fdgth.2021.769823"
YESTERDAY = 1
"""Every day begins where the day before it ended."""
LEAST_KNOWN_RATIO = 0.5
"""With less than half of the day accounted for, most of what somebody did is a guess."""
EARTH_HALF_KM = 20_038.0
DAY_H = 25.0


def _feature(
    feature_id: str, unit: str, maximum: float | None, reach_days: int, citation: str, definition: str
) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=citation,
        minimum=0.0,
        maximum=maximum,
        reach_days=reach_days,
        minimum_coverage_ratio=LEAST_KNOWN_RATIO,
        label=feature_id.rsplit("_", 1)[0].replace("_", " "),
    )


HOME_TIME = _feature(
    "home_time_h",
    "h",
    DAY_H,
    HOME_DAYS,
    SAEB_2015,
    "Hours stayed at home, the place with most time between midnight and six over the trailing 28 days.",
)
FIRST_OUT = _feature(
    "first_out_h",
    "h",
    53.0,
    HOME_DAYS,
    CANZIAN_2015,
    "Wall-clock hours since the local date's midnight at which home was first seen to be left; null if it was not.",
)
LAST_HOME = _feature(
    "last_home_h",
    "h",
    53.0,
    HOME_DAYS,
    CANZIAN_2015,
    "Wall-clock hours since the local date's midnight of the last coming home that was seen; null if there was none.",
)
DISTANCE = _feature(
    "distance_km",
    "km",
    None,
    HOME_DAYS,
    BARNETT_2020,
    "Length of the ways between stays, jitter within a stay left out; unseen ways count as the straight line.",
)
MAX_DISTANCE_HOME = _feature(
    "max_distance_home_km",
    "km",
    EARTH_HALF_KM,
    HOME_DAYS,
    CANZIAN_2015,
    "Greatest great-circle distance from home of any position of the day.",
)
RADIUS_OF_GYRATION = _feature(
    "radius_of_gyration_km",
    "km",
    EARTH_HALF_KM,
    HOME_DAYS,
    GONZALEZ_2008,
    "Root mean square distance from the time-weighted middle of the day's known positions.",
)
DIAMETER = _feature(
    "diameter_km",
    "km",
    EARTH_HALF_KM,
    YESTERDAY,
    CANZIAN_2015,
    "Distance of the two farthest positions of the day.",
)
LOCATION_VARIANCE = _feature(
    "location_variance_score",
    "ln m²",
    None,
    YESTERDAY,
    SAEB_2015,
    "Natural logarithm of 1 m² plus the time-weighted variances of east and north positions of stays, in m².",
)
PLACE_COUNT = _feature(
    "place_count",
    "places",
    None,
    PLACE_DAYS,
    SAEB_2015,
    "Places stayed at for at least ten minutes, places being the stays of the trailing 56 days gathered by radius.",
)
NEW_PLACE_COUNT = _feature(
    "new_place_count",
    "places",
    None,
    PLACE_DAYS,
    CANZIAN_2015,
    "Places of the day at which no earlier day of the trailing 56 was spent; null before 14 days of history.",
)
SIGNIFICANT_PLACE_COUNT = _feature(
    "significant_place_count",
    "places",
    None,
    PLACE_DAYS,
    ASHBROOK_2003,
    "Places at which the day spent at least 15 minutes in all.",
)
PLACE_ENTROPY = _feature(
    "place_entropy_nats",
    "nats",
    None,
    PLACE_DAYS,
    SAEB_2015,
    "Shannon entropy of the time stayed at each place of the day.",
)
PLACE_ENTROPY_NORMALISED = _feature(
    "place_entropy_normalised_ratio",
    "ratio",
    1.0,
    PLACE_DAYS,
    SAEB_2015,
    "Place entropy divided by the logarithm of the number of places; null with fewer than two.",
)
TIME_TOPS = tuple(
    _feature(
        f"time_top{rank}_h",
        "h",
        DAY_H,
        PLACE_DAYS,
        VEGA_2021,
        f"Hours of the day at the place that is number {rank} by time over the trailing 56 days.",
    )
    for rank in (1, 2, 3)
)
TRANSITION_COUNT = _feature(
    "transition_count",
    "transitions",
    None,
    PLACE_DAYS,
    SAEB_2015,
    "Changes from a stay at one place to the next stay at another.",
)
MOVING = _feature(
    "moving_h",
    "h",
    DAY_H,
    YESTERDAY,
    BARNETT_2020,
    "Hours between stays seen at most 30 minutes apart at different places, and at positions on the way.",
)
STATIONARY = _feature(
    "stationary_ratio",
    "ratio",
    1.0,
    YESTERDAY,
    SAEB_2015,
    "Share of the known time of the day that was stayed.",
)
SPEED_MEAN = _feature(
    "speed_mean_mps",
    "m/s",
    FASTEST_MPS,
    YESTERDAY,
    SAEB_2015,
    "Length of all ways seen divided by the time moving; null on a day without moving.",
)
SPEED_MAX = _feature(
    "speed_max_mps",
    "m/s",
    FASTEST_MPS,
    YESTERDAY,
    SAEB_2015,
    "Greatest speed between two positions of a way, judged over at least 30 seconds; null without moving.",
)
OUTLIER_TIME = _feature(
    "outlier_time_ratio",
    "ratio",
    1.0,
    PLACE_DAYS,
    VEGA_2021,
    "Share of the time stayed that was spent at places of no earlier day of the trailing 56; null before 14 days.",
)

FEATURES = (
    HOME_TIME, FIRST_OUT, LAST_HOME, DISTANCE, MAX_DISTANCE_HOME, RADIUS_OF_GYRATION, DIAMETER, LOCATION_VARIANCE,
    PLACE_COUNT, NEW_PLACE_COUNT, SIGNIFICANT_PLACE_COUNT, PLACE_ENTROPY, PLACE_ENTROPY_NORMALISED, *TIME_TOPS,
    TRANSITION_COUNT, MOVING, STATIONARY, SPEED_MEAN, SPEED_MAX, OUTLIER_TIME,
)  # fmt: skip
WITH_INTERVAL = (HOME_TIME, DISTANCE, PLACE_ENTROPY, RADIUS_OF_GYRATION)
NEED_HOME = (HOME_TIME, FIRST_OUT, LAST_HOME, MAX_DISTANCE_HOME)
NEED_HISTORY = (NEW_PLACE_COUNT, OUTLIER_TIME)
