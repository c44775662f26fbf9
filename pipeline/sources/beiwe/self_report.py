"""Beiwe survey submissions: one file each, its instant and survey only in its name, and answers that may be text.

Rows are `question id,question type,question text,question answer options,answer` without quotes, and text may hold
the separator. The first two fields hold none; the options have a shape of their own (a list in brackets, the ends of
a slider, the kind of a text field) and are found by it, so that the answer is what follows. Only codes leave this
module: numbers, and the ordinals (from 0) of listed options. Of what somebody wrote, only that they wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from pipeline.errors import ExportError
from pipeline.sources.beiwe.answer_codes import coded
from pipeline.sources.beiwe.names import ExportName, understood
from pipeline.sources.contract import REFUSED, Body, Reader, Reading
from pipeline.sources.rows import UNKNOWN_CODE, WRONG_COLUMN_COUNT, reading, set_apart
from pipeline.sources.splitting import OpenedFile, Split, lines_of, opened, unreadable_text
from pipeline.vocabulary.stream import INSTANT
from pipeline.vocabulary.streams.self_report import ANSWER

HEADER = "question id,question type,question text,question answer options,answer"
QUESTION_TYPES = {
    "Radio Button Question": "radio_button",
    "Checkbox Question": "checkbox",
    "Slider Question": "slider",
    "Open Response Question": "free_response",
    "Info Text Box": "info_text_box",
    "radio_button": "radio_button",
    "checkbox": "checkbox",
    "slider": "slider",
    "free_response": "free_response",
    "info_text_box": "info_text_box",
}
"""The names that Android and iOS give to the five types of question."""
QUESTION_ID = r"[A-Za-z0-9-]{8,64}"
NOT_PRESENTED = "NOT_PRESENTED"
OPTIONS = r"\[.*?\]|min = [^,]*; max = [^,]*|Text-field input type = [A-Z_]+"
SUBMISSION: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "file_ordinal": pl.UInt32,
    "at_utc": INSTANT,
    "questionnaire_id": pl.String,
}


def read_survey_answers(bodies: tuple[Body, ...]) -> Reading:
    """One answer a row, coded; explanations and questions that were not shown are left out."""
    files, submissions, set_aside = _opened(bodies)
    cut = lines_of(files).with_columns(_fields())
    written, torn = set_apart(cut, _line_rules())
    asked, unasked = set_apart(_parts(written), _unasked())
    answers = coded(asked).join(submissions, on="file_ordinal", how="left", maintain_order="left")
    return reading(Split({}, pl.DataFrame(schema=REFUSED), set_aside), {ANSWER: answers}, [torn], [unasked])


def _opened(bodies: Sequence[Body]) -> tuple[list[OpenedFile], pl.DataFrame, dict[int, ExportError]]:
    """The files that can be read, `SUBMISSION` for each, and why the others cannot."""
    files, submissions, set_aside = [], [], {}
    for body in sorted(bodies, key=lambda body: body.file_ordinal):
        try:
            name, file = _submission(body), _with_known_header(body)
        except ExportError as error:
            set_aside[body.file_ordinal] = error
            continue
        files.append(file)
        submissions.append((body.file_ordinal, name.stamped_at_utc, name.survey_id))
    return files, pl.DataFrame(submissions, schema=SUBMISSION, orient="row"), set_aside


def _submission(body: Body) -> ExportName:
    name = understood(body.name)
    if name is None or not name.survey_id:
        raise ExportError("unknown_name", "found a file name without survey and instant; keep the names of the export")
    return name


def _with_known_header(body: Body) -> OpenedFile:
    header, file = opened(body)
    if header.strip() != HEADER:
        raise ExportError("unknown_header", f"found another header line than expected ({HEADER}); report the new form")
    return file


def _fields() -> pl.Expr:
    """Question, type and the rest of the line, null where the line has too few fields."""
    pattern = r"^(?<question_id>[^,]*),(?<written_type>[^,]*),(?<rest>.*,.*,.*)$"
    return pl.col("text").str.strip_suffix("\r").str.extract_groups(pattern).struct.unnest()


def _line_rules() -> dict[str, pl.Expr]:
    """A line that begins otherwise is the rest of an answer with a line break: content, and never an id."""
    is_id = pl.col("question_id").str.contains(rf"^{QUESTION_ID}$")
    return {
        "unreadable_text": unreadable_text(),
        WRONG_COLUMN_COUNT: pl.col("question_id").is_null(),
        UNKNOWN_CODE: ~(is_id & pl.col("written_type").is_in(list(QUESTION_TYPES))),
    }


def _parts(written: pl.DataFrame) -> pl.DataFrame:
    """Options and answer: by the shape of the options, else by the last separator."""
    shaped = pl.col("rest").str.extract_groups(rf"^(?:.*?),(?<options>{OPTIONS}),(?<answer>.*)$")
    last = pl.col("rest").str.extract(r"([^,]*)$")
    return written.with_columns(
        pl.col("written_type").replace_strict(QUESTION_TYPES, return_dtype=pl.String).alias("answer_type"),
        shaped.struct.field("options").fill_null(""),
        pl.coalesce(shaped.struct.field("answer"), last).str.strip_chars().alias("answer"),
    )


def _unasked() -> dict[str, pl.Expr]:
    return {
        "not_a_question": pl.col("answer_type") == "info_text_box",
        "not_presented": pl.col("answer") == NOT_PRESENTED,
    }


SURVEY_ANSWERS_READER = Reader("survey_answers", (ANSWER,), read_survey_answers)
