"""StudentLife momentary questions: numbers only."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams.self_report import ANSWER

Read = Callable[..., Reading]

NAME = "dataset/EMA/response/Mood 1/Mood 1_u07.json"


def test_a_numeric_answer_is_a_row_and_the_rest_is_counted(read: Read) -> None:
    responses = [
        {"resp_time": 1364357009, "tomorrow": "2", "picture_idx": 7, "location": "43.5,-72.25"},
        {"resp_time": 1364357100, "null": "3", "how": "null", "wrote": "a secret", "half": "0.5", "is": True},
    ]

    found = read("studentlife", NAME, json.dumps(responses))

    columns = ["line", "at_utc", "questionnaire_id", "question_id", "answer_value", "answer_code", "has_text"]
    first, second = datetime(2013, 3, 27, 4, 3, 29, tzinfo=UTC), datetime(2013, 3, 27, 4, 5, 0, tzinfo=UTC)
    assert [
        (1, first, "Mood 1", "tomorrow", 2.0, None, False),
        (1, first, "Mood 1", "picture_idx", 7.0, None, False),
        (2, second, "Mood 1", "half", 0.5, None, False),
    ] == found.rows[ANSWER].select(columns).rows()
    assert [(0, "coordinates", 1), (0, "no_number", 3), (0, "question_lost", 1)] == found.passed_over.rows()


def test_a_response_without_an_instant_is_refused(read: Read) -> None:
    found = read("studentlife", NAME, json.dumps([{"tomorrow": "2"}, {"resp_time": 1364357009, "tomorrow": "1"}, 3]))

    assert [(0, 1, "not_a_response"), (0, 3, "not_a_response")] == found.refused.rows()
    assert [1.0] == found.rows[ANSWER]["answer_value"].to_list()


def test_a_number_long_enough_to_be_a_telephones_is_no_answer(read: Read) -> None:
    found = read("studentlife", NAME, json.dumps([{"resp_time": 1364357009, "wrote": "6175551234"}]))

    assert found.rows[ANSWER].is_empty()


def test_an_empty_list_is_an_ordinary_file(read: Read) -> None:
    found = read("studentlife", NAME, "[]")

    assert found.rows[ANSWER].is_empty()
    assert not found.set_aside


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ('[{"resp_time": 136', "not_json"),
        ('{"resp_time": 1}', "not_json"),
        ("[" * 10**5, "not_json"),
    ],
)
def test_a_file_that_is_no_list_is_set_aside(read: Read, text: str, code: str) -> None:
    found = read("studentlife", NAME, text)

    assert {0: code} == {ordinal: error.code for ordinal, error in found.set_aside.items()}
