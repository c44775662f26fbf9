"""Cutting a batch of delimited files into columns."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources import splitting
from pipeline.sources.contract import Body
from pipeline.sources.splitting import Form, Split, split

FORM = Form({"count": pl.Int64, "size": pl.Float64, "word": pl.String})
HEADER = "count,unread,size,word\n"
CLOSED = Form({"count": pl.Int64, "word": pl.String}, ends_with_separator=True)
QUOTED = Form({"count": pl.Int64, "word": pl.String}, is_quoted=True)
SHORT = Form({"count": pl.Int64, "word": pl.String, "tail": pl.String}, may_lack_last=1)

FIELDS = st.sampled_from(["", "1", " 2", "3 ", "-4", "1.5", "2e3", "x", "nan", "inf", "9" * 20, "é", "\0", "\ufffd"])
LINES = st.lists(st.lists(FIELDS, min_size=3, max_size=5).map(",".join), max_size=8)


def cut(*contents: str | bytes, form: Form = FORM) -> Split:
    """Files numbered from 0, cut by one form."""
    encoded = [content.encode() if isinstance(content, str) else content for content in contents]
    return split([Body(ordinal, "a.csv", content) for ordinal, content in enumerate(encoded)], [form])


def test_rows_of_several_files_keep_their_file_and_line() -> None:
    found = cut(HEADER + "1,a,0.5,x\n2,b,1.5,y\n", HEADER + "3,c,2.5,z\n").table(FORM)

    assert [(0, 2, 1, 0.5, "x"), (0, 3, 2, 1.5, "y"), (1, 2, 3, 2.5, "z")] == found.rows()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(HEADER + "1,a,0.5,x\n2,b,1.5,y", id="last line not ended"),
        pytest.param("\ufeff" + HEADER + "1,a,0.5,x\n2,b,1.5,y\n", id="byte order mark"),
        pytest.param((HEADER + "1,a,0.5,x\n2,b,1.5,y\n").replace("\n", "\r\n"), id="carriage returns"),
        pytest.param(" count , unread,size,word \n1,a,0.5,x\n2,b,1.5,y\n", id="spaces in the header"),
        pytest.param("word,size,count\nx,0.5,1\ny,1.5,2\n", id="columns in another order"),
        pytest.param(HEADER + "1,é,0.5,x\n2,b,1.5,y\n", id="text beyond ASCII"),
    ],
)
def test_the_same_rows_are_read_however_the_file_is_written(content: str) -> None:
    found = cut(content)

    assert [(0, 2, 1, 0.5, "x"), (0, 3, 2, 1.5, "y")] == found.table(FORM).rows()
    assert found.refused.is_empty()


def test_blank_lines_are_no_rows_and_are_counted_as_lines() -> None:
    found = cut(HEADER + "1,a,0.5,x\n\n \n2,b,1.5,y\n\n")

    assert [2, 5] == found.table(FORM)["line"].to_list()
    assert found.refused.is_empty()


def test_an_empty_field_is_null_and_no_fault() -> None:
    found = cut(HEADER + ",,,\n")

    assert [(0, 2, None, None, None)] == found.table(FORM).rows()


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("1,a,0.5", "wrong_column_count"),
        ("1,a,0.5,x,y", "wrong_column_count"),
        ("torn", "wrong_column_count"),
        ("1.5,a,0.5,x", "not_a_number"),
        ("one,a,0.5,x", "not_a_number"),
        ("1,a,0.5.5,x", "not_a_number"),
        ("1,a,nan,x", "not_a_number"),
        ("1,a,-inf,x", "not_a_number"),
        ("1,a,1e999,x", "not_a_number"),
        ("99999999999999999999,a,0.5,x", "not_a_number"),
        ("1,\0,0.5,x", "unreadable_text"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_its_rule_and_costs_no_other(line: str, rule: str) -> None:
    found = cut(HEADER + f"1,a,0.5,x\n{line}\n2,b,1.5,y\n", HEADER + "3,c,2.5,z\n")

    assert [(0, 3, rule)] == found.refused.rows()
    assert [1, 2, 3] == found.table(FORM)["count"].to_list()


def test_a_long_and_a_short_row_do_not_make_up_for_each_other() -> None:
    found = cut(HEADER + "1,a,0.5,x,y\n2,b,1.5\n3,c,2.5,z\n")

    assert [(0, 2, "wrong_column_count"), (0, 3, "wrong_column_count")] == found.refused.rows()
    assert [3] == found.table(FORM)["count"].to_list()


def test_a_torn_row_among_many_files_is_found() -> None:
    sound = [HEADER + f"{at},a,0.5,x\n" for at in range(40)]

    found = cut(*sound[:25], HEADER + "25,a,0.5,x\ntorn", *sound[26:])

    assert [(25, 3, "wrong_column_count")] == found.refused.rows()
    assert list(range(40)) == found.table(FORM)["count"].to_list()


def test_bytes_that_are_no_text_cost_their_row_only() -> None:
    found = cut(HEADER.encode() + b"1,a,0.5,\xff\xfe\n2,b,1.5,y\n")

    assert [(0, 2, "unreadable_text")] == found.refused.rows()
    assert [2] == found.table(FORM)["count"].to_list()


def test_a_replacement_character_of_the_file_itself_is_text() -> None:
    found = cut(HEADER + "1,\ufffd,0.5,x\nbad\n")

    assert [1] == found.table(FORM)["count"].to_list()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf \n\n", "empty_file"),
        (b"other,columns\n1,2\n", "unknown_header"),
        (b"count,count,size,word\n1,2,3,x\n", "unknown_header"),
        (b"PK\x03\x04\xff\xfe\x00\n", "not_text"),
        (b"count,\x00,size,word\n", "not_text"),
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_alone(content: bytes, code: str) -> None:
    found = cut(HEADER + "1,a,0.5,x\n", content)

    assert {1: code} == {ordinal: error.code for ordinal, error in found.set_aside.items()}
    assert [0] == found.table(FORM)["file_ordinal"].to_list()


def test_no_message_repeats_what_the_file_says() -> None:
    found = cut("secret,header\n42.123,-71.123\n")

    assert "secret" not in str(found.set_aside[0])


@pytest.mark.parametrize("content", [HEADER, HEADER.strip()])
def test_a_file_with_a_header_only_is_an_ordinary_file(content: str) -> None:
    found = cut(content)

    assert not found.set_aside
    assert found.table(FORM).is_empty()


def test_no_file_gives_empty_frames() -> None:
    found = cut()

    assert found.table(FORM).is_empty()
    assert found.refused.is_empty()


def test_a_closing_separator_shifts_no_column() -> None:
    found = cut("count,word\n1,x,\n2,y,\n", "count,word\n3,z\n4,w,v\n", form=CLOSED)

    assert [(0, 2, 1, "x"), (0, 3, 2, "y"), (1, 2, 3, "z")] == found.table(CLOSED).rows()
    assert [(1, 3, "wrong_column_count")] == found.refused.rows()


def test_a_quoted_field_may_hold_separators_and_quotes() -> None:
    found = cut('count,word\n1,"a,b"\n2,"say ""c"""\n,""\n3,"broken\n4,"a"b\n', form=QUOTED)

    assert [(0, 2, 1, "a,b"), (0, 3, 2, 'say "c"'), (0, 4, None, None)] == found.table(QUOTED).rows()
    assert [(0, 5, "wrong_column_count"), (0, 6, "wrong_column_count")] == found.refused.rows()


