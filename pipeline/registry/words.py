"""Closed sets of words that the registry uses."""

from __future__ import annotations

from enum import StrEnum


class ParticipantStatus(StrEnum):
    """Where a participant stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class OperatingSystem(StrEnum):
    """What a phone runs."""

    ANDROID = "android"
    IOS = "ios"
    UNKNOWN = "unknown"


class TeamRole(StrEnum):
    """What a clinician is to a participant, the responsible one apart."""

    DEPUTY = "deputy"
    MEMBER = "member"


class ConsentStatus(StrEnum):
    """What a participant said to one purpose."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class DutySpanKind(StrEnum):
    """What a dated span says: duty beside the weekly hours, or leave from them."""

    DUTY = "duty"
    LEAVE = "leave"


class SwitchKind(StrEnum):
    """What a switch does when it is on."""

    COMMISSIONED = "commissioned"
    STOPPED = "stopped"


class SwitchScope(StrEnum):
    """What a switch is about."""

    SITE = "site"
    RULE = "rule"
    PARTICIPANT = "participant"


class ExceptionalKind(StrEnum):
    """Why a day is not like others."""

    TRAVEL = "travel"
    ILLNESS = "illness"
    HOLIDAY = "holiday"
    LIFE_EVENT = "life_event"
    OTHER = "other"


class CareRole(StrEnum):
    """What a clinician is to a participant."""

    RESPONSIBLE = "responsible"
    DEPUTY = "deputy"
    MEMBER = "member"
