"""Routing: every flag ends in a named queue, in the digest, or as a recorded suppression, exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from alerts.deviations.profile import Direction
from alerts.flags.tables import FlagRow
from alerts.flags.words import Suppression, Tier
from alerts.queues.queue import brief_of, one_alert, open_alerts
from alerts.queues.tables import AlertEventRow, AlertRow, NoticeRow
from alerts.triage.words import Action, AlertState
from pipeline.errors import TransientError
from pipeline.registry.events import SITE, Switch
from pipeline.registry.keys import KeyRing
from pipeline.registry.purposes import ALERT_CLINICIAN, ANALYSE_WITH_AI
from pipeline.registry.words import ConsentStatus, ParticipantStatus, SwitchKind, SwitchScope
from pipeline.site import ServiceLevels
from pipeline.store.unit_of_work import UnitOfWork
from tests.alerts.making import KEY, NIGHT, Clinic, consents
from tests.plugins.people import ADA, FIRST, SECOND, START, participant

DAY = timedelta(days=1)


def _suppression(clinic: Clinic, flag_id: str) -> Suppression | None:
    with clinic.store.read() as session:
        return session.scalar(select(FlagRow.suppression).where(FlagRow.flag_id == flag_id))


def _count(clinic: Clinic, table: type[AlertRow | NoticeRow | AlertEventRow]) -> int:
    with clinic.store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_flag_becomes_an_alert_with_an_owner_a_deadline_and_a_notice(clinic: Clinic) -> None:
    alert_id = clinic.alert()

    row = clinic.row(alert_id)

    assert (ADA, AlertState.OPEN) == (row.clinician_id, row.state)
    assert START + timedelta(hours=4) == row.acknowledge_by_utc
    assert 1 == _count(clinic, NoticeRow)
    assert clinic.chain_is_intact()


def test_routing_twice_changes_nothing(clinic: Clinic) -> None:
    clinic.alert()

    again = clinic.route()

    assert (0, 0, 0) == (again.alert_count, again.digest_count, again.suppressed_count)
    assert (1, 1) == (_count(clinic, AlertRow), _count(clinic, NoticeRow))


def test_the_digest_opens_no_alert(clinic: Clinic) -> None:
    clinic.flag(direction=Direction.UNUSUAL, tier=Tier.DIGEST)

    assert 1 == clinic.route().digest_count
    assert 0 == _count(clinic, AlertRow)


@pytest.mark.parametrize(
    ("held_by", "why"),
    [
        (Switch(SwitchKind.COMMISSIONED, SwitchScope.SITE, SITE, is_on=False), Suppression.COMMISSIONING),
        (Switch(SwitchKind.STOPPED, SwitchScope.SITE, SITE, is_on=True), Suppression.STOPPED),
        (Switch(SwitchKind.STOPPED, SwitchScope.PARTICIPANT, FIRST, is_on=True), Suppression.STOPPED),
        (participant(FIRST, ParticipantStatus.ENDED), Suppression.STOPPED),
        (consents(FIRST, ConsentStatus.WITHDRAWN, (ALERT_CLINICIAN,))[0], Suppression.NO_CONSENT),
        (consents(FIRST, ConsentStatus.WITHDRAWN, (ANALYSE_WITH_AI,))[0], Suppression.NO_CONSENT),
    ],
)
def test_what_is_held_back_opens_nothing_and_stays_visible_with_its_reason(
    sqlite_clinic: Clinic, held_by: Switch, why: Suppression
) -> None:
    flag_id = sqlite_clinic.flag()
    sqlite_clinic.record(held_by)

    routed = sqlite_clinic.route()

    assert (0, 1) == (routed.alert_count, routed.suppressed_count)
    assert why is _suppression(sqlite_clinic, flag_id)
    assert why.wording


def test_a_stop_of_one_participant_leaves_the_others_flags_alone(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.record(Switch(SwitchKind.STOPPED, SwitchScope.PARTICIPANT, FIRST, is_on=True))
    sqlite_clinic.flag(FIRST)
    sqlite_clinic.flag(SECOND)

    routed = sqlite_clinic.route()

    assert (1, 1) == (routed.alert_count, routed.suppressed_count)


def test_a_second_flag_of_a_direction_joins_the_live_alert(clinic: Clinic) -> None:
    """Both wait at once, as when late data are judged before the first was routed."""
    clinic.flag(night=NIGHT)
    second = clinic.flag(night=NIGHT + DAY)

    routed = clinic.route()

    assert (1, 1) == (routed.alert_count, routed.suppressed_count)
    assert Suppression.ALREADY_OPEN is _suppression(clinic, second)
    with clinic.store.read() as session:
        assert [Action.AMEND] == list(session.scalars(select(AlertEventRow.action)))
    assert 2 == _count(clinic, NoticeRow)


def test_after_a_decision_a_new_flag_opens_a_new_alert(clinic: Clinic) -> None:
    first = clinic.alert()
    clinic.work_through(first, Action.ACKNOWLEDGE, Action.REVIEW, Action.DISPOSE)

    assert first != clinic.alert(night=NIGHT + DAY)
    assert 2 == _count(clinic, AlertRow)


def test_the_other_direction_and_the_other_participant_have_alerts_of_their_own(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.flag(FIRST)
    sqlite_clinic.flag(FIRST, direction=Direction.ACTIVATION)
    sqlite_clinic.flag(SECOND)

    assert 3 == sqlite_clinic.route().alert_count


def test_an_alert_keeps_the_service_level_it_was_opened_with(sqlite_clinic: Clinic) -> None:
    levels = ServiceLevels()

    assert levels == ServiceLevels(**sqlite_clinic.row(sqlite_clinic.alert()).policy)


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_killed_run_loses_and_doubles_no_flag(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    for night in (NIGHT, NIGHT + DAY):
        clinic.flag(FIRST, night)
        clinic.flag(SECOND, night)
    finish, calls = UnitOfWork.finish, [0]

    def dying(unit: UnitOfWork) -> None:
        calls[0] += 1
        if calls[0] == killed_at:
            raise TransientError("killed before the commit")
        finish(unit)

    with monkeypatch.context() as patch:
        patch.setattr(UnitOfWork, "finish", dying)
        with pytest.raises(TransientError):
            clinic.route()
    clinic.route()

    with clinic.store.read() as session:
        settled = select(func.count()).select_from(FlagRow).where(FlagRow.settled_at_utc.is_not(None))
        assert 4 == session.scalar(settled)
    assert 2 == _count(clinic, AlertRow)
    assert clinic.chain_is_intact()


def test_a_queue_lists_live_alerts_by_deadline_without_any_reading(clinic: Clinic) -> None:
    first = clinic.alert(FIRST)
    clinic.clock.advance(timedelta(hours=1))
    second = clinic.alert(SECOND)
    clinic.work_through(first, Action.ACKNOWLEDGE)

    with clinic.store.read() as session:
        listed = open_alerts(session, ADA)
        found = one_alert(session, second)
        brief = brief_of(session, KeyRing(session, KEY), second)

    assert [second, first] == [one.alert_id for one in listed]
    assert found == listed[0]
    assert ["Moved 3,000 (usual 6,000) on 6 of the last 7 days."] == brief
    assert "3,000" not in repr(listed)
