"""StudentLife spans, and activity, which has been read in synthetic files only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams import all_streams
from pipeline.vocabulary.streams.contact import CONVERSATION_INTERVAL
from pipeline.vocabulary.streams.movement import ACTIVITY

Read = Callable[..., Reading]


@pytest.mark.parametrize(
    ("kind", "stream"),
    [("phonelock", "lock_interval"), ("phonecharge", "charge_interval"), ("dark", "dark_interval")],
)
def test_a_span_has_a_start_and_an_end(read: Read, kind: str, stream: str) -> None:
    found = read("studentlife", f"sensing/{kind}/{kind}_u07.csv", "start,end\n1364357009,1364364209\n1364357009,x\n")

    assert [(datetime(2013, 3, 27, 4, 3, 29, tzinfo=UTC), datetime(2013, 3, 27, 6, 3, 29, tzinfo=UTC))] == found.rows[
        all_streams()[stream]
    ].select("at_utc", "end_at_utc").rows()
    assert [(0, 3, "not_a_number")] == found.refused.rows()


def test_blank_lines_between_conversations_are_no_conversations(read: Read) -> None:
    found = read(
        "studentlife",
        "dataset/sensing/conversation/conversation_u07.csv",
        "start_timestamp, end_timestamp\n1364357009,1364357100\n\n1364360000,1364360200\n\n",
    )

    assert [2, 4] == found.rows[CONVERSATION_INTERVAL]["line"].to_list()
    assert found.refused.is_empty()


def test_an_end_beyond_all_calendars_is_refused(read: Read) -> None:
    found = read("studentlife", "sensing/dark/dark_u07.csv", "start,end\n1364357009,99999999999999\n")

    assert [(0, 2, "not_an_instant")] == found.refused.rows()


def test_each_code_of_activity_has_its_word(read: Read) -> None:
    found = read(
        "studentlife",
        "dataset/sensing/activity/activity_u07.csv",
        "timestamp, activity inference\n1364357009,0\n1364357012,1\n1364357015,2\n1364357018,3\n1364357021,4\n",
    )

    assert ["still", "walking", "running", "unknown"] == found.rows[ACTIVITY]["activity"].to_list()
    assert [(0, 6, "unknown_code")] == found.refused.rows()
