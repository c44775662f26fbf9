"""What the name of a file in the StudentLife tree says: whose it is and of which kind.

`sensing/<stream>/<stream>_uXX.csv`, `call_log/call_log_uXX.csv`, `sms/sms_uXX.csv` and
`EMA/response/<name>/<name>_uXX.json`, below `dataset/` or any other folders, with or without `.gz`. A person is
letters and a number: `u00` to `u59` in the published data.
"""

from __future__ import annotations

import re

READ_SENSING = (
    "activity",
    "conversation",
    "dark",
    "gps",
    "phonecharge",
    "phonelock",
    "wifi_location",
)
NOT_READ_SENSING = ("audio", "bluetooth", "wifi")
"""Sensing streams of the data set that nothing reads yet; nor are app usage, surveys and course records read."""
EMA = "ema"

_PERSON = r"(?P<person>[a-z]{1,8}\d{1,8})"
_GZIPPED = r"(?:\.gz)?"
_SENSING = re.compile(rf"(?:.*/)?sensing/(?P<kind>{'|'.join(READ_SENSING)})/(?P=kind)_{_PERSON}\.csv{_GZIPPED}")
_CONTACT = re.compile(rf"(?:.*/)?(?P<kind>call_log|sms)/(?P=kind)_{_PERSON}\.csv{_GZIPPED}")
_EMA = re.compile(rf"(?:.*/)?EMA/response/(?P<questionnaire>[^/]+)/(?P=questionnaire)_{_PERSON}\.json{_GZIPPED}")
_EMA_FILE = re.compile(rf"(?:.*/)?(?P<questionnaire>[^/]+)_{_PERSON}\.json{_GZIPPED}")
_NOT_READ = re.compile(
    rf"(?:.*/)?(?:sensing/(?P<kind>{'|'.join(NOT_READ_SENSING)})/(?P=kind)_{_PERSON}\.csv{_GZIPPED}"
    rf"|EMA/EMA_definition\.json{_GZIPPED}"
    r"|dataset/(?:app_usage|survey|education)/.+)"
)


def owner_and_kind(path: str) -> tuple[str, str] | None:
    """The person and the kind of a file that this source reads, else None."""
    found = _SENSING.fullmatch(path) or _CONTACT.fullmatch(path)
    if found is not None:
        return found["person"], found["kind"]
    found = _EMA.fullmatch(path)
    return None if found is None else (found["person"], EMA)


def questionnaire_of(name: str) -> str | None:
    """The questionnaire that a file of answers is about, by the file's own name."""
    found = _EMA_FILE.fullmatch(name)
    return None if found is None else found["questionnaire"]


def holds_nothing_to_read(path: str) -> bool:
    """Whether a file is the data set's and is not read."""
    return _NOT_READ.fullmatch(path) is not None
