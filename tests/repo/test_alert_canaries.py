"""Readings, names and written reasons stay out of logs, errors, notices, file names and everything kept in the open."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.delivery import deliver
from alerts.delivery.contract import Channel, DeliveryRefusedError, Notice
from alerts.flags import publish
from alerts.triage.actions import ActionRefusedError, UnknownAlertError
from alerts.triage.situation import Details
from alerts.triage.words import Action
from pipeline.errors import EvenkeelError, TransientError
from pipeline.store.store import Store
from pipeline.vocabulary.ids import AlertId
from tests.alerts.flags.people import Detector, detecting, two_people
from tests.alerts.making import DECIDED, KEY, Clinic, a_clinic, with_site
from tests.plugins.people import ADA, OPERATOR, SECOND, as_clinician

REASON = "CANARY-REASON the neighbour Zdenka called"
READING = 5432.0625
"""Planted as a reading; exact in binary, so that it would be found as it is."""
SENT: list[Notice] = []


@pytest.fixture
def clinic(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The small clinic; no key of this machine reaches it."""
    for name in ("EVENKEEL_FACTS_KEY", "EVENKEEL_FACTS_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return a_clinic(sqlite_store, tmp_path / "site")


@pytest.fixture
def worked(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic where a night was judged, routed, delivered, worked on and refused, with canaries in all of it."""
    monkeypatch.setattr(deliver, "all_channels", lambda: {"spy": Channel("spy", "A spy.", lambda _: True, _spy)})
    SENT.clear()
    clinic = with_site(clinic, detecting(clinic.site))
    detector = Detector(clinic)
    detector.publish({key: READING if key[2] == "steps_count" else value for key, value in two_people().items()})
    detector.judge()
    clinic.route()
    alert_id = clinic.alert(SECOND)
    deliver.run(clinic.site, clinic.store, clinic.clock, clinic.roster(), KEY)
    clinic.work_through(alert_id, Action.ACKNOWLEDGE, Action.REVIEW)
    clinic.act(as_clinician(ADA), alert_id, Action.DISPOSE, replace(DECIDED, reason=REASON))
    return clinic


def test_logs_and_the_terminal_hold_no_canary(
    worked: Clinic, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert worked.chain_is_intact()
    out, err = capfd.readouterr()

    assert [] == _canaries(out + err + caplog.text)


def test_what_is_kept_in_the_open_holds_no_written_reason(worked: Clinic) -> None:
    """The file itself is searched, the pages of the log that is written ahead included."""
    url = str(worked.store.engine.url.database)
    with sqlite3.connect(url) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()

    assert b"CANARY" not in Path(url).read_bytes()
    assert b"Zdenka" not in Path(url).read_bytes()


def test_a_notice_holds_ids_only(worked: Clinic) -> None:
    assert worked.chain_is_intact()
    assert SENT
    for notice in SENT:
        assert [] == _canaries(repr(notice) + notice.text)
        assert "p-1" not in notice.text


def test_file_names_hold_no_name_of_a_clinician_or_canary(worked: Clinic) -> None:
    publish.run(worked.site, worked.store, worked.clock, "run")
    names = " ".join(path.name for path in worked.site.folders.root.rglob("*"))

    assert [] == _canaries(names)
    assert "Ada" not in names


@pytest.mark.parametrize(
    ("action", "alert_id"), [(Action.DISPOSE, ""), (Action.SNOOZE, ""), (Action.ACKNOWLEDGE, "A-none")]
)
def test_errors_hold_no_canary(clinic: Clinic, action: Action, alert_id: str) -> None:
    wanted = AlertId(alert_id) if alert_id else clinic.alert()

    with pytest.raises((ActionRefusedError, UnknownAlertError)) as caught:
        clinic.act(OPERATOR, wanted, action, Details(reason=REASON))

    assert [] == _canaries(str(caught.value))


@pytest.mark.parametrize("error", [TransientError("x"), DeliveryRefusedError("http_404", "x")])
def test_every_error_of_the_layer_is_one_of_ours(error: Exception) -> None:
    assert isinstance(error, EvenkeelError)


def _spy(_: object, notice: Notice) -> None:
    SENT.append(notice)


def _canaries(text: str) -> list[str]:
    return [word for word in ("CANARY", "Zdenka", "5432", "5,432") if word in text]
