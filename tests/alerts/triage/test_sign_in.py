"""Who stands behind a command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.triage.sign_in import SignInError, signed_in
from pipeline.audit.event import ActorKind
from pipeline.opening import Opened
from pipeline.registry.credentials import set_credential
from tests.alerts.making import KEY, Clinic
from tests.plugins.people import ADA, BEN, OPERATOR

SECRET = "correct horse battery"  # noqa: S105 -- invented


@pytest.fixture
def place(sqlite_clinic: Clinic) -> Opened:
    """A real site where Ada has a credential."""
    with sqlite_clinic.store.write(OPERATOR, sqlite_clinic.clock) as uow:
        set_credential(uow, ADA, SECRET)
    return Opened(sqlite_clinic.site, sqlite_clinic.store, sqlite_clinic.clock, KEY)


def test_with_their_own_credential_the_clinician_acts(place: Opened, sqlite_clinic: Clinic) -> None:
    actor = signed_in(place, sqlite_clinic.roster(), ADA, SECRET)

    assert (ActorKind.CLINICIAN, ADA) == (actor.kind, actor.actor_id)


def test_without_one_the_operator_acts(place: Opened, sqlite_clinic: Clinic) -> None:
    assert ActorKind.OPERATOR is signed_in(place, sqlite_clinic.roster(), ADA, None).kind


@pytest.mark.parametrize(("clinician_id", "secret"), [(ADA, "wrong"), (BEN, SECRET), (ADA, "")])
def test_anothers_credential_is_refused(place: Opened, sqlite_clinic: Clinic, clinician_id: str, secret: str) -> None:
    with pytest.raises(SignInError, match="not this clinician's"):
        signed_in(place, sqlite_clinic.roster(), clinician_id, secret)


def test_nobody_acts_as_somebody_who_does_not_exist(place: Opened, sqlite_clinic: Clinic) -> None:
    with pytest.raises(SignInError, match="no active clinician"):
        signed_in(place, sqlite_clinic.roster(), "nobody", None)


def test_on_a_synthetic_site_everybody_may_act(place: Opened, sqlite_clinic: Clinic) -> None:
    shown = replace(place, site=replace(place.site, is_synthetic=True))

    assert ActorKind.CLINICIAN is signed_in(shown, sqlite_clinic.roster(), BEN, None).kind
