"""Judgements in the feature store: baselines and flags, without evidence."""

from __future__ import annotations

import polars as pl
import pytest

from alerts.flags import judge, publish
from alerts.flags.publish import PUBLISHED_FLAG
from pipeline.errors import TransientError
from pipeline.store.unit_of_work import UnitOfWork
from pipeline.warehouse.read import query
from tests.alerts.flags.people import DAYS, FIRST_DAY, Detector
from tests.alerts.making import KEY
from tests.plugins.people import FIRST


def test_flags_and_baselines_are_published_and_no_evidence_is(detector: Detector) -> None:
    clinic = detector.clinic
    judge.run(clinic.site, clinic.store, clinic.clock, "night", clinic.roster(), KEY)
    clinic.route()

    first = publish.run(clinic.site, clinic.store, clinic.clock, "night")
    again = publish.run(clinic.site, clinic.store, clinic.clock, "night")

    flags = query(clinic.site, "SELECT * FROM alerts.flag")
    assert (first > 0, 0) == (True, again)
    assert [one.flag_id for one in detector.flags()] == sorted(flags["flag_id"].to_list(), key=_by_night(flags))
    assert set(PUBLISHED_FLAG) < set(flags.columns)
    assert not any("sealed" in name for name in flags.columns)
    assert FIRST in flags["participant_id"].to_list()


def test_a_retried_run_publishes_the_baselines_of_every_night(
    detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try was killed after some nights were stored; the retry begins after them, in the same run."""
    clinic, finish, calls = detector.clinic, UnitOfWork.finish, [0]
    monkeypatch.setattr(judge, "NIGHTS_AT_ONCE", 30)

    def dying(unit: UnitOfWork) -> None:
        calls[0] += 1
        if calls[0] == 2:
            raise TransientError("killed before the commit")
        finish(unit)

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "finish", dying)
        with pytest.raises(TransientError):
            judge.run(clinic.site, clinic.store, clinic.clock, "night", clinic.roster(), KEY)
    judge.run(clinic.site, clinic.store, clinic.clock, "night", clinic.roster(), KEY)
    publish.run(clinic.site, clinic.store, clinic.clock, "night")

    nights = query(clinic.site, "SELECT DISTINCT local_day FROM feature.baseline ORDER BY 1")["local_day"].to_list()
    assert nights[0] < FIRST_DAY.replace(month=11)
    assert len(nights) > DAYS - 30


def _by_night(flags: pl.DataFrame) -> object:
    place = {row["flag_id"]: (row["participant_id"], row["local_day"]) for row in flags.to_dicts()}
    return place.__getitem__
