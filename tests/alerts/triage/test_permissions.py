"""Who may work on whose alert, and who may be given it."""

from __future__ import annotations

import pytest

from alerts.triage.actions import ActionRefusedError
from alerts.triage.situation import Details
from alerts.triage.words import Action, AlertState
from pipeline.registry.events import TeamMember
from pipeline.registry.words import TeamRole
from pipeline.vocabulary.ids import ClinicianId
from tests.alerts.making import Clinic
from tests.plugins.people import ADA, BEN, FIRST, LEAD, OPERATOR, SECOND, SYSTEM, as_clinician, clinician, weekdays

EVE = ClinicianId("eve")


@pytest.fixture
def larger(clinic: Clinic) -> Clinic:
    """The clinic with Eve, who is nobody's clinician."""
    clinic.record(clinician(EVE), *weekdays(EVE))
    return clinic


@pytest.mark.parametrize("who", [ADA, BEN, LEAD])
def test_the_care_team_and_the_service_lead_may_act(larger: Clinic, who: ClinicianId) -> None:
    alert_id = larger.alert()

    assert AlertState.ACKNOWLEDGED is larger.act(as_clinician(who), alert_id, Action.ACKNOWLEDGE)


def test_a_clinician_of_others_may_not(larger: Clinic) -> None:
    first, second = larger.alert(), larger.alert(SECOND)

    for who, alert_id in ((EVE, first), (BEN, second)):
        with pytest.raises(ActionRefusedError, match="not on this participant's care team"):
            larger.act(as_clinician(who), alert_id, Action.ACKNOWLEDGE)


def test_a_clinician_who_left_may_not(larger: Clinic) -> None:
    alert_id = larger.alert()
    larger.record(TeamMember(FIRST, BEN, TeamRole.DEPUTY, is_member=False), clinician(BEN, is_active=False))

    with pytest.raises(ActionRefusedError, match="not an active clinician"):
        larger.act(as_clinician(BEN), alert_id, Action.ACKNOWLEDGE)


@pytest.mark.parametrize("actor", [OPERATOR, SYSTEM])
def test_neither_an_operator_nor_the_system_decides(larger: Clinic, actor: object) -> None:
    alert_id = larger.alert()

    with pytest.raises(ActionRefusedError, match="only a clinician may acknowledge"):
        larger.act(actor, alert_id, Action.ACKNOWLEDGE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "why"),
    [(EVE, "the other is not on this participant's care team"), (ClinicianId("nobody"), "not an active clinician")],
)
def test_an_alert_is_not_handed_to_somebody_who_may_not_see_it(larger: Clinic, target: ClinicianId, why: str) -> None:
    alert_id = larger.alert()

    with pytest.raises(ActionRefusedError, match=why):
        larger.act(as_clinician(ADA), alert_id, Action.REASSIGN, Details(target_clinician_id=target, reason="busy"))
