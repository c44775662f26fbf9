"""Beiwe: the files of its data-download interface, from a folder or a zip, of Android and iOS phones."""

from __future__ import annotations

from pipeline.sources.beiwe.contact import CALLS_READER, TEXTS_READER
from pipeline.sources.beiwe.handset import IDENTIFIERS_READER, POWER_STATE_READER
from pipeline.sources.beiwe.location import GPS_READER
from pipeline.sources.beiwe.movement import ACCELEROMETER_READER
from pipeline.sources.beiwe.names import holds_nothing_to_read, understood
from pipeline.sources.beiwe.self_report import SURVEY_ANSWERS_READER
from pipeline.sources.contract import Claim, Source


def claim(path: str) -> Claim | None:
    """The patient whose folder a file lies in, and the stream's folder as kind."""
    name = understood(path)
    return None if name is None else Claim(name.patient_id, name.stream)


BEIWE = Source(
    name="beiwe",
    sentence="Beiwe downloads: one UTC hour of one stream a file, one submission a file for surveys.",
    readers=(
        GPS_READER,
        ACCELEROMETER_READER,
        POWER_STATE_READER,
        CALLS_READER,
        TEXTS_READER,
        IDENTIFIERS_READER,
        SURVEY_ANSWERS_READER,
    ),
    claim=claim,
    skips=holds_nothing_to_read,
)
