"""StudentLife: the published data of Dartmouth students (Wang et al., UbiComp 2014), one file a stream and person."""

from __future__ import annotations

from pipeline.sources.contract import Claim, Source
from pipeline.sources.studentlife.contact import CALL_LOG_READER, SMS_READER
from pipeline.sources.studentlife.intervals import (
    CONVERSATION_READER,
    DARK_READER,
    PHONECHARGE_READER,
    PHONELOCK_READER,
)
from pipeline.sources.studentlife.location import GPS_READER, WIFI_LOCATION_READER
from pipeline.sources.studentlife.movement import ACTIVITY_READER
from pipeline.sources.studentlife.names import holds_nothing_to_read, owner_and_kind
from pipeline.sources.studentlife.self_report import EMA_READER


def claim(path: str) -> Claim | None:
    """The person that a file's name ends with, and the stream that it begins with."""
    found = owner_and_kind(path)
    return None if found is None else Claim(*found)


STUDENTLIFE = Source(
    name="studentlife",
    sentence="The StudentLife data set: one file for each stream and person, times in seconds UTC.",
    readers=(
        GPS_READER,
        WIFI_LOCATION_READER,
        PHONELOCK_READER,
        PHONECHARGE_READER,
        DARK_READER,
        CONVERSATION_READER,
        ACTIVITY_READER,
        CALL_LOG_READER,
        SMS_READER,
        EMA_READER,
    ),
    claim=claim,
    skips=holds_nothing_to_read,
)