def test_a_form_may_let_rows_lack_their_last_fields_and_tells_how_many_there_are() -> None:
    found = cut("count,word,tail\n1,x\n2,y,\n3\n", form=SHORT).table(SHORT)

    assert [(0, 2, 1, "x", None, 2), (0, 3, 2, "y", None, 3)] == found.rows()


@settings(max_examples=50)
@given(st.lists(LINES, min_size=1, max_size=3))
def test_cutting_agrees_with_reading_line_by_line_in_plain_words(files: list[list[str]]) -> None:
    found = cut(*(HEADER + "\n".join(lines) for lines in files))

    expected = [_plain(ordinal, at, line) for ordinal, lines in enumerate(files) for at, line in enumerate(lines, 2)]
    assert [row for row in expected if row and len(row) == 5] == found.table(FORM).rows()
    assert [row for row in expected if row and len(row) == 3] == found.refused.rows()


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))))
def test_the_fast_and_the_slow_path_give_the_same_numbers(rows: list[tuple[int, float]]) -> None:
    _, file = splitting.opened(
        Body(0, "a.csv", (HEADER + "".join(f"{count},a,{size!r},x\n" for count, size in rows)).encode())
    )
    names = ("count", "unread", "size", "word")

    fast = splitting._all_at_once(FORM, names, [file])
    slow, refused = splitting._line_by_line(FORM, names, [file])

    assert fast is not None
    assert fast.equals(slow)
    assert refused.is_empty()


def _plain(ordinal: int, line: int, text: str) -> tuple[object, ...]:
    """What becomes of a line: a row, a refusal or, if blank, nothing."""
    if not text.strip():
        return ()
    fields = text.split(",")
    if "\0" in text:
        return (ordinal, line, "unreadable_text")
    if len(fields) != 4:
        return (ordinal, line, "wrong_column_count")
    try:
        count = int(fields[0].strip()) if fields[0] else None
        size = float(fields[2]) if fields[2] else None
    except ValueError:
        return (ordinal, line, "not_a_number")
    if (count is not None and abs(count) >= 2**63) or (size is not None and not math.isfinite(size)):
        return (ordinal, line, "not_a_number")
    word = fields[3].replace("\ufffd", "?") or None
    return (ordinal, line, count, size, word)
