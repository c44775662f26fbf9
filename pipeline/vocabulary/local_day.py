"""The local day: a participant's own date, cut at a local hour in the zone then in force; 23, 24 or 25 hours long.

A zone timeline is a frame `participant_id, from_at_utc, zone`: each row says which IANA zone holds from that
instant on. The first zone of a participant also holds before its own instant, so that no observation is lost.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from pipeline.vocabulary.stream import INSTANT

DEFAULT_DAY_STARTS_H = 4
"""A night out ends before four: the hour at which most diaries and time-use surveys cut the day."""

ZONE_TIMELINE = {"participant_id": pl.String, "from_at_utc": INSTANT, "zone": pl.String}
DAY_EDGES = {
    "participant_id": pl.String,
    "local_day": pl.Date,
    "starts_at_utc": INSTANT,
    "ends_at_utc": INSTANT,
    "zone": pl.String,
    "length_h": pl.Float64,
}


def with_zone(frame: pl.DataFrame, zones: pl.DataFrame, instant: str = "at_utc") -> pl.DataFrame:
    """Add `zone`, the IANA zone in force for each row's participant at its instant."""
    open_start = zones.sort("from_at_utc").with_columns(
        pl.when(pl.int_range(pl.len()).over("participant_id") == 0)
        .then(pl.datetime(1900, 1, 1, time_unit="us", time_zone="UTC"))
        .otherwise("from_at_utc")
        .alias("from_at_utc")
    )
    joined = frame.sort(instant, maintain_order=True).join_asof(
        open_start.sort("from_at_utc"),
        left_on=instant,
        right_on="from_at_utc",
        by="participant_id",
        check_sortedness=False,
    )
    return joined.drop("from_at_utc", strict=False)


def to_local(zones_seen: list[str], instant: str = "at_utc") -> pl.Expr:
    """The wall-clock time (naive) of an instant, by the row's own `zone`; `zones_seen` lists the zones present."""
    branches = [
        pl.when(pl.col("zone") == zone).then(pl.col(instant).dt.convert_time_zone(zone).dt.replace_time_zone(None))
        for zone in zones_seen
    ]
    return pl.coalesce(branches) if branches else pl.lit(None, dtype=pl.Datetime("us"))


def with_local_time(frame: pl.DataFrame, zones: pl.DataFrame, instant: str = "at_utc") -> pl.DataFrame:
    """Add `zone` and `local_at` (naive wall-clock time)."""
    zoned = with_zone(frame, zones, instant)
    seen = sorted(zoned["zone"].drop_nulls().unique().to_list())
    return zoned.with_columns(to_local(seen, instant).alias("local_at"))


def day_edges(zones: pl.DataFrame, first: date, last: date, starts_h: int = DEFAULT_DAY_STARTS_H) -> pl.DataFrame:
    """The instants at which each participant's local days begin and end, one row a day, first to last inclusive.

    The day's zone is the one in force at its own cut, so that days never overlap and leave no gap, whatever the
    clocks or the traveller did.
    """
    people = zones.select("participant_id").unique(maintain_order=True)
    dates = pl.DataFrame({"local_day": pl.date_range(first, last + timedelta(days=1), "1d", eager=True)})
    grid = people.join(dates, how="cross").with_columns(
        pl.col("local_day").cast(pl.Datetime("us")).dt.offset_by(f"{starts_h}h").alias("cut_local")
    )
    cut = _in_force_at_cut(grid, zones)
    ordered = cut.sort("participant_id", "local_day").with_columns(
        pl.col("starts_at_utc").shift(-1).over("participant_id").alias("ends_at_utc")
    )
    lengths = ((pl.col("ends_at_utc") - pl.col("starts_at_utc")).dt.total_seconds() / 3600.0).alias("length_h")
    return ordered.filter(pl.col("local_day") <= last).with_columns(lengths).select(list(DAY_EDGES))


def with_local_day(frame: pl.DataFrame, edges: pl.DataFrame, instant: str = "at_utc") -> pl.DataFrame:
    """Add `local_day` to each row by its participant's day edges; rows outside all edges are dropped."""
    joined = frame.sort(instant, maintain_order=True).join_asof(
        edges.select("participant_id", "local_day", "starts_at_utc", "ends_at_utc").sort("starts_at_utc"),
        left_on=instant,
        right_on="starts_at_utc",
        by="participant_id",
        check_sortedness=False,
    )
    inside = joined.filter(pl.col("local_day").is_not_null() & (pl.col(instant) < pl.col("ends_at_utc")))
    return inside.drop("starts_at_utc", "ends_at_utc")


def _in_force_at_cut(grid: pl.DataFrame, zones: pl.DataFrame) -> pl.DataFrame:
    """Each cut as an instant: read in UTC first to find the zone, then in that zone, then once more to settle."""
    guess = grid.with_columns(pl.col("cut_local").dt.replace_time_zone("UTC").alias("starts_at_utc"))
    for _ in range(2):
        zoned = with_zone(guess.drop("zone", strict=False), zones, "starts_at_utc")
        seen = sorted(zoned["zone"].unique().to_list())
        guess = zoned.with_columns(_to_instant(seen).alias("starts_at_utc"))
    return guess


def _to_instant(zones_seen: list[str]) -> pl.Expr:
    """The instant of a wall-clock cut in the row's zone: the first of two where clocks went back."""
    branches = [
        pl.when(pl.col("zone") == zone).then(
            # A cut in the hour that clocks skip begins when the hour is over.
            pl.coalesce(
                pl.col("cut_local").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null"),
                pl.col("cut_local")
                .dt.offset_by("1h")
                .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null"),
            ).dt.convert_time_zone("UTC")
        )
        for zone in zones_seen
    ]
    return pl.coalesce(branches)
