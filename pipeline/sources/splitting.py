"""Cuts a batch of delimited files into columns: many small files parse as one buffer, one bad row costs itself only.

The fast path hands all bodies of one header to the CSV parser at once, and is trusted only where the counts of rows
and separators prove that every row has its columns. Anything else goes through the slow path, which cuts lines with
expressions and can say of each row why it is refused. Both give the same rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.errors import ExportError
from pipeline.sources.contract import REFUSED, Body

TRACE = {"file_ordinal": pl.UInt32, "line": pl.UInt32}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
REPLACEMENT = "\ufffd"
"""What decoding writes in place of bytes that are no UTF-8."""

COUNTED_BLOCK_BYTES = 1 << 18
FEW_FILES = 8
"""So many files are cut line by line rather than searched for the one that is bad."""


@dataclass(frozen=True, eq=False)
class Form:
    """One way in which files of a kind are written: the columns wanted, by name in the header, and their types.

    Columns that are not named are allowed and not read. Integers, floats and text are the types a form may ask for;
    an empty field is null, a float must be finite. `may_lack_last`: so many fields may be missing at a row's end,
    and the table says in `field_count` how many a row has. `ends_with_separator`: rows have one empty field more
    than the header. `is_quoted`: a field that holds the separator stands in double quotes.
    """

    columns: Mapping[str, type[pl.DataType]]
    separator: str = ","
    is_quoted: bool = False
    may_lack_last: int = 0
    ends_with_separator: bool = False

    def names(self, header: str) -> tuple[str, ...] | None:
        """The header's column names if it is of this form, else None."""
        names = tuple(name.strip(' "') for name in header.split(self.separator))
        is_ours = set(self.columns) <= set(names) and len(set(names)) == len(names)
        return names if is_ours else None


@dataclass(frozen=True)
class OpenedFile:
    """A file whose header was understood: its content without carriage returns, and where its rows begin."""

    file_ordinal: int
    content: bytes
    rows_start: int

    @property
    def line_count(self) -> int:
        """The lines after the header, the last one included whether or not it is ended."""
        return count_of("\n", self.content, self.rows_start) + self.is_unended

    @property
    def is_unended(self) -> bool:
        """Whether the last line has no line end."""
        return len(self.content) > self.rows_start and not self.content.endswith(b"\n")


@dataclass(frozen=True)
class Split:
    """A batch in columns: for each form present `file_ordinal, line` and its columns, sorted; and what was refused."""

    tables: Mapping[Form, pl.DataFrame]
    refused: pl.DataFrame
    set_aside: Mapping[int, ExportError]

    def table(self, form: Form) -> pl.DataFrame:
        """The rows of one form, an empty table where no file had it."""
        return self.tables.get(form, pl.DataFrame(schema=_table_schema(form)))


def split(bodies: Sequence[Body], forms: Sequence[Form]) -> Split:
    """Cut every body by the first form that its header fits; a file that fits none is set aside."""
    groups: dict[tuple[Form, tuple[str, ...]], list[OpenedFile]] = {}
    set_aside: dict[int, ExportError] = {}
    for body in sorted(bodies, key=lambda body: body.file_ordinal):
        try:
            header, file = opened(body)
            groups.setdefault(_recognised(header, forms), []).append(file)
        except ExportError as error:
            set_aside[body.file_ordinal] = error
    parsed = [(form, *_parsed(form, names, files)) for (form, names), files in groups.items()]
    return Split(
        tables=_by_form((form, table) for form, table, _ in parsed),
        refused=pl.concat([pl.DataFrame(schema=REFUSED), *(refused for _, _, refused in parsed)]).sort(*TRACE),
        set_aside=set_aside,
    )


def opened(body: Body) -> tuple[str, OpenedFile]:
    """The header of a file and the file behind it; `ExportError` where it is empty or no text."""
    content = body.content.removeprefix(BYTE_ORDER_MARK)
    if not content or content.isspace():
        raise ExportError("empty_file", "found no content, expected at least a header line; export the file again")
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    end = content.find(b"\n")
    header = content if end < 0 else content[:end]
    rows_start = len(content) if end < 0 else end + 1
    return _header_text(header), OpenedFile(body.file_ordinal, content, rows_start)


def lines_of(files: Sequence[OpenedFile]) -> pl.DataFrame:
    """Every line after the headers that is not blank: `file_ordinal, line, text`.

    Bytes that are no UTF-8 are shown as `REPLACEMENT`; a replacement character that the file itself holds becomes a
    question mark, so that the two cannot be confused.
    """
    text = joined(files).replace(REPLACEMENT.encode(), b"?").decode("utf-8", errors="replace")
    # Every line is ended, so what follows the last end is no line.
    column = pl.Series("text", [text]).str.split("\n").explode(empty_as_null=False)
    return trace(files).with_columns(column.head(-1)).filter(pl.col("text").str.strip_chars() != "")


