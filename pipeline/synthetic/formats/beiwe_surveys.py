"""Beiwe's `survey_answers`: one file for each submission, without a time inside, and never free text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.synthetic.chance import Floats, Ints
from pipeline.synthetic.formats.hourly import ExportFile, second_name
from pipeline.synthetic.life.life import Life

MOOD_SURVEY_ID = "synthetic0daily0mood0001"
WEEKLY_SURVEY_ID = "synthetic0weekly0phq9001"
HEADER = "question id,question type,question text,question answer options,answer"
CHOICES = ("Not at all", "Several days", "More than half the days", "Nearly every day")
ITEMS = (
    "Little interest or pleasure in doing things",
    "Feeling down or depressed or hopeless",
    "Trouble falling or staying asleep or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself",
    "Trouble concentrating on things",
    "Moving or speaking slowly or being restless",
    "Thoughts of being better off dead or of hurting yourself",
)
"""The nine subjects of the PHQ-9, shortened."""
MOOD_QUESTION = "How is your mood today?"


def survey_files(life: Life, root: str) -> Iterator[ExportFile]:
    """Daily mood items, then weekly questionnaires, those that were uploaded."""
    answers = life.answers
    for at_s, score in _seen(life, answers.mood_at_s, answers.mood_score):
        yield _file(root, MOOD_SURVEY_ID, at_s, [_mood_line(int(score))])
    for at_s, items in _seen(life, answers.form_at_s, answers.form_items):
        yield _file(root, WEEKLY_SURVEY_ID, at_s, [_item_line(n, int(items[n])) for n in range(len(ITEMS))])


def _seen(life: Life, at_s: Floats, values: Ints) -> Iterator[tuple[int, Ints]]:
    """Submissions that arrived, with their second."""
    seen = life.reach.seen.contains(at_s)
    yield from zip(np.floor(at_s[seen]).astype(np.int64).tolist(), values[seen], strict=True)


def _mood_line(score: int) -> str:
    return f"{_question_id(MOOD_SURVEY_ID, 0)},slider,{MOOD_QUESTION},min = 0; max = 10,{score}"


def _item_line(number: int, choice: int) -> str:
    options = "[" + ";".join(CHOICES) + "]"
    return f"{_question_id(WEEKLY_SURVEY_ID, number)},radio_button,{ITEMS[number]},{options},{CHOICES[choice]}"


def _question_id(survey_id: str, number: int) -> str:
    """An id in the form of a UUID, the same for everybody: it names the question, not the answer."""
    return f"{survey_id[-8:].encode().hex()[:8]}-0000-4000-8000-{number + 1:012d}"


def _file(root: str, survey_id: str, at_s: int, lines: list[str]) -> ExportFile:
    path = f"{root}/survey_answers/{survey_id}/{second_name(at_s)}"
    return ExportFile(path, at_s, "\n".join([HEADER, *lines]).encode())
