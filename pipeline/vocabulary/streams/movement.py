"""How the phone moved: raw acceleration, and activity that a phone or platform inferred."""

from __future__ import annotations

import dataframely as dy

from pipeline.vocabulary.stream import Observation, Stream, whole_row

ACTIVITIES = ["still", "walking", "running", "bicycle", "vehicle", "unknown"]
GRAVITY_MPS2 = 9.80665
"""Standard gravity (CGPM 1901), by which readers divide m/s² to obtain g."""


class Acceleration(Observation):
    """One acceleration sample in units of standard gravity, gravity included."""

    x_g = dy.Float32(min=-64.0, max=64.0, allow_inf=False, allow_nan=False)
    y_g = dy.Float32(min=-64.0, max=64.0, allow_inf=False, allow_nan=False)
    z_g = dy.Float32(min=-64.0, max=64.0, allow_inf=False, allow_nan=False)


class InferredActivity(Observation):
    """One activity that the phone or platform inferred at an instant."""

    activity = dy.Enum(ACTIVITIES)


ACCELEROMETER = Stream(
    name="accelerometer",
    schema=Acceleration,
    natural_key=whole_row(Acceleration),
    sentence="Raw acceleration in g, usually in bursts.",
)
ACTIVITY = Stream(
    name="activity",
    schema=InferredActivity,
    natural_key=whole_row(InferredActivity),
    sentence="Activity inferred by the phone or platform.",
)
