"""StudentLife momentary questions: a JSON list of responses, each an instant and answers by question.

Only numbers leave this module. Where the study lost the question's name it wrote `null`: such an answer answers
nothing, even if it is a number. `location` holds coordinates. The rest that is no number is what somebody wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TypeGuard

import polars as pl

from pipeline.errors import ExportError
from pipeline.sources.contract import REFUSED, Body, Reader, Reading
from pipeline.sources.rows import NOT_AN_INSTANT, instant, not_an_instant, reading, set_apart
from pipeline.sources.splitting import BYTE_ORDER_MARK, Split
from pipeline.sources.studentlife.names import EMA, questionnaire_of
from pipeline.vocabulary.streams.self_report import ANSWER

Response = dict[str, object]

INSTANT_KEY = "resp_time"
LOST_QUESTION = "null"
COORDINATES = "location"
LONGEST_ANSWER = 6
"""Characters of the longest number that answers a question; a longer one may be a telephone or record number."""
SECONDS = re.compile(r"[0-9]{1,15}")
NO_RESPONSE = "not_a_response"

ITEMS = {
    "file_ordinal": pl.UInt32,
    "line": pl.UInt32,
    "questionnaire_id": pl.String,
    "resp_time": pl.Int64,
    "question_id": pl.String,
    "answer": pl.String,
}


def read_ema(bodies: tuple[Body, ...]) -> Reading:
    """One numeric answer a row; `line` counts responses from 1, as JSON has no lines of its own."""
    items, set_aside = _opened(bodies)
    numbered = items.with_columns(pl.col("answer").cast(pl.Float64, strict=False).alias("answer_value"))
    rules = {NO_RESPONSE: pl.col("resp_time").is_null(), NOT_AN_INSTANT: not_an_instant("resp_time", "s")}
    kept, refused = set_apart(numbered, rules)
    answered, dropped = set_apart(kept, _drops())
    answers = answered.with_columns(instant("resp_time", "s").alias("at_utc"), pl.lit(value=False).alias("has_text"))
    origin = Split({}, pl.DataFrame(schema=REFUSED), set_aside)
    return reading(origin, {ANSWER: answers}, [refused], [dropped])


def _drops() -> dict[str, pl.Expr]:
    value = pl.col("answer_value")
    return {
        "question_lost": pl.col("question_id") == LOST_QUESTION,
        "coordinates": pl.col("question_id") == COORDINATES,
        "no_number": value.is_null() | ~value.is_finite(),
    }


def _opened(bodies: Sequence[Body]) -> tuple[pl.DataFrame, dict[int, ExportError]]:
    """`ITEMS` of every file that can be read, and why the others cannot."""
    items: list[tuple[int, int, str, int | None, str, str | None]] = []
    set_aside: dict[int, ExportError] = {}
    for body in sorted(bodies, key=lambda body: body.file_ordinal):
        try:
            questionnaire, responses = _questionnaire(body), _responses(body)
        except ExportError as error:
            set_aside[body.file_ordinal] = error
            continue
        for line, response in enumerate(responses, start=1):
            items.extend((body.file_ordinal, line, questionnaire, *item) for item in _items(response))
    return pl.DataFrame(items, schema=ITEMS, orient="row"), set_aside


def _questionnaire(body: Body) -> str:
    questionnaire = questionnaire_of(body.name)
    if questionnaire is None:
        raise ExportError("unknown_name", "found a file name without a questionnaire; keep the names of the export")
    return questionnaire


def _responses(body: Body) -> list[object]:
    content = body.content.removeprefix(BYTE_ORDER_MARK)
    if not content.strip():
        raise ExportError("empty_file", "found no content, expected a JSON list; export the file again")
    try:
        responses: object = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ExportError("not_text", "found bytes that are no UTF-8, expected text; export it again") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise ExportError("not_json", "found text that is no JSON, expected a list; export the file again") from error
    if not isinstance(responses, list):
        raise ExportError("not_json", "found JSON that is no list, expected a list of responses; report the new form")
    return responses


def _items(response: object) -> Iterator[tuple[int | None, str, str | None]]:
    """Instant, question and answer as text; a response without an instant is one item without any."""
    if not _is_response(response):
        yield None, "", None
        return
    seconds = response[INSTANT_KEY]
    for question, answer in response.items():
        if question != INSTANT_KEY:
            yield int(str(seconds)), question, _short(answer)


def _is_response(response: object) -> TypeGuard[Response]:
    return isinstance(response, dict) and SECONDS.fullmatch(str(response.get(INSTANT_KEY))) is not None


def _short(answer: object) -> str | None:
    """A number as text, or a text short enough to be one."""
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        return None
    text = str(answer).strip()
    return text if len(text) <= LONGEST_ANSWER else None


EMA_READER = Reader(EMA, (ANSWER,), read_ema)
