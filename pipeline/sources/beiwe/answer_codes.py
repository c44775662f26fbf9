"""Codes a survey answer as a number or as the ordinals of listed options; what is neither ends here, as `has_text`."""

from __future__ import annotations

import polars as pl

ANDROID_RADIO = "Radio Button Question"
"""Android answers a radio question by the option's position (since December 2016), iOS by the option's text."""
NUMERIC_FIELD = "Text-field input type = NUMERIC"
LONGEST_TYPED_NUMBER = r"^-?[0-9]{1,6}(?:\.[0-9]{1,6})?$"
"""A longer number typed into a text field may be a telephone or record number; counts and scores are shorter."""
NOT_ANSWERED = ["", "NO_ANSWER_SELECTED", "ERROR_QUESTION_NOT_RECORDED"]


def coded(asked: pl.DataFrame) -> pl.DataFrame:
    """Answers with `answer_value`, `answer_code` and `has_text`; the text itself is gone.

    Takes `written_type, answer_type, options, answer`. A radio answer is the option's ordinal, from 0, as value and
    code; a checkbox answer the ordinals joined by semicolons; a slider's or a numeric field's the number.
    """
    numbered = asked.with_row_index("row").with_columns(_number(pl.col("answer")).alias("number"))
    matched = numbered.join(_matched(numbered), on="row", how="left", maintain_order="left")
    valued = matched.with_columns(_code().alias("answer_code")).with_columns(_value().alias("answer_value"))
    is_coded = pl.col("answer_value").is_not_null() | pl.col("answer_code").is_not_null()
    is_answered = ~pl.col("answer").is_in(NOT_ANSWERED)
    return valued.with_columns((is_answered & ~is_coded).alias("has_text")).drop(
        "row", "number", "matched", "option_count", "text", "rest", "options", "answer", strict=False
    )


def _number(text: pl.Expr) -> pl.Expr:
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _matched(numbered: pl.DataFrame) -> pl.DataFrame:
    """`row, option_count, matched`: ordinals of the chosen options by their texts, null unless each is listed."""
    options = _members(numbered, "options")
    chosen = _members(numbered.with_columns(_chosen()), "chosen").drop("ordinal")
    first = options.unique(["row", "member"], keep="first", maintain_order=True)
    ordinals = chosen.join(first, on=["row", "member"], how="left")
    is_listed = pl.col("ordinal").is_not_null().all()
    joined = pl.col("ordinal").sort().cast(pl.String).str.join(";")
    codes = ordinals.group_by("row").agg(is_listed.alias("is_listed"), joined.alias("matched"))
    counts = options.group_by("row").agg(pl.len().alias("option_count"))
    return counts.join(codes.filter("is_listed").drop("is_listed"), on="row", how="left")


def _chosen() -> pl.Expr:
    """The chosen options as a list in brackets, which checkboxes write anyway."""
    bracketed = pl.concat_str(pl.lit("["), "answer", pl.lit("]"))
    return pl.when(pl.col("answer_type") == "checkbox").then("answer").otherwise(bracketed).alias("chosen")


def _members(numbered: pl.DataFrame, column: str) -> pl.DataFrame:
    """`row, member, ordinal` of the lists in a column; a member that holds a semicolon counts as several."""
    inner = pl.col(column).str.extract(r"^\[(.*)\]$").str.split(";")
    members = numbered.select("row", inner.alias("member")).drop_nulls("member").explode("member")
    return members.with_columns(pl.col("member").str.strip_chars(), pl.int_range(pl.len()).over("row").alias("ordinal"))


def _code() -> pl.Expr:
    """The ordinals of the chosen options, as text."""
    whole = pl.col("number").cast(pl.Int64, strict=False)
    is_position = (pl.col("number") == whole) & (whole >= 0) & (whole < pl.col("option_count"))
    position = pl.when(is_position).then(whole.cast(pl.String))
    # An option that holds a semicolon looks like two, and then nothing says which ordinal it has.
    single = pl.when(~pl.col("matched").str.contains(";", literal=True)).then("matched")
    return (
        pl.when(pl.col("answer_type") == "checkbox")
        .then("matched")
        .when(pl.col("written_type") == ANDROID_RADIO)
        .then(pl.coalesce(position, single))
        .when(pl.col("answer_type") == "radio_button")
        .then(pl.coalesce(single, position))
    )


def _value() -> pl.Expr:
    is_score = (pl.col("options") == NUMERIC_FIELD) & pl.col("answer").str.contains(LONGEST_TYPED_NUMBER)
    return (
        pl.when(pl.col("answer_type") == "radio_button")
        .then(pl.col("answer_code").cast(pl.Float64, strict=False))
        .when((pl.col("answer_type") == "slider") | ((pl.col("answer_type") == "free_response") & is_score))
        .then("number")
    )
