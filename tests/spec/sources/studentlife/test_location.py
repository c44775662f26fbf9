"""StudentLife `gps` and `wifi_location`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams.location import GPS, WIFI_PLACE

Read = Callable[..., Reading]


def test_a_fix_is_not_shifted_by_the_closing_comma_and_has_no_height_that_nobody_measured(read: Read) -> None:
    found = read(
        "studentlife",
        "dataset/sensing/gps/gps_u07.csv.gz",
        """
        time,provider,network_type,accuracy,latitude,longitude,altitude,bearing,speed,travelstate
        1364357009,network,wifi,23.0,43.5,-72.25,0.0,0.0,0.0,stationary,
        1364357010,gps,,5.0,43.75,-72.5,154.5,90.0,0.0,,
        1364357011,fused,cell,9.0,43.75,-72.5,0.0,0.0,1.5,moving,
        1364357012,passive,cell,9.0,43.75,-72.5,0.0,0.0,1.5,moving,
        """,
    )

    columns = ["at_utc", "latitude_deg", "longitude_deg", "altitude_m", "accuracy_m", "speed_mps", "provider"]
    assert [
        (datetime(2013, 3, 27, 4, 3, 29, tzinfo=UTC), 43.5, -72.25, None, 23.0, None, "network"),
        (datetime(2013, 3, 27, 4, 3, 30, tzinfo=UTC), 43.75, -72.5, 154.5, 5.0, 0.0, "gps"),
        (datetime(2013, 3, 27, 4, 3, 31, tzinfo=UTC), 43.75, -72.5, None, 9.0, 1.5, "fused"),
    ] == found.rows[GPS].select(columns).rows()
    assert [(0, 5, "unknown_code")] == found.refused.rows()


def test_each_place_is_a_row_inside_or_near(read: Read) -> None:
    found = read(
        "studentlife",
        "dataset/sensing/wifi_location/wifi_location_u07.csv",
        """
        time,location
        1364357009,in[library],
        1364357010,near[library; gym; hall; ],
        1364357011,at[library],
        1364357012,near[; ],
        1364357013,library,
        """,
    )

    assert [
        (2, "library", True),
        (3, "library", False),
        (3, "gym", False),
        (3, "hall", False),
    ] == found.rows[WIFI_PLACE].select("line", "place_token", "is_inside").rows()
    assert [4, 5, 6] == found.refused["line"].to_list()
    assert {"unknown_code"} == set(found.refused["rule"])
