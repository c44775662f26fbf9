"""Beiwe `survey_answers`: which answers leave the reader, and as what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.sources.contract import Reading
from pipeline.vocabulary.streams.self_report import ANSWER

Read = Callable[..., Reading]
Coded = tuple[str, float | None, str | None, bool]

SURVEY = "ESBAWuEB7iux4jR3MBb4fwIG"
NAME = f"abc12345/survey_answers/{SURVEY}/2024-03-09 11_22_33+00_00.csv"
HEADER = "question id,question type,question text,question answer options,answer\n"
QUESTION = "90268105-b59e-4e17-d231-613e8523e310"
CODED = ["answer_type", "answer_value", "answer_code", "has_text"]


def test_instant_and_survey_are_those_of_the_name(read: Read) -> None:
    found = read("beiwe", NAME, HEADER + f"{QUESTION},slider,How much?,min = 0; max = 10,4\n").rows[ANSWER]

    assert [(datetime(2024, 3, 9, 11, 22, 33, tzinfo=UTC), SURVEY, QUESTION)] == found.select(
        "at_utc", "questionnaire_id", "question_id"
    ).rows()


@pytest.mark.parametrize(
    ("row", "coded"),
    [
        ("slider,How much?,min = 0; max = 10,4", ("slider", 4.0, None, False)),
        ("Slider Question,How much, really?,min = -5; max = 5,-2", ("slider", -2.0, None, False)),
        ("Slider Question,How much?,min = 0; max = 10,NO_ANSWER_SELECTED", ("slider", None, None, False)),
        ("radio_button,Mood?,[Low;Good;High],Good", ("radio_button", 1.0, "1", False)),
        ("radio_button,Mood?,[Low;Good;High],", ("radio_button", None, None, False)),
        ("radio_button,Mood?,[Low;Good;High],Other", ("radio_button", None, None, True)),
        ("radio_button,How many?,[1;2;3],2", ("radio_button", 1.0, "1", False)),
        ("Radio Button Question,Mood?,[Low; Good; High],2", ("radio_button", 2.0, "2", False)),
        ("Radio Button Question,How many?,[1; 2; 3],2", ("radio_button", 2.0, "2", False)),
        ("Radio Button Question,Mood?,[Low; Good; High],High", ("radio_button", 2.0, "2", False)),
        ("Radio Button Question,Mood?,[Low; Good],7", ("radio_button", None, None, True)),
        ("Radio Button Question,A, b; c?,[a; b, d; e],1", ("radio_button", 1.0, "1", False)),
        ("radio_button,Mood?,[so; so;good],so; so", ("radio_button", None, None, True)),
        ("checkbox,Which?,[A;B;C],[C;A]", ("checkbox", None, "0;2", False)),
        ("Checkbox Question,Which?,[A; B; C],[B; C]", ("checkbox", None, "1;2", False)),
        ("checkbox,Which, of these?,[A, or so;B],[A, or so]", ("checkbox", None, "0", False)),
        ("checkbox,Which?,[A;B;C],[A;D]", ("checkbox", None, None, True)),
        (
            "free_response,Say,Text-field input type = SINGLE_LINE_TEXT,well, so so, [hm]",
            ("free_response", None, None, True),
        ),
        ("free_response,Hours?,Text-field input type = NUMERIC,7.5", ("free_response", 7.5, None, False)),
        ("free_response,Phone?,Text-field input type = NUMERIC,6175551234", ("free_response", None, None, True)),
        ("free_response,Hours?,Text-field input type = SINGLE_LINE_TEXT,7", ("free_response", None, None, True)),
        ("Open Response Question,Say,,", ("free_response", None, None, False)),
        ("slider,How much?,min = 0; max = 10,nan", ("slider", None, None, True)),
    ],
)
def test_an_answer_becomes_a_number_an_ordinal_or_has_text(read: Read, row: str, coded: Coded) -> None:
    found = read("beiwe", NAME, HEADER + f"{QUESTION},{row}\n").rows[ANSWER]

    assert [coded] == found.select(CODED).rows()


def test_explanations_and_questions_not_shown_are_passed_over_and_counted(read: Read) -> None:
    found = read(
        "beiwe",
        NAME,
        HEADER + f"{QUESTION},info_text_box,Please read,,\n{QUESTION},checkbox,Which?,[A;B],NOT_PRESENTED\n",
    )

    assert found.rows[ANSWER].is_empty()
    assert [(0, "not_a_question", 1), (0, "not_presented", 1)] == found.passed_over.rows()


def test_the_rest_of_an_answer_with_line_breaks_never_passes_for_a_question(read: Read) -> None:
    found = read(
        "beiwe",
        NAME,
        HEADER
        + f"{QUESTION},free_response,Say,Text-field input type = MULTI_LINE_TEXT,first line\n"
        + "second line\nthird, with, many, separators, in it\nsecretid,free_response text,a,b,c\n",
    )

    assert [(0, 3, "wrong_column_count"), (0, 4, "unknown_code"), (0, 5, "unknown_code")] == found.refused.rows()
    assert [QUESTION] == found.rows[ANSWER]["question_id"].to_list()


def test_nothing_that_somebody_wrote_leaves_the_reader(read: Read) -> None:
    text = f"{QUESTION},free_response,My secret question,Text-field input type = SINGLE_LINE_TEXT,my secret answer\n"

    found = read("beiwe", NAME, HEADER + text)

    assert "secret" not in found.rows[ANSWER].write_csv()
    assert "secret" not in str(found)
