"""What a participant can consent to, each purpose by itself."""

from __future__ import annotations

from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams import all_streams

COLLECT = "collect"
ANALYSE_WITH_AI = "analyse_with_ai"
ALERT_CLINICIAN = "alert_clinician"
RESEARCH = "research"
SUBGROUP = "subgroup"
GENERAL_PURPOSES = (COLLECT, ANALYSE_WITH_AI, ALERT_CLINICIAN, RESEARCH, SUBGROUP)


def collect_stream(stream: Stream) -> str:
    """The purpose of collecting one stream only."""
    return f"{COLLECT}:{stream.name}"


def is_purpose(purpose: str) -> bool:
    """Whether this is a purpose that can be consented to."""
    return purpose in GENERAL_PURPOSES or purpose in {collect_stream(stream) for stream in all_streams().values()}


def includes(purpose: str) -> tuple[str, ...]:
    """The purpose and the general one that includes it, if any."""
    general = purpose.partition(":")[0]
    return (purpose,) if general == purpose else (purpose, general)
