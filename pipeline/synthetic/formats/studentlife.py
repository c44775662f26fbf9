"""StudentLife: one file for each stream and person, in the layout of the published data set."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.synthetic.chance import Floats, Ints
from pipeline.synthetic.formats.hourly import ExportFile
from pipeline.synthetic.formats.location_fixes import moved
from pipeline.synthetic.formats.studentlife_answers import answer_files
from pipeline.synthetic.formats.studentlife_contact import contact_files
from pipeline.synthetic.life.life import Life
from pipeline.synthetic.spans import Spans, intersection

LEAST_INTERVAL_S = 3600.0
"""The data set holds locks, charges and darkness of an hour or more only."""
ACTIVITY_CYCLE_MIN = 4
ACTIVITY_ROWS_S = (2.0, 22.0, 42.0)
STATIONARY, WALKING, UNKNOWN = 0, 1, 3
MISREAD_SHARE = 0.03
LOCATION_EVERY_S = 1200.0
NETWORK_SHARE = 0.87
WIFI_LOCATION_EVERY_S = 300.0
NEAR_SHARE = 0.25
CAMPUS_PLACES = 6
DARK_BY_DAY_SHARE = 0.4


def studentlife_files(life: Life) -> Iterator[ExportFile]:
    """All files of one participant."""
    yield _sensing(life, "activity", _activity(life))
    yield _sensing(life, "conversation", _conversations(life))
    yield _sensing(life, "phonelock", _intervals(life, _locked(life)))
    yield _sensing(life, "phonecharge", _intervals(life, life.phone.charging))
    yield _sensing(life, "dark", _intervals(life, _dark(life)))
    yield _sensing(life, "gps", _gps(life))
    yield _sensing(life, "wifi_location", _wifi_location(life))
    yield from contact_files(life)
    yield from answer_files(life)


def _sensing(life: Life, stream: str, content: bytes) -> ExportFile:
    return ExportFile(f"dataset/sensing/{stream}/{stream}_{life.seat.export_id}.csv", 0, content)


def _activity(life: Life) -> bytes:
    """Inferences three times in each minute out of four; the phone infers what the body that carries it does."""
    rng = life.rng("studentlife activity")
    minute = np.arange(int(rng.integers(ACTIVITY_CYCLE_MIN)), len(life.minutes.day), ACTIVITY_CYCLE_MIN)
    walking = life.minutes.is_walking[minute] & life.minutes.is_carried[minute]
    at_s = (life.minutes.start_s + minute[:, None] * 60.0 + np.array(ACTIVITY_ROWS_S)).ravel()
    code = np.repeat(np.where(walking, WALKING, STATIONARY), len(ACTIVITY_ROWS_S))
    code = np.where(rng.random(len(code)) < MISREAD_SHARE, UNKNOWN, code)
    seen = life.reach.seen.contains(at_s)
    rows = pl.DataFrame({"timestamp": _seconds(at_s[seen]), "code": code[seen]})
    return b"timestamp, activity inference\n" + _csv(rows)


def _conversations(life: Life) -> bytes:
    """Spans of conversation that were heard; every row is followed by an empty line, as published."""
    heard = intersection(life.contacts.conversations, life.reach.seen).lasting(60.0)
    lines = pl.DataFrame({"start": _seconds(heard.start_s), "end": _seconds(heard.end_s)})
    return b"start_timestamp, end_timestamp\n" + _csv(lines).replace(b"\n", b"\n\n")


def _intervals(life: Life, spans: Spans) -> bytes:
    """Intervals of an hour or more, broken where the app did not live."""
    long = intersection(spans, life.reach.seen).lasting(LEAST_INTERVAL_S)
    return b"start,end\n" + _csv(pl.DataFrame({"start": _seconds(long.start_s), "end": _seconds(long.end_s)}))


def _locked(life: Life) -> Spans:
    """Whenever the phone is not unlocked."""
    return life.phone.unlocked.gaps(float(life.edges_s[0]), float(life.edges_s[-1]))


def _dark(life: Life) -> Spans:
    """Long rests of the phone are dark at night, and by day when it lies in a bag."""
    rng = life.rng("studentlife dark")
    rest = life.phone.screen.gaps(float(life.edges_s[0]), float(life.edges_s[-1])).lasting(LEAST_INTERVAL_S)
    asleep = life.nights.spans.contains((rest.start_s + rest.end_s) / 2.0)
    is_dark = asleep | (rng.random(len(rest)) < DARK_BY_DAY_SHARE)
    late_s, early_s = rng.uniform(0.0, 240.0, (2, len(rest)))
    return Spans((rest.start_s + late_s)[is_dark], (rest.end_s - early_s)[is_dark])


def _gps(life: Life) -> bytes:
    """A fix every twenty minutes, mostly from networks; each row ends with a comma that the header does not have."""
    rng = life.rng("studentlife gps")
    at_s = _every(rng, life, LOCATION_EVERY_S)
    count = len(at_s)
    is_network = rng.random(count) < NETWORK_SHARE
    is_cell = is_network & (rng.random(count) < 0.12)  # noqa: PLR2004 -- a share of fixes
    accuracy = np.select(
        [is_cell, is_network], [rng.uniform(300, 1500, count), rng.uniform(18, 60, count)], rng.uniform(4, 30, count)
    )
    lat, lon = moved(*life.whereabouts.position_at(at_s), rng.normal(0.0, 0.5, (2, count)) * accuracy)
    moving = life.whereabouts.speed_at(at_s) > 0.0
    is_gps = pl.Series(~is_network)
    rows = pl.DataFrame(
        {
            "time": _seconds(at_s),
            "provider": np.where(is_network, "network", "gps"),
            "network_type": np.select([is_cell, is_network], ["cell", "wifi"], ""),
            "accuracy": np.round(accuracy, 3),
            "latitude": np.round(lat, 7),
            "longitude": np.round(lon, 7),
            "altitude": np.where(is_network, 0.0, np.round(rng.normal(160.0, 8.0, count), 1)),
            "bearing": np.where(is_network | ~moving, 0.0, np.round(rng.uniform(0.0, 360.0, count), 1)),
            "speed": np.where(is_network, 0.0, np.round(life.whereabouts.speed_at(at_s), 2)),
            "travelstate": np.where(moving, "moving", "stationary"),
            "": np.full(count, ""),
        }
    ).with_columns(pl.when(is_gps).then(pl.lit("")).otherwise("travelstate").alias("travelstate"))
    header = b"time,provider,network_type,accuracy,latitude,longitude,altitude,bearing,speed,travelstate\n"
    return header + _csv(rows)


def _wifi_location(life: Life) -> bytes:
    """Which building of the campus, while at one of its places; rows end with a comma."""
    rng = life.rng("studentlife wifi")
    at_s = _every(rng, life, WIFI_LOCATION_EVERY_S)
    place = life.whereabouts.place_at(at_s)
    on_campus = (place >= 1) & (place <= CAMPUS_PLACES)
    at_s, place = at_s[on_campus], place[on_campus]
    near = rng.random(len(at_s)) < NEAR_SHARE
    inside = np.array([f"in[building-{n:02d}]" for n in range(CAMPUS_PLACES + 1)])[place]
    beside = np.array([f"near[building-{n:02d}; building-{n + 20:02d}; ]" for n in range(CAMPUS_PLACES + 1)])[place]
    rows = pl.DataFrame(
        {"time": _seconds(at_s), "location": np.where(near, beside, inside), "": np.full(len(at_s), "")}
    )
    return b"time,location\n" + _csv(rows)


def _every(rng: np.random.Generator, life: Life, every_s: float) -> Floats:
    """Instants about so many seconds apart that the app lived to see."""
    count = int((life.edges_s[-1] - life.edges_s[0]) / every_s)
    at_s = life.edges_s[0] + (np.arange(count) + rng.uniform(0.0, 0.05, count)) * every_s
    return np.asarray(at_s[life.reach.seen.contains(at_s)])


def _seconds(at_s: Floats) -> Ints:
    return np.floor(at_s).astype(np.int64)


def _csv(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_csv(buffer, include_header=False, quote_style="never")
    return buffer.getvalue()
