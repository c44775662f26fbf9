"""Where the phone thought it was: satellite or network fixes, and the Wi-Fi place it stood in."""

from __future__ import annotations

import dataframely as dy

from pipeline.vocabulary.stream import Observation, Stream, whole_row

FIX_PROVIDERS = ["gps", "network", "fused", "unknown"]


class Fix(Observation):
    """One position fix, in degrees and metres."""

    latitude_deg = dy.Float64(min=-90.0, max=90.0, allow_inf=False, allow_nan=False)
    longitude_deg = dy.Float64(min=-180.0, max=180.0, allow_inf=False, allow_nan=False)
    altitude_m = dy.Float64(nullable=True)
    accuracy_m = dy.Float64(nullable=True, min=0.0)
    speed_mps = dy.Float64(nullable=True)
    provider = dy.Enum(FIX_PROVIDERS)


class WifiPlace(Observation):
    """The named Wi-Fi place the phone was in or near; the name is replaced by a keyed digest."""

    place_token = dy.String(min_length=1)
    is_inside = dy.Bool()


GPS = Stream(
    name="gps",
    schema=Fix,
    natural_key=whole_row(Fix),
    sentence="Position fixes from satellites or networks.",
)
WIFI_PLACE = Stream(
    name="wifi_place",
    schema=WifiPlace,
    natural_key=whole_row(WifiPlace),
    sentence="Named Wi-Fi places the phone was in or near, as keyed digests.",
    pseudonymise=("place_token",),
    may_hold_content=True,
)
