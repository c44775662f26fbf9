"""What the name of a file in a Beiwe download says: whose it is, which stream, which survey, and from when.

`<patient>/<stream>/[<survey>/]YYYY-MM-DD HH_MM_SS[+00_00][_N].csv`, below any further folders. Downloads made before
the offset was added lack `+00_00`; `_N` counts names that collided. Names are always in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

READ_STREAMS = ("accelerometer", "calls", "gps", "identifiers", "power_state", "texts")
"""Streams in files of one hour each that this source reads; `survey_answers` are files of one submission each."""
NOT_READ_STREAMS = (
    "ambient_audio",
    "app_log",
    "audio_recordings",
    "bluetooth",
    "devicemotion",
    "gyro",
    "image_survey",
    "ios_log",
    "magnetometer",
    "proximity",
    "reachability",
    "survey_timings",
    "wifi",
)
"""Streams of the platform that nothing reads yet: their files are known and counted as not read."""
SURVEY_ANSWERS = "survey_answers"

_STAMP = r"(?P<stamp>\d{4}-\d\d-\d\d \d\d_\d\d_\d\d)(?:\+00_00)?(?:_\d+)?\.csv(?:\.gz|\.zst)?"
_OWNER = r"(?:.*/)?(?P<patient>[A-Za-z0-9_-]+)/"
_HOURLY = re.compile(rf"{_OWNER}(?P<stream>{'|'.join(READ_STREAMS)})/{_STAMP}")
_SURVEY = re.compile(rf"{_OWNER}(?P<stream>{SURVEY_ANSWERS})/(?P<survey>[A-Za-z0-9]{{24}})/{_STAMP}")
_NOT_READ = re.compile(rf"{_OWNER}(?:{'|'.join(NOT_READ_STREAMS)})/(?:[A-Za-z0-9]{{24}}/)?\d{{4}}-\d\d-\d\d[^/]*")
_REGISTRY = re.compile(r"(?:.*/)?registry")


@dataclass(frozen=True)
class ExportName:
    """A file's name, understood. `survey_id` is empty where the file is no survey's."""

    patient_id: str
    stream: str
    survey_id: str
    stamped_at_utc: datetime


def understood(path: str) -> ExportName | None:
    """What a path says, or None if it names no file that this source reads."""
    found = _HOURLY.fullmatch(path) or _SURVEY.fullmatch(path)
    if found is None:
        return None
    parts = found.groupdict()
    try:
        stamp = datetime.strptime(parts["stamp"], "%Y-%m-%d %H_%M_%S").replace(tzinfo=UTC)
    except ValueError:
        # Digits in the right places that are no date, such as a thirteenth month.
        return None
    return ExportName(parts["patient"], parts["stream"], parts.get("survey", ""), stamp)


def holds_nothing_to_read(path: str) -> bool:
    """Whether a file is the platform's and is not read: its registry, a recording, or a stream not read yet."""
    return bool(_NOT_READ.fullmatch(path) or _REGISTRY.fullmatch(path))
