"""Who may be told anything: a closed type with one value, so that no other recipient can be written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.vocabulary.ids import ClinicianId


class RecipientKind(StrEnum):
    """The kinds of people to whom a notice, an alert or a brief may go."""

    CLINICIAN = "clinician"


@dataclass(frozen=True)
class Recipient:
    """A clinician to whom something goes."""

    clinician_id: ClinicianId
    kind: RecipientKind = RecipientKind.CLINICIAN
