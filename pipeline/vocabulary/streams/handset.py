"""What the handset itself reported: screen, power, locks, charging, light, and which phone it is."""

from __future__ import annotations

import dataframely as dy

from pipeline.vocabulary.stream import Interval, Observation, Stream, whole_row

OPERATING_SYSTEMS = ["android", "ios", "unknown"]
SCREEN_EVENTS = ["on", "off", "locked", "unlocked"]
POWER_EVENTS = [
    "connected",
    "disconnected",
    "full",
    "shutdown",
    "reboot",
    "power_save_on",
    "power_save_off",
    "idle_on",
    "idle_off",
    "unknown",
]


class ScreenEvent(Observation):
    """One screen or lock event. Android writes on/off only, iOS locked/unlocked (data protection) only."""

    event = dy.Enum(SCREEN_EVENTS)
    os = dy.Enum(OPERATING_SYSTEMS)


class PowerEvent(Observation):
    """One power event or repeated state, with the battery level where the platform gives it."""

    event = dy.Enum(POWER_EVENTS)
    os = dy.Enum(OPERATING_SYSTEMS)
    level_ratio = dy.Float64(nullable=True, min=0.0, max=1.0)


class Handset(Observation):
    """One registration of a phone with the platform."""

    os = dy.Enum(OPERATING_SYSTEMS)
    os_version = dy.String(nullable=True)
    model = dy.String(nullable=True)
    app_version = dy.String(nullable=True)


SCREEN = Stream(
    name="screen",
    schema=ScreenEvent,
    natural_key=whole_row(ScreenEvent),
    sentence="Screen on and off (Android), locked and unlocked (iOS).",
)
POWER = Stream(
    name="power",
    schema=PowerEvent,
    natural_key=whole_row(PowerEvent),
    sentence="Charging, shutdown, power saving and idle events.",
)
HANDSET = Stream(
    name="handset",
    schema=Handset,
    natural_key=whole_row(Handset),
    sentence="Registrations of a phone: operating system, model and app version.",
    may_hold_content=True,
)
LOCK_INTERVAL = Stream(
    name="lock_interval",
    schema=Interval,
    natural_key=whole_row(Interval),
    sentence="Spans in which the phone was locked (StudentLife: an hour or longer only).",
)
CHARGE_INTERVAL = Stream(
    name="charge_interval",
    schema=Interval,
    natural_key=whole_row(Interval),
    sentence="Spans in which the phone was charging (StudentLife: an hour or longer only).",
)
DARK_INTERVAL = Stream(
    name="dark_interval",
    schema=Interval,
    natural_key=whole_row(Interval),
    sentence="Spans in which the phone lay in the dark (StudentLife: an hour or longer only).",
)
