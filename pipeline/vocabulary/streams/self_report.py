"""What participants answered themselves: coded answers only, never free text."""

from __future__ import annotations

import dataframely as dy

from pipeline.vocabulary.stream import Observation, Stream, whole_row


class Answer(Observation):
    """One coded answer to one question; free text is dropped by the reader and only `has_text` remains."""

    questionnaire_id = dy.String(min_length=1)
    question_id = dy.String(min_length=1)
    answer_type = dy.String(nullable=True)
    answer_value = dy.Float64(nullable=True)
    answer_code = dy.String(nullable=True)
    has_text = dy.Bool()


ANSWER = Stream(
    name="answer",
    schema=Answer,
    natural_key=whole_row(Answer),
    sentence="Coded questionnaire answers; free text never enters.",
    may_hold_content=True,
)
