"""What befell each participant: episodes, other events, phones, and spans that are missing from the export."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from pipeline.synthetic.life.life import Life
from pipeline.synthetic.person.domains import Domain
from pipeline.synthetic.truth.days import instants

EFFECTS = {f"{domain.name.lower()}_effect": pl.Float64 for domain in Domain}
EPISODES = {
    "participant_id": pl.String,
    "direction": pl.String,
    "shape": pl.String,
    "prodrome_start_day": pl.Date,
    "onset_day": pl.Date,
    "peak_day": pl.Date,
    "end_day": pl.Date,
    "is_silent": pl.Boolean,
    **EFFECTS,
}
"""Effects are shifts at the plateau in own standard deviations; days may lie outside the study."""

CONFOUNDERS = {
    "participant_id": pl.String,
    "kind": pl.String,
    "first_day": pl.Date,
    "last_day": pl.Date,
    "zone": pl.String,
}
GAPS = {
    "participant_id": pl.String,
    "cause": pl.String,
    "starts_at_utc": pl.Datetime("us", "UTC"),
    "ends_at_utc": pl.Datetime("us", "UTC"),
}


def episode_truth(life: Life) -> pl.DataFrame:
    """One row for each episode."""
    rows = [
        {
            "participant_id": life.seat.participant_id,
            "direction": episode.direction,
            "shape": episode.shape,
            "prodrome_start_day": _date(life, episode.prodrome_start_day),
            "onset_day": _date(life, episode.onset_day),
            "peak_day": _date(life, episode.peak_day),
            "end_day": _date(life, episode.end_day),
            "is_silent": episode.is_silent,
            **dict(zip(EFFECTS, episode.effect, strict=True)),
        }
        for episode in life.episodes
    ]
    return pl.DataFrame(rows, schema=EPISODES)


def confounder_truth(life: Life) -> pl.DataFrame:
    """One row for each event that is no episode, changes of the clocks among them."""
    rows = [
        {
            "participant_id": life.seat.participant_id,
            "kind": event.kind.name,
            "first_day": _date(life, event.first_day),
            "last_day": _date(life, event.last_day),
            "zone": event.zone,
        }
        for event in life.confounders
    ]
    known = pl.DataFrame(rows, schema=CONFOUNDERS)
    return pl.concat([known, _clock_changes(life)]).sort("first_day", "kind")


def gap_truth(life: Life) -> pl.DataFrame:
    """Every span that the export does not hold, by cause; spans of different causes may overlap."""
    parts = [
        pl.DataFrame({"starts_at_utc": instants(spans.start_s), "ends_at_utc": instants(spans.end_s)}).select(
            pl.lit(life.seat.participant_id).alias("participant_id"), pl.lit(cause).alias("cause"), pl.all()
        )
        for cause, spans in life.reach.causes()
    ]
    return pl.concat(parts).sort("starts_at_utc", "cause")


def _clock_changes(life: Life) -> pl.DataFrame:
    """Days on which the clocks of the zone that the participant was in went forward or back."""
    rows = []
    for index, clock in enumerate(life.calendar.clocks):
        for local_s in clock.until_local_s:
            day = int(local_s // 86_400) - int(life.calendar.day_number[0])
            if 0 <= day < life.plan.day_count and life.calendar.night_zone[day] == index:
                rows.append((life.seat.participant_id, "clock_change", _date(life, day), _date(life, day), clock.zone))
    return pl.DataFrame(rows, schema=CONFOUNDERS, orient="row")


def _date(life: Life, day: int) -> date:
    return life.plan.first_day + timedelta(days=day)