def unreadable_text() -> pl.Expr:
    """Whether `text` holds bytes that were no text: invalid UTF-8, or the zeros of a torn write."""
    return pl.col("text").str.contains_any([REPLACEMENT, "\0"])


def trace(files: Sequence[OpenedFile]) -> pl.DataFrame:
    """`file_ordinal, line` of every line after the headers, blank ones included."""
    counts = np.array([file.line_count for file in files], dtype=np.int64)
    ordinals = np.array([file.file_ordinal for file in files], dtype=np.uint32)
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    lines = np.arange(counts.sum(), dtype=np.int64) - firsts + 2
    return pl.DataFrame({"file_ordinal": np.repeat(ordinals, counts), "line": lines.astype(np.uint32)})


def joined(files: Sequence[OpenedFile]) -> bytes:
    """The rows of all files as one buffer, without headers, every line ended."""
    parts = ((memoryview(file.content)[file.rows_start :], b"\n" if file.is_unended else b"") for file in files)
    return b"".join(itertools.chain.from_iterable(parts))


def count_of(character: str, content: bytes, start: int = 0) -> int:
    """How often an ASCII character occurs from a place on: in blocks that stay in the processor's cache."""
    numbers = np.frombuffer(content, dtype=np.uint8, offset=start)
    blocks = range(0, numbers.size, COUNTED_BLOCK_BYTES)
    return sum(int(np.count_nonzero(numbers[at : at + COUNTED_BLOCK_BYTES] == ord(character))) for at in blocks)


def _header_text(header: bytes) -> str:
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_text() from error
    if "\0" in text:
        raise _not_text()
    return text


def _not_text() -> ExportError:
    return ExportError("not_text", "found bytes that are no UTF-8 in the header line, expected text; export it again")


def _recognised(header: str, forms: Sequence[Form]) -> tuple[Form, tuple[str, ...]]:
    """The first form that the header fits, and the header's names. An unknown header may be a reading: untold."""
    for form in forms:
        names = form.names(header)
        if names is not None:
            return form, names
    expected = " or ".join(sorted({", ".join(form.columns) for form in forms}))
    raise ExportError(
        "unknown_header", f"found a header line without the columns expected ({expected}); report the new form"
    )


def _by_form(parsed: Iterable[tuple[Form, pl.DataFrame]]) -> dict[Form, pl.DataFrame]:
    """One table a form; only tables of several headers need to be sorted."""
    tables: dict[Form, list[pl.DataFrame]] = {}
    for form, table in parsed:
        tables.setdefault(form, []).append(table)
    return {form: pl.concat(some).sort(*TRACE) if len(some) > 1 else some[0] for form, some in tables.items()}


