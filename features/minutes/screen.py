"""Screen and lock episodes from on/off and lock/unlock events, whatever was lost in between.

Android writes screen on and off, iOS the state of data protection (locked and unlocked): two kinds of episode that
are never mixed. An episode ends at the first closing event of its phone. Where that event was lost (the next event
opens again, or six hours went by) its length is unknown, and it counts for at most ten minutes, the longest time-out
after which a phone left alone puts its own screen off.
"""

from __future__ import annotations

import polars as pl

from features.minutes.spans import SPANS, cut_at_days, merged

SCREEN = "screen"
UNLOCKED = "unlocked"
OPENS = {SCREEN: ("on",), UNLOCKED: ("unlocked",)}
CLOSES = ("off", "locked", "shutdown", "reboot", "idle_on")
"""Idle is Android's doze, which a phone enters with its screen off only."""
LONGEST_EPISODE = pl.duration(hours=6)
LONGEST_UNCLOSED = pl.duration(minutes=10)
SAME_OPENING = pl.duration(seconds=2)
"""iOS writes one unlocking twice, milliseconds apart."""
PHONE = ["participant_id", "device_id"]


def screen_episodes(screen: pl.DataFrame, power: pl.DataFrame) -> pl.DataFrame:
    """Episodes of use: `participant_id, start_at_utc, end_at_utc, kind` (`screen` or `unlocked`), sorted.

    Takes the frames of the streams `screen` and `power`; episodes of one kind on two phones of a participant that
    overlap are one.
    """
    events = pl.concat([_events(screen), _events(power)]).unique()
    kinds = [merged(_episodes(events, opens)).with_columns(kind=pl.lit(kind)) for kind, opens in OPENS.items()]
    return pl.concat(kinds).sort("participant_id", "start_at_utc", "kind")


def episodes_by_day(episodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Episodes cut at the edges of local days (adds `local_day`), so that no day leans on what came after it.

    When a day ends within an episode its closing is not yet known: this day's part counts as unclosed, whatever the
    next day shows. So a day reads the same on its own night and in a later rebuild.
    """
    cut = cut_at_days(episodes, edges)
    is_open = pl.col("end_at_utc") == pl.col("day_ends_at_utc")
    known_until = pl.min_horizontal("end_at_utc", pl.col("start_at_utc") + LONGEST_UNCLOSED)
    ends = pl.when(is_open).then(known_until).otherwise("end_at_utc").alias("end_at_utc")
    return cut.with_columns(ends).drop("day_ends_at_utc")


def _events(frame: pl.DataFrame) -> pl.DataFrame:
    """The opening and closing events of a stream, as text."""
    named = frame.select(*PHONE, "at_utc", pl.col("event").cast(pl.String))
    return named.filter(pl.col("event").is_in([*CLOSES, *OPENS[SCREEN], *OPENS[UNLOCKED]]))


def _episodes(events: pl.DataFrame, opens: tuple[str, ...]) -> pl.DataFrame:
    """From each opening to the closing that follows it on the same phone."""
    is_opening = pl.col("event").is_in(opens).alias("is_opening")
    ordered = (
        events.filter(pl.col("event").is_in([*opens, *CLOSES]))
        .with_columns(is_opening)
        .sort(*PHONE, "at_utc", "is_opening")
    )
    firsts = ordered.filter(~_repeats())
    followed = firsts.with_columns(
        pl.col("at_utc").shift(-1).over(PHONE).alias("next_at"),
        pl.col("is_opening").shift(-1).over(PHONE).alias("next_opens"),
    ).filter("is_opening")
    is_closed = ~pl.col("next_opens") & (pl.col("next_at") - pl.col("at_utc") <= LONGEST_EPISODE)
    unclosed = pl.min_horizontal("next_at", pl.col("at_utc") + LONGEST_UNCLOSED)
    ends = pl.when(is_closed).then("next_at").otherwise(unclosed).alias("end_at_utc")
    return followed.select("participant_id", pl.col("at_utc").alias("start_at_utc"), ends).select(list(SPANS))


def _repeats() -> pl.Expr:
    """Whether an opening only repeats the one just before it on the same phone."""
    is_soon = pl.col("at_utc") - pl.col("at_utc").shift(1).over(PHONE) <= SAME_OPENING
    return (pl.col("is_opening") & pl.col("is_opening").shift(1).over(PHONE) & is_soon).fill_null(value=False)
