"""How the phone was used on a local day: screen, unlocks, first and last use, charging, long locks.

Android tells when the screen is on and never when it is unlocked; iOS tells when it is unlocked and never when the
screen is on. Lengths of use are measured from whichever the phone tells, so they compare within one phone only; counts
that a phone cannot tell are `not_supported`.
"""

from __future__ import annotations

import polars as pl

from features.declaration import Family, Feature, MissingReason, Observations
from features.minutes.exact import divided
from features.minutes.life import LEAST_ALIVE_RATIO, Life, life_of
from features.minutes.screen import SCREEN as SCREEN_ON
from features.minutes.screen import UNLOCKED, episodes_by_day, screen_episodes
from features.minutes.spans import MICROS_PER_S, by_minute, hours
from features.minutes.states import charging_spans, interval_spans
from features.minutes.support import days_with_support
from features.statement import REASON, stated
from pipeline.vocabulary.local_day import with_local_day, with_local_time
from pipeline.vocabulary.streams.handset import CHARGE_INTERVAL, LOCK_INTERVAL, POWER, SCREEN

SAEB_2015 = "doi:10.2196/jmir.4273"
"""Phone usage frequency and duration as behavioural features."""
WANG_2014 = "doi:10.1145/2632048.2632054"
SUPPORT_DAYS = 28
"""A stream that has not spoken for four weeks is one that this phone does not have."""
DAY = ["participant_id", "local_day"]
INSTANTS = ["participant_id", "at_utc"]
TOLD = ".told"


def _feature(
    feature_id: str, unit: str, definition: str, maximum: float | None, label: str, citation: str = SAEB_2015
) -> Feature:
    return Feature(
        feature_id=feature_id,
        unit=unit,
        definition=definition,
        citation=citation,
        minimum=0.0,
        maximum=maximum,
        reach_days=SUPPORT_DAYS + 1,
        minimum_coverage_ratio=LEAST_ALIVE_RATIO,
        label=label,
    )


UNLOCKS = _feature("unlock_count", "unlocks", "Times the phone was unlocked.", None, "unlocks")
SCREEN_ONS = _feature("screen_on_count", "times", "Times the screen came on (Android).", None, "times screen on")
SCREEN_H = _feature("screen_on_h", "h", "Hours with the screen on (Android) or unlocked (iOS).", 25.0, "screen time")
EPISODE_MEAN = _feature("screen_episode_mean_min", "min", "Mean length of use.", 1500.0, "mean length of use")
EPISODE_MAX = _feature("screen_episode_max_min", "min", "Longest use.", 1500.0, "longest use")
EPISODE_SD = _feature(
    "screen_episode_sd_min", "min", "Standard deviation of the lengths of use.", 1500.0, "spread of lengths of use"
)
FIRST_USE = _feature(
    "first_use_h",
    "h",
    "Local clock time of the first use of the local day, in hours after its own midnight.",
    30.0,
    "first use",
)
LAST_USE = _feature(
    "last_use_h",
    "h",
    "Local clock time at which the last use of the local day ended, in hours after its own midnight; may exceed 24.",
    49.0,
    "last use",
)
CHARGING_H = _feature(
    "charging_h", "h", "Hours charging; StudentLife tells of charges of an hour or more.", 25.0, "charging", WANG_2014
)
CHARGES = _feature(
    "charging_episode_count", "times", "Times that charging began.", None, "times charging began", WANG_2014
)
LOCKED_LONG = _feature(
    "locked_long_h",
    "h",
    "Hours locked in spans of an hour or longer, where the platform tells of such spans only.",
    25.0,
    "locked an hour or longer",
    WANG_2014,
)
OF_USE = (SCREEN_H, EPISODE_MEAN, EPISODE_MAX, EPISODE_SD, FIRST_USE, LAST_USE)
OF_CHARGING = (CHARGING_H, CHARGES)
FEATURES = (UNLOCKS, SCREEN_ONS, *OF_USE, *OF_CHARGING, LOCKED_LONG)
COUNTED = (UNLOCKS, SCREEN_ONS, SCREEN_H, *OF_CHARGING, LOCKED_LONG)
"""What is nought, and not missing, on a day that was seen and on which nothing of the kind happened."""


def compute(observations: Observations) -> pl.DataFrame:
    """State the phone use of the wanted days, in long form."""
    episodes = screen_episodes(observations.of(SCREEN), observations.of(POWER))
    life = life_of(observations)
    days = life.signs.rename({"heartbeat_ratio": "coverage_ratio", "reason": "missing_reason"})
    for part in (_use(episodes, observations), _counts(episodes, observations), *_lasting(observations, life)):
        days = days.join(part, on=DAY, how="left")
    told = _only_supported(days, observations)
    return stated(told.join(observations.wanted, on=DAY, how="semi"), FEATURES)


def _use(episodes: pl.DataFrame, observations: Observations) -> pl.DataFrame:
    """Lengths, first and last of use; where a phone tells both screen and lock, the screen speaks."""
    parts = episodes_by_day(episodes, observations.edges)
    tells_screen = (pl.col("kind") == SCREEN_ON).any().over(DAY)
    use = parts.filter((pl.col("kind") == SCREEN_ON) | ~tells_screen).sort(*DAY, "start_at_utc")
    minutes = divided((pl.col("end_at_utc") - pl.col("start_at_utc")).dt.total_microseconds(), 60.0 * MICROS_PER_S)
    lengths = (
        use.with_columns(minutes.alias("minutes"))
        .group_by(DAY, maintain_order=True)
        .agg(
            hours().alias(SCREEN_H.feature_id),
            pl.col("minutes").mean().alias(EPISODE_MEAN.feature_id),
            pl.col("minutes").max().alias(EPISODE_MAX.feature_id),
            pl.col("minutes").std().alias(EPISODE_SD.feature_id),
            pl.col("start_at_utc").min().alias("first_at"),
            pl.col("end_at_utc").max().alias("last_at"),
        )
    )
    timed = _clock(_clock(lengths, observations.zones, "first_at", FIRST_USE), observations.zones, "last_at", LAST_USE)
    return timed.drop("first_at", "last_at")


