"""All mobility figures of the days asked for, in one wide frame: one row a day, one column a figure."""

from __future__ import annotations

import numpy as np
import polars as pl
import polars.selectors as cs

from features.catalogue.mobility.day_table import day_table
from features.catalogue.mobility.home import HOME_FACTS, find_homes, state_home
from features.catalogue.mobility.intervals import INTERVAL_FACTS, state_intervals
from features.catalogue.mobility.nights import rests_by_day, sleep_of
from features.catalogue.mobility.places import PLACE_FACTS, state_places
from features.catalogue.mobility.spread import SPREAD_FACTS, state_spread
from features.catalogue.mobility.stays import find_nodes
from features.catalogue.mobility.tables import HOUR_US, SECOND_US, Floats, whole
from features.catalogue.mobility.timeline import TIMELINE_FACTS, cut_timeline, stays_of, summarise
from features.declaration import Observations
from features.minutes.exact import divided
from pipeline.vocabulary.local_day import to_local
from pipeline.vocabulary.streams.location import GPS

METRES_PER_KM = 1000.0


def state_days(observations: Observations) -> pl.DataFrame:
    """Every figure of every wanted day that has edges, sorted by participant and day; null where it has none."""
    table = day_table(observations.of(GPS), observations.edges)
    frame, days = table.frame, table.days
    targets = whole(_wanted(frame, observations.wanted)["day"])
    nodes = find_nodes(table.points, days)
    segments = cut_timeline(nodes, days)
    stays = stays_of(segments, days, *rests_by_day(frame, observations.zones, sleep_of(observations.daily)))
    homes = find_homes(stays, days, targets)
    low, high = state_intervals(segments, stays, days, targets, homes)
    columns = {
        **_columns(TIMELINE_FACTS, summarise(segments, days)[targets]),
        **_columns(SPREAD_FACTS, state_spread(segments, nodes, days, targets)),
        **_columns(PLACE_FACTS, state_places(stays, days, targets)),
        **_columns(HOME_FACTS, state_home(segments, nodes, days, targets, homes)),
        **_columns([f"{name}_low" for name in INTERVAL_FACTS], low),
        **_columns([f"{name}_high" for name in INTERVAL_FACTS], high),
        "night_count": homes.night_count,
    }
    facts = pl.DataFrame(columns).with_columns(cs.float().fill_nan(None))
    return _named(
        pl.concat([frame[targets], facts.with_columns(cs.ends_with("_at_us").pipe(_instant))], how="horizontal")
    )


def _wanted(frame: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    return frame.join(wanted, on=["participant_id", "local_day"], how="semi").sort("day")


def _instant(epoch_us: pl.Expr) -> pl.Expr:
    return epoch_us.cast(pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _columns(names: list[str] | tuple[str, ...], values: Floats) -> dict[str, Floats]:
    return {name: np.ascontiguousarray(values[:, place]) for place, name in enumerate(names)}


def _named(facts: pl.DataFrame) -> pl.DataFrame:
    """Bring figures to their declared names and units."""
    known_us = pl.col("stay_us") + pl.col("moving_us")
    metres = [name for name in facts.columns if name.endswith(("_m", "_m_low", "_m_high")) and name != "radius_m"]
    named = facts.with_columns(
        (known_us / (known_us + pl.col("unknown_us"))).alias("coverage_ratio"),
        divided(pl.col("moving_us"), HOUR_US).alias("moving_h"),
        (pl.col("stay_us") / known_us).alias("stationary_ratio"),
        _if_moved(pl.col("moved_m") / pl.col("moved_us") * SECOND_US).alias("speed_mean_mps"),
        _if_moved(pl.col("top_speed_mps")).alias("speed_max_mps"),
        *(divided(pl.col(name), METRES_PER_KM).alias(name.replace("_m", "_km")) for name in metres),
        *_clock_hours(facts),
    )
    return named.with_columns(cs.float().fill_nan(None))


def _if_moved(speed: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("moved_us") > 0).then(speed)


def _clock_hours(facts: pl.DataFrame) -> list[pl.Expr]:
    """Instants as wall-clock hours since midnight of the local date: past 24 after the following midnight."""
    zones_seen = sorted(facts["zone"].unique().to_list())
    midnight = pl.col("local_day").cast(pl.Datetime("us"))
    return [
        divided((to_local(zones_seen, f"{name}_at_us") - midnight).dt.total_microseconds(), HOUR_US).alias(f"{name}_h")
        for name in ("first_out", "last_home")
    ]