def _parsed(form: Form, names: tuple[str, ...], files: Sequence[OpenedFile]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows and the refused rows: at once where that can be trusted, else each half, down to a few files."""
    fast = None if form.is_quoted else _all_at_once(form, names, files)
    if fast is not None:
        return fast, pl.DataFrame(schema=REFUSED)
    if form.is_quoted or len(files) <= FEW_FILES:
        return _line_by_line(form, names, files)
    half = len(files) // 2
    halves = [_parsed(form, names, some) for some in (files[:half], files[half:])]
    return pl.concat([table for table, _ in halves]), pl.concat([refused for _, refused in halves])


def _all_at_once(form: Form, names: tuple[str, ...], files: Sequence[OpenedFile]) -> pl.DataFrame | None:
    """The table in one parse, or None unless every row of every file is proven sound."""
    buffer, where = joined(files), trace(files)
    separators_a_row = len(names) - 1 + form.ends_with_separator
    if not _is_text(buffer) or count_of(form.separator, buffer) != where.height * separators_a_row:
        return None
    try:
        table = _parsed_buffer(buffer, form, names)
    except pl.exceptions.PolarsError:
        # The parser's words could repeat a reading; the slow path finds the row and names its rule.
        return None
    is_sound = table.height == where.height and _all_finite(table, form) and _tail_is_empty(table)
    return _with_field_count(pl.concat([where, table], how="horizontal"), form, len(names)) if is_sound else None


def _parsed_buffer(buffer: bytes, form: Form, names: tuple[str, ...]) -> pl.DataFrame:
    """The wanted columns of a buffer whose separators are right in number; raises where a row has too many fields.

    The parser does not mind a row that is too short, and it minds one that is too long only when it keeps every
    column, which costs more than twice the time. Where the last column is wanted and full no row is short, and then,
    by the number of separators, none is long.
    """
    schema = {name: form.columns.get(name, pl.String) for name in _padded(names, form)}
    whole = pl.scan_csv(buffer, has_header=False, schema=schema, separator=form.separator, quote_char=None)
    last = next(reversed(schema))
    if last in form.columns:
        table = whole.select(list(form.columns)).collect()
        if table[last].null_count() == 0:
            return table
    return whole.collect()


def _padded(names: tuple[str, ...], form: Form) -> tuple[str, ...]:
    """The names with the one that a closing separator adds; the empty name is no header's."""
    return (*names, "") if form.ends_with_separator else names


def _is_text(buffer: bytes) -> bool:
    """Whether a buffer is sound UTF-8 that the slow path would not change."""
    if b"\0" in buffer:
        return False
    if buffer.isascii():
        return True
    try:
        return REPLACEMENT not in buffer.decode("utf-8")
    except UnicodeDecodeError:
        return False


def _all_finite(table: pl.DataFrame, form: Form) -> bool:
    floats = [name for name, dtype in form.columns.items() if dtype.is_float()]
    return bool(table.select(pl.all_horizontal(pl.lit(value=True), pl.col(floats).is_finite().all()))[0, 0])


def _tail_is_empty(table: pl.DataFrame) -> bool:
    """Whether the field behind a closing separator, if there is one, is empty everywhere."""
    return "" not in table.columns or table[""].null_count() == table.height


def _line_by_line(form: Form, names: tuple[str, ...], files: Sequence[OpenedFile]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sound rows, and the others with the rule each broke."""
    cut = lines_of(files).with_columns(_fields(form).alias("fields"))
    counted = cut.with_columns(_field_count(form, names).alias("field_count"))
    read = counted.with_columns(
        pl.col("fields").list.get(names.index(name), null_on_oob=True).replace("", None).alias(f"raw:{name}")
        for name in form.columns
    ).with_columns(_typed(name, dtype).alias(name) for name, dtype in form.columns.items())
    judged = read.with_columns(_rule(form, names).alias("rule"))
    sound = judged.filter(pl.col("rule").is_null()).select(*_table_schema(form))
    return sound, judged.filter(pl.col("rule").is_not_null()).select(*REFUSED)


def _fields(form: Form) -> pl.Expr:
    if not form.is_quoted:
        return pl.col("text").str.split(form.separator)
    sep = form.separator
    # Each field is found with the separator before it, so that no match is empty.
    found = (pl.lit(sep) + pl.col("text")).str.extract_all(rf'{sep}(?:"(?:[^"]|"")*"|[^{sep}"][^{sep}]*|)')
    inner = pl.element().str.slice(1).str.replace(r'^"((?s:.*))"$', "$1").str.replace_all('""', '"', literal=True)
    whole = found.list.join("") == pl.lit(sep) + pl.col("text")
    return pl.when(whole).then(found.list.eval(inner))


def _field_count(form: Form, names: tuple[str, ...]) -> pl.Expr:
    """The fields of a row, without the empty one behind a closing separator; 0 where quotes are broken."""
    count = pl.col("fields").list.len().fill_null(0).cast(pl.UInt32)
    if not form.ends_with_separator:
        return count
    is_closed = (count == len(names) + 1) & (pl.col("fields").list.last() == "")
    return pl.when(is_closed).then(count - 1).otherwise(count)


def _typed(name: str, dtype: type[pl.DataType]) -> pl.Expr:
    raw = pl.col(f"raw:{name}")
    return raw if dtype == pl.String else raw.str.strip_chars(" \t").cast(dtype, strict=False)


def _rule(form: Form, names: tuple[str, ...]) -> pl.Expr:
    """The first rule that a row breaks, null for a sound row."""
    too_few = pl.col("field_count") < len(names) - form.may_lack_last
    numbers = {name: dtype for name, dtype in form.columns.items() if dtype != pl.String}
    return (
        pl.when(unreadable_text())
        .then(pl.lit("unreadable_text"))
        .when(too_few | (pl.col("field_count") > len(names)))
        .then(pl.lit("wrong_column_count"))
        .when(pl.any_horizontal(pl.lit(value=False), *(_is_bad(name, dtype) for name, dtype in numbers.items())))
        .then(pl.lit("not_a_number"))
    )


def _is_bad(name: str, dtype: type[pl.DataType]) -> pl.Expr:
    """Whether a field holds something and that is no number of the type; empty is not bad."""
    is_lost = pl.col(f"raw:{name}").is_not_null() & pl.col(name).is_null()
    return is_lost | ~pl.col(name).is_finite().fill_null(value=True) if dtype.is_float() else is_lost


def _with_field_count(table: pl.DataFrame, form: Form, width: int) -> pl.DataFrame:
    counted = table.with_columns(pl.lit(width, dtype=pl.UInt32).alias("field_count"))
    return counted.select(*_table_schema(form))


def _table_schema(form: Form) -> dict[str, type[pl.DataType]]:
    counted: dict[str, type[pl.DataType]] = {"field_count": pl.UInt32} if form.may_lack_last else {}
    return {**TRACE, **form.columns, **counted}
