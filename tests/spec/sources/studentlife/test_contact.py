"""StudentLife `call_log` and `sms`: rows of scans, some of which found an entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.sources.contract import Reading
from pipeline.vocabulary.stream import Stream
from pipeline.vocabulary.streams.contact import CALL, TEXT

Read = Callable[..., Reading]

CALL_NAME = "dataset/call_log/call_log_u07.csv.gz"
SMS_NAME = "dataset/sms/sms_u07.csv.gz"
COMMAS = """\ufeff\
id,device,timestamp,CALLS__id,CALLS_date,CALLS_duration,CALLS_name,CALLS_number,CALLS_type
s1,d1,1364357009,9,1364356000123,61,,"{""ONE_WAY_HASH"":""abc123""}",1
s1,d1,1364357009,10,1364356100000,0,,"{""ONE_WAY_HASH"":""abc123""}",2
s1,d1,1364357009,11,1364356200000,0,,,3
s2,d1,1364360609,,,,,,
s3,d1,1364364209,12,1364356300000,9,,,7
"""


def _with_tabs(text: str) -> str:
    return text.replace(",", "\t").replace('"{""', '{"').replace('""}"', '"}').replace('""', '"')


@pytest.mark.parametrize("text", [pytest.param(COMMAS, id="commas"), pytest.param(_with_tabs(COMMAS), id="tabs")])
def test_a_call_has_its_own_instant_and_a_scan_without_one_is_passed_over(read: Read, text: str) -> None:
    found = read("studentlife", CALL_NAME, text)

    assert [
        (datetime(2013, 3, 27, 3, 46, 40, 123_000, UTC), "incoming", 61.0, "abc123"),
        (datetime(2013, 3, 27, 3, 48, 20, 0, UTC), "outgoing", 0.0, "abc123"),
        (datetime(2013, 3, 27, 3, 50, 0, 0, UTC), "missed", 0.0, None),
    ] == found.rows[CALL].select("at_utc", "direction", "duration_s", "contact_token").rows()
    assert [(0, "scan_found_nothing", 1)] == found.passed_over.rows()
    assert [(0, 6, "unknown_code")] == found.refused.rows()


@pytest.mark.parametrize(("name", "stream"), [(CALL_NAME, CALL), (SMS_NAME, TEXT)])
def test_a_log_that_was_never_readable_holds_scans_only(read: Read, name: str, stream: Stream) -> None:
    found = read("studentlife", name, "id,device,timestamp\ns1,d1,1364357009\ns2,d1,1364360609\n")

    assert found.rows[stream].is_empty()
    assert [(0, "scan_found_nothing", 2)] == found.passed_over.rows()


def test_a_text_has_a_direction_and_no_body_and_a_draft_is_passed_over(read: Read) -> None:
    found = read(
        "studentlife",
        SMS_NAME,
        """
        id,device,timestamp,MESSAGES_address,MESSAGES_body,MESSAGES_date,MESSAGES_type
        s1,d1,1364357009,"{""ONE_WAY_HASH"":""abc123""}",secret,1364356000123,1
        s1,d1,1364357009,plain,secret,1364356100000,2
        s1,d1,1364357009,plain,secret,1364356200000,3
        s1,d1,1364357009,plain,secret,1364356200000,6
        s2,d1,1364360609,,,,
        s3,d1,1364364209,plain,secret,1364356300000,9
        """,
    )

    assert [
        (datetime(2013, 3, 27, 3, 46, 40, 123_000, UTC), "received", "sms", None, "abc123"),
        (datetime(2013, 3, 27, 3, 48, 20, 0, UTC), "sent", "sms", None, "plain"),
    ] == found.rows[TEXT].select("at_utc", "direction", "kind", "length_count", "contact_token").rows()
    assert [(0, "not_sent", 2), (0, "scan_found_nothing", 1)] == found.passed_over.rows()
    assert [(0, 7, "unknown_code")] == found.refused.rows()
    assert "secret" not in found.rows[TEXT].write_csv()
