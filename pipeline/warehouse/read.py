"""Reading the published facts: never blocked, never half a night, and never more than what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import polars as pl

from pipeline.errors import EvenkeelError
from pipeline.site import Site
from pipeline.warehouse.engine import lock_down
from pipeline.warehouse.key import facts_key
from pipeline.warehouse.tables import DAILY, STATED, column_list
from pipeline.warehouse.views import latest_of, published


class QueryError(EvenkeelError):
    """A question that DuckDB could not answer; says why as far as the question itself is to blame."""


SPEAKS_OF_THE_QUESTION = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""Errors whose message quotes the question and the names of columns. Others may quote a reading."""


@dataclass(frozen=True)
class Selection:
    """Which facts are asked for; None is all."""

    participants: Sequence[str] | None = None
    features: Sequence[str] | None = None
    from_day: date | None = None
    to_day: date | None = None


EVERYTHING = Selection()


def query(site: Site, sql: str) -> pl.DataFrame:
    """Answer one SELECT on the published state; it can read nothing else, change nothing and reach no file.

    Raises QueryError, which never holds a reading.
    """
    with published(site.folders.facts, facts_key()) as con:
        lock_down(con)
        try:
            _require_one_select(sql)
            return con.sql(sql).pl()
        except SPEAKS_OF_THE_QUESTION as error:
            raise QueryError(f"the question cannot be answered: {error}") from None
        except duckdb.Error as error:
            kind = type(error).__name__.removesuffix("Exception")
            raise QueryError(
                f"the question failed while it was answered ({kind}); DuckDB's words are held back because they may "
                "hold a reading. Look at casts and divisions, or ask for less"
            ) from None


def latest_daily(site: Site, selection: Selection = EVERYTHING) -> pl.DataFrame:
    """The latest row of each participant, day and feature, sorted by these, as `feature.daily` has it."""
    return _daily(site, selection, known_at_utc=None)


def as_of(site: Site, instant: datetime, selection: Selection = EVERYTHING) -> pl.DataFrame:
    """What `latest_daily` answered at an instant."""
    return _daily(site, selection, known_at_utc=instant)


def stated(site: Site) -> pl.DataFrame:
    """Up to which day each family has been stated for each participant, as `lineage.stated` has it."""
    with published(site.folders.facts, facts_key()) as con:
        order = column_list(STATED.key)
        return con.sql(f"SELECT * FROM {STATED.full_name} ORDER BY {order}").pl()  # noqa: S608 -- declared names


def _daily(site: Site, selection: Selection, known_at_utc: datetime | None) -> pl.DataFrame:
    conditions = {
        "list_contains($participants, participant_id)": selection.participants,
        "list_contains($features, feature_id)": selection.features,
        "local_day >= $from_day": selection.from_day,
        "local_day <= $to_day": selection.to_day,
        "computed_at_utc <= $known_at_utc": known_at_utc,
    }
    asked = {text: value for text, value in conditions.items() if value is not None}
    parameters = {text.partition("$")[2].partition(",")[0]: value for text, value in asked.items()}
    # The conditions stand below the choice of the latest row, so that only what is asked for is read.
    rows = f"(SELECT * FROM feature.daily_history WHERE {' AND '.join(asked) or 'true'})"  # noqa: S608 -- own words
    ordered = f"{latest_of(rows, DAILY)} ORDER BY {column_list(DAILY.key)}"
    with published(site.folders.facts, facts_key()) as con:
        return con.sql(ordered, params=parameters).pl()


def _require_one_select(sql: str) -> None:
    """Only questions: a statement that writes or sets is refused before it runs."""
    statements = duckdb.extract_statements(sql)
    readers = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(statements) != 1 or statements[0].type not in readers:
        found = ", ".join(one.type.name for one in statements) or "nothing"
        raise QueryError(f"found {found}, expected one SELECT: the feature store is read-only")
