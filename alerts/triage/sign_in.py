"""Who stands behind a command: the clinician with their own credential, or an operator who speaks for them."""

from __future__ import annotations

from pipeline.audit.event import Actor, ActorKind
from pipeline.errors import EvenkeelError
from pipeline.opening import Opened
from pipeline.registry.credentials import credential_matches
from pipeline.registry.roster import Roster

OPERATOR = Actor(ActorKind.OPERATOR, "command-line", "operator")


class SignInError(EvenkeelError):
    """The clinician is unknown, or the credential is not theirs."""


def signed_in(place: Opened, roster: Roster, clinician_id: str, credential: str | None) -> Actor:
    """The actor for a command given `--as CLINICIAN`.

    With the clinician's credential it is the clinician; without one it is the operator, whose act is recorded as
    such. On a synthetic site nobody has a credential and everybody may act.

    Raises:
        SignInError: no such clinician, or a credential that is not theirs.
    """
    if not roster.is_active(clinician_id):
        raise SignInError(f"found no active clinician {clinician_id}; clinicians.csv names them")
    clinician = Actor(ActorKind.CLINICIAN, clinician_id, "clinician")
    if place.site.is_synthetic:
        return clinician
    if credential is None:
        return OPERATOR
    with place.store.read() as session:
        if not credential_matches(session, clinician_id, credential):
            raise SignInError("found a credential that is not this clinician's; set EVENKEEL_CREDENTIAL anew")
    return clinician
