"""Beiwe `calls` and `texts`, which Android alone writes."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams.contact import CALL, TEXT

Read = Callable[..., Reading]


def test_calls_of_every_type_are_read(read: Read) -> None:
    found = read(
        "beiwe",
        "abc12345/calls/2024-03-09 11_00_00+00_00.csv",
        """
        timestamp,UTC time,hashed phone number,call type,duration in seconds
        1709982000000,2024-03-09T11:00:00.000,tok3n==,Incoming Call,61
        1709982000001,2024-03-09T11:00:00.001,tok3n==,Outgoing Call,0
        1709982000002,2024-03-09T11:00:00.002,,Missed Call,0
        1709982000003,2024-03-09T11:00:00.003,oth3r==,Missed Call,
        1709982000004,2024-03-09T11:00:00.004,oth3r==,Video Call,5
        """,
    )

    assert [
        ("incoming", 61.0, "tok3n=="),
        ("outgoing", 0.0, "tok3n=="),
        ("missed", 0.0, None),
        ("missed", None, "oth3r=="),
    ] == found.rows[CALL].select("direction", "duration_s", "contact_token").rows()
    assert [(0, 6, "unknown_code")] == found.refused.rows()


def test_texts_of_every_type_are_read_and_a_picture_message_has_no_length(read: Read) -> None:
    found = read(
        "beiwe",
        "abc12345/texts/2024-03-09 11_00_00+00_00.csv",
        """
        timestamp,UTC time,hashed phone number,sent vs received,message length,time sent
        1709982000000,2024-03-09T11:00:00.000,tok3n==,received SMS,42,1709981999000
        1709982000001,2024-03-09T11:00:00.001,tok3n==,sent SMS,7,1709982000001
        1709982000002,2024-03-09T11:00:00.002,,sent MMS,MMS
        1709982000003,2024-03-09T11:00:00.003,oth3r==,received MMS,
        1709982000004,2024-03-09T11:00:00.004,,received MMS,MMS,
        """,
    )

    assert [
        ("received", "sms", 42, "tok3n=="),
        ("sent", "sms", 7, "tok3n=="),
        ("sent", "mms", None, None),
        ("received", "mms", None, "oth3r=="),
        ("received", "mms", None, None),
    ] == found.rows[TEXT].select("direction", "kind", "length_count", "contact_token").rows()
    assert found.refused.is_empty()


def test_rows_of_errors_and_torn_rows_are_refused_each_by_its_rule(read: Read) -> None:
    found = read(
        "beiwe",
        "abc12345/texts/2024-03-09 11_00_00+00_00.csv",
        """
        timestamp,UTC time,hashed phone number,sent vs received,message length,time sent
        1709982000000,2024-03-09T11:00:00.000,tok3n==,error reading the message,,
        1709982000001,2024-03-09T11:00:00.001,tok3n==,sent SMS,4
        1709982000002,2024-03-09T11:00:00.002,tok3n==,sent SMS,many,1709982000001
        1709982000003,2024-03-09T11:00:00.003,,sent MMS,MM
        error
        """,
    )

    assert found.rows[TEXT].is_empty()
    assert [
        (0, 2, "unknown_code"),
        (0, 3, "wrong_column_count"),
        (0, 4, "not_a_number"),
        (0, 5, "not_a_number"),
        (0, 6, "wrong_column_count"),
    ] == found.refused.rows()
