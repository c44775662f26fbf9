"""What only people decide: accepting a site, stopping, resuming; and that a slip of the hand is no success."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

import pipeline.opening
from alerts.commands import governing
from alerts.commands.governing import UnknownNameError
from pipeline.opening import Opened
from pipeline.registry.roster import Roster
from tests.alerts.making import KEY, Clinic


@pytest.fixture
def clinic(sqlite_clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The clinic as the site that commands open."""
    place = Opened(replace(sqlite_clinic.site), sqlite_clinic.store, sqlite_clinic.clock, KEY)

    @contextmanager
    def opened(_: object) -> Iterator[Opened]:
        yield place

    monkeypatch.setattr(pipeline.opening, "opened", opened)
    return sqlite_clinic


def test_a_stopped_site_is_stopped_for_everybody_until_it_is_resumed(clinic: Clinic) -> None:
    governing.stop("site", "night-nurse")
    assert _roster(clinic).is_stopped()

    governing.resume("site", "night-nurse")
    assert not _roster(clinic).is_stopped()


def test_stopping_a_participant_whom_the_site_does_not_know_is_refused(clinic: Clinic) -> None:
    with pytest.raises(UnknownNameError, match="found no participant nobody"):
        governing.stop("nobody", "night-nurse")

    assert not _roster(clinic).is_stopped("nobody")


def test_commissioning_is_recorded_as_the_act_of_a_person(clinic: Clinic) -> None:
    governing.commission("service-lead")

    assert _roster(clinic).is_commissioned()


def _roster(clinic: Clinic) -> Roster:
    return Opened(clinic.site, clinic.store, clinic.clock, KEY).roster()
