"""States that last: charging and locked, each from its own events or from the intervals that a platform exports.

A state holds from the event that begins it until one that ends it, and for a limited time where none comes. What
holds at an instant depends on earlier events only, so a day never leans on the day after.
"""

from __future__ import annotations

import polars as pl

from features.minutes.spans import merged

LONGEST_CHARGE = pl.duration(hours=16)
"""A charge said to last longer is one whose end was lost."""
LONGEST_LOCK = pl.duration(hours=48)
PHONE = ["participant_id", "device_id"]
PLUGGED = ("connected", "full")
UNPLUGGED = ("disconnected", "shutdown", "reboot", "unknown")
LOCK_ENDS = ("unlocked", "shutdown", "reboot")


def charging_spans(power: pl.DataFrame, charge_interval: pl.DataFrame) -> pl.DataFrame:
    """Spans in which a participant's phone is charging, from power events (or repeated states) and intervals."""
    held = _held(_named(power), PLUGGED, UNPLUGGED, LONGEST_CHARGE)
    return merged(pl.concat([held, interval_spans(charge_interval)]), joins_touching=True)


def locked_spans(screen: pl.DataFrame, power: pl.DataFrame, lock_interval: pl.DataFrame) -> pl.DataFrame:
    """Spans in which a participant's phone is locked, from lock events and intervals."""
    events = pl.concat([_named(screen), _named(power)])
    held = _held(events, ("locked",), LOCK_ENDS, LONGEST_LOCK)
    return merged(pl.concat([held, interval_spans(lock_interval)]), joins_touching=True)


def plugging_events(power: pl.DataFrame) -> pl.DataFrame:
    """Instants at which somebody plugged the phone in or out: `participant_id, at_utc`.

    iOS repeats its state at every change of the battery's level, so only a change of state is an act.
    """
    known = _named(power).filter(pl.col("event").is_in([*PLUGGED, "disconnected"]))
    plugged = known.with_columns(pl.col("event").is_in(PLUGGED).alias("is_plugged")).sort(*PHONE, "at_utc", "event")
    is_recent = pl.col("at_utc") - pl.col("at_utc").shift(1).over(PHONE) <= LONGEST_LOCK
    is_change = pl.col("is_plugged") != pl.col("is_plugged").shift(1).over(PHONE)
    return plugged.filter(is_recent & is_change).select("participant_id", "at_utc")


def _held(events: pl.DataFrame, begins: tuple[str, ...], ends: tuple[str, ...], longest: pl.Expr) -> pl.DataFrame:
    """Each beginning held until the next event of its phone, or for the longest time that is believed."""
    told = events.filter(pl.col("event").is_in([*begins, *ends]))
    # At one instant an ending comes first, so that a state begun anew holds.
    ordered = told.with_columns(pl.col("event").is_in(begins).alias("is_begin")).sort(*PHONE, "at_utc", "is_begin")
    until = pl.min_horizontal(pl.col("at_utc").shift(-1).over(PHONE), pl.col("at_utc") + longest)
    held = ordered.with_columns(until.alias("end_at_utc")).filter("is_begin")
    return held.select("participant_id", pl.col("at_utc").alias("start_at_utc"), "end_at_utc")


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(*PHONE, "at_utc", pl.col("event").cast(pl.String))


def interval_spans(frame: pl.DataFrame) -> pl.DataFrame:
    """The spans of a stream of intervals."""
    return frame.select("participant_id", pl.col("at_utc").alias("start_at_utc"), "end_at_utc")
