"""What a Beiwe phone says of itself: screen, lock and power events, and its registrations.

Every text of `power_state` is written by one of the two systems only, so the text itself says which phone wrote the
row; files of iOS have a battery level beside it. iOS repeats the state of the charger whenever the level changes:
such rows are kept, because they show that the app was running. `Locked` and `Unlocked` of iOS tell whether the
protected data were open, not whether the screen was lit. Texts: beiwe-android's PowerStateListener, beiwe-ios's
power manager; the two texts on power saving differ in the original.
"""

from __future__ import annotations

import polars as pl

from pipeline.sources.contract import ROW_EXPORT_ID, Body, Reader, Reading
from pipeline.sources.rows import (
    NOT_AN_INSTANT,
    UNKNOWN_CODE,
    instant,
    not_an_instant,
    reading,
    set_apart,
)
from pipeline.sources.splitting import Form, split
from pipeline.vocabulary.streams.handset import HANDSET, POWER, SCREEN

SCREEN_TEXTS = {
    "Screen turned on": ("on", "android"),
    "Screen turned off": ("off", "android"),
    "Locked": ("locked", "ios"),
    "Unlocked": ("unlocked", "ios"),
}
POWER_TEXTS = {
    "Power connected": ("connected", "android"),
    "Power disconnected": ("disconnected", "android"),
    "Device shut down signal received": ("shutdown", "android"),
    "Device reboot signal received": ("reboot", "android"),
    "Power Save Mode state change signal received; device in power save state.": ("power_save_on", "android"),
    "Power Save Mode change signal received; device not in power save state.": ("power_save_off", "android"),
    "Device Idle (Doze) state change signal received; device in idle state.": ("idle_on", "android"),
    "Device Idle (Doze) state change signal received; device not in idle state.": ("idle_off", "android"),
    "Charging": ("connected", "ios"),
    "Full": ("full", "ios"),
    "Unplugged": ("disconnected", "ios"),
    "PowerUnknown": ("unknown", "ios"),
    "Unknown": ("unknown", "ios"),
}
IOS_FORM = Form({"timestamp": pl.Int64, "event": pl.String, "level": pl.Float64})
ANDROID_FORM = Form({"timestamp": pl.Int64, "event": pl.String})
NO_LEVEL = -1.0
"""What iOS gives for the battery level where it knows none (UIDevice.batteryLevel)."""

REGISTRATION_FORM = Form(
    {
        "timestamp": pl.Int64,
        "patient_id": pl.String,
        "device_os": pl.String,
        "os_version": pl.String,
        "model": pl.String,
        "beiwe_version": pl.String,
    }
)


def read_power_state(bodies: tuple[Body, ...]) -> Reading:
    """Screen and lock events to one stream, power events and states to the other, each with its system."""
    origin = split(bodies, [IOS_FORM, ANDROID_FORM])
    both = [origin.table(IOS_FORM), origin.table(ANDROID_FORM)]
    written = pl.concat(both, how="diagonal").sort("file_ordinal", "line")
    rules = {
        UNKNOWN_CODE: ~pl.col("event").is_in([*SCREEN_TEXTS, *POWER_TEXTS]).fill_null(value=False),
        NOT_AN_INSTANT: not_an_instant("timestamp", "ms"),
    }
    kept, refused = set_apart(written, rules)
    return reading(origin, {SCREEN: _events(kept, SCREEN_TEXTS), POWER: _events(kept, POWER_TEXTS)}, [refused])


def _events(written: pl.DataFrame, texts: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """The rows whose text is in a table of codes, coded."""
    return written.filter(pl.col("event").is_in(list(texts))).select(
        "file_ordinal",
        "line",
        instant("timestamp", "ms").alias("at_utc"),
        pl.col("event").replace_strict({text: event for text, (event, _) in texts.items()}, return_dtype=pl.String),
        pl.col("event")
        .replace_strict({text: os for text, (_, os) in texts.items()}, return_dtype=pl.String)
        .alias("os"),
        pl.when(pl.col("level") != NO_LEVEL).then("level").alias("level_ratio"),
    )


def read_identifiers(bodies: tuple[Body, ...]) -> Reading:
    """Registrations of a phone. Its number and addresses are hashed by the platform and are not read all the same."""
    origin = split(bodies, [REGISTRATION_FORM])
    kept, refused = set_apart(origin.table(REGISTRATION_FORM), {NOT_AN_INSTANT: not_an_instant("timestamp", "ms")})
    registrations = kept.select(
        "file_ordinal",
        "line",
        instant("timestamp", "ms").alias("at_utc"),
        _system(pl.col("device_os").str.to_lowercase()).alias("os"),
        "os_version",
        "model",
        pl.col("beiwe_version").alias("app_version"),
        pl.col("patient_id").alias(ROW_EXPORT_ID),
    )
    return reading(origin, {HANDSET: registrations}, [refused])


def _system(written: pl.Expr) -> pl.Expr:
    return (
        pl.when(written.str.contains("android", literal=True))
        .then(pl.lit("android"))
        .when(written.str.contains(r"^(?:iphone|ipad)? ?i?os"))
        .then(pl.lit("ios"))
        .otherwise(pl.lit("unknown"))
    )


POWER_STATE_READER = Reader("power_state", (SCREEN, POWER), read_power_state)
IDENTIFIERS_READER = Reader("identifiers", (HANDSET,), read_identifiers)
