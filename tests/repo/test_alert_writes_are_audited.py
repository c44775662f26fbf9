"""Every function of the alert layer that changes the store is run here, and each leaves an audit event."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.delivery import deliver
from alerts.flags import judge
from alerts.queues.freezing import freeze
from alerts.triage.words import Action
from pipeline.audit.tables import AuditEvent
from pipeline.registry.purposes import ALERT_CLINICIAN
from pipeline.registry.words import ConsentStatus
from pipeline.site import Delivery
from pipeline.store.store import Store
from tests.alerts.flags.people import Detector, detecting, two_people
from tests.alerts.making import KEY, Clinic, a_clinic, consents, with_site
from tests.plugins.people import FIRST

ALERTS = Path(__file__).resolve().parents[2] / "alerts"


@pytest.fixture
def clinic(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The small clinic; no key or secret of this machine reaches it."""
    for name in ("EVENKEEL_FACTS_KEY", "EVENKEEL_FACTS_KEY_FILE", "EVENKEEL_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return a_clinic(sqlite_store, tmp_path / "site")


def _judge(clinic: Clinic) -> None:
    detector = Detector(with_site(clinic, detecting(clinic.site)))
    detector.publish(two_people())
    detector.judge()


def _route(clinic: Clinic) -> None:
    clinic.alert()


def _suppress(clinic: Clinic) -> None:
    clinic.flag()
    clinic.record(*consents(FIRST, ConsentStatus.WITHDRAWN))
    clinic.route()


def _escalate(clinic: Clinic) -> None:
    clinic.alert()
    clinic.clock.advance(timedelta(hours=5))
    clinic.escalate()


def _freeze(clinic: Clinic) -> None:
    clinic.alert()
    clinic.record(*consents(FIRST, ConsentStatus.WITHDRAWN, (ALERT_CLINICIAN,)))
    freeze(clinic.store, clinic.clock, clinic.roster(), KEY)


def _deliver(clinic: Clinic) -> None:
    clinic.alert()
    deliver.run(clinic.site, clinic.store, clinic.clock, clinic.roster(), KEY)


def _fail_to_deliver(clinic: Clinic) -> None:
    clinic.alert()
    away = replace(clinic.site, delivery=Delivery(webhook_url="http://127.0.0.1:9/"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENKEEL_WEBHOOK_SECRET", "invented for this test")
        deliver.run(away, clinic.store, clinic.clock, clinic.roster(), KEY)


def _work(clinic: Clinic) -> None:
    clinic.work_through(clinic.alert(), Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE, Action.CLOSE, Action.REOPEN)


WRITES: dict[str, tuple[Callable[[Clinic], None], set[str]]] = {
    "judging": (_judge, {"night.judge", "flag.raise"}),
    "routing": (_route, {"alert.open", "notice.enqueue"}),
    "suppressing": (_suppress, {"flag.suppress"}),
    "escalating": (_escalate, {"alert.escalate"}),
    "freezing": (_freeze, {"alert.stop"}),
    "delivering": (_deliver, {"notice.deliver", "alert.notify"}),
    "putting back": (_fail_to_deliver, {"notice.retry"}),
    "working": (_work, {"alert.acknowledge", "alert.review", "alert.dispose", "alert.close", "alert.reopen"}),
}
WRITING_MODULES = {
    "flags/judge.py",
    "queues/route.py",
    "queues/escalate.py",
    "queues/freezing.py",
    "delivery/deliver.py",
    "commands/governing.py",
    "commands/queues.py",
}
"""Modules that open a unit of work and that the writes above or the tests of the commands run."""


@pytest.mark.parametrize("name", sorted(WRITES))
def test_every_write_leaves_its_audit_events(clinic: Clinic, name: str) -> None:
    write, expected = WRITES[name]
    write(clinic)

    with clinic.store.read() as session:
        actions = set(session.scalars(select(AuditEvent.action)))

    assert expected <= actions
    assert clinic.chain_is_intact()


def test_reading_writes_nothing(clinic: Clinic) -> None:
    """A replay is a question."""
    detector = Detector(with_site(clinic, detecting(clinic.site)))
    detector.publish(two_people())
    before = _count(clinic)

    judge.replay(detector.clinic.site, clinic.store, clinic.clock, clinic.roster(), KEY)

    assert before == _count(clinic)


def test_no_module_opens_a_unit_of_work_unseen_by_these_tests() -> None:
    """Console and sign-in write too; their own tests run them."""
    found = {
        str(path.relative_to(ALERTS))
        for path in ALERTS.rglob("*.py")
        if any(_opens_unit(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }

    assert {name for name in found if not name.startswith(("web/", "console/"))} == WRITING_MODULES


def _opens_unit(node: ast.AST) -> bool:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"
    return is_call and "store" in ast.unparse(node.func)  # type: ignore[attr-defined]


def _count(clinic: Clinic) -> int:
    with clinic.store.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent)) or 0