def _clock(days: pl.DataFrame, zones: pl.DataFrame, instant: str, feature: Feature) -> pl.DataFrame:
    """Add an instant's wall-clock hours after the midnight of the day's own date."""
    local = with_local_time(days, zones, instant)
    since_midnight = pl.col("local_at") - pl.col("local_day").cast(pl.Datetime("us"))
    value = divided(since_midnight.dt.total_microseconds(), 3600.0 * MICROS_PER_S).alias(feature.feature_id)
    return local.with_columns(value).drop("local_at", "zone")


def _counts(episodes: pl.DataFrame, observations: Observations) -> pl.DataFrame:
    """How often the screen came on and the phone was unlocked; an episode counts on the day on which it began."""
    begun = with_local_day(episodes, observations.edges, "start_at_utc").group_by(DAY)
    return begun.agg(
        (pl.col("kind") == UNLOCKED).sum().alias(UNLOCKS.feature_id),
        (pl.col("kind") == SCREEN_ON).sum().alias(SCREEN_ONS.feature_id),
    )


def _lasting(observations: Observations, life: Life) -> list[pl.DataFrame]:
    """Hours charging and locked long, and how often charging began."""
    charging = charging_spans(observations.of(POWER), observations.of(CHARGE_INTERVAL))
    locked = interval_spans(observations.of(LOCK_INTERVAL))
    alive = by_minute(life.alive)
    begun = with_local_day(charging, observations.edges, "start_at_utc").group_by(DAY)
    return [
        begun.agg(pl.len().alias(CHARGES.feature_id)),
        _seen_hours(charging, alive, CHARGING_H, observations),
        _seen_hours(locked, alive, LOCKED_LONG, observations),
    ]


def _seen_hours(spans: pl.DataFrame, alive: pl.DataFrame, feature: Feature, observations: Observations) -> pl.DataFrame:
    """Hours that spans fill of the minutes in which the app was alive: a state nobody watched is not counted."""
    seen = by_minute(spans).join(alive, on=["participant_id", "minute_at_utc"], how="semi")
    days = with_local_day(seen, observations.edges, "minute_at_utc").sort(*DAY, "minute_at_utc")
    filled_us = (pl.col("filled_s") * MICROS_PER_S).round().cast(pl.Int64).sum()
    return days.group_by(DAY).agg(divided(filled_us, 3600.0 * MICROS_PER_S).alias(feature.feature_id))


def _only_supported(days: pl.DataFrame, observations: Observations) -> pl.DataFrame:
    """Null with its reason whatever the phone cannot tell or nobody saw; nought what was seen not to happen."""
    known = days
    for feature, spoken in _speaking(observations).items():
        supported = days_with_support(spoken, observations.edges, SUPPORT_DAYS)
        known = known.join(supported.rename({"is_supported": feature.feature_id + TOLD}), on=DAY, how="left")
    return known.with_columns(column for feature in FEATURES for column in _told_or_why(feature))


def _told_or_why(feature: Feature) -> tuple[pl.Expr, pl.Expr]:
    """A feature's value where the phone tells of it and was seen, and why there is none elsewhere."""
    is_seen = pl.col("coverage_ratio") >= LEAST_ALIVE_RATIO
    is_told = pl.col(feature.feature_id + TOLD)
    value = pl.col(feature.feature_id).cast(pl.Float64)
    known = value.fill_null(0.0) if feature in COUNTED else value
    reason = (
        pl.when(is_seen & ~is_told)
        .then(pl.lit(MissingReason.NOT_SUPPORTED.value))
        .when(is_seen)
        .then(pl.lit(MissingReason.NO_DATA.value))
    )
    return (
        pl.when(is_seen & is_told).then(known).alias(feature.feature_id),
        reason.alias(feature.feature_id + REASON),
    )


def _speaking(observations: Observations) -> dict[Feature, pl.DataFrame]:
    """For each feature the rows that show that a participant's phone tells of such things."""
    event = pl.col("event").cast(pl.String)
    screen, power = observations.of(SCREEN), observations.of(POWER)
    plugs = power.filter(event.is_in(["connected", "disconnected", "full"]))
    charging = pl.concat([frame.select(INSTANTS) for frame in (plugs, observations.of(CHARGE_INTERVAL))])
    return {
        UNLOCKS: screen.filter(event == "unlocked"),
        SCREEN_ONS: screen.filter(event == "on"),
        LOCKED_LONG: observations.of(LOCK_INTERVAL),
        **dict.fromkeys(OF_USE, screen),
        **dict.fromkeys(OF_CHARGING, charging),
    }


PHONE_USE = Family(
    name="phone_use",
    sentence="How often and how long the phone was used, and when.",
    features=FEATURES,
    inputs=(SCREEN, POWER, CHARGE_INTERVAL, LOCK_INTERVAL),
    compute=compute,
    reads_minutes=True,
)
