"""What a clinician proves themselves with on the command line: kept as a salted hash that is slow to guess from."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import ConfigurationError, Fault
from pipeline.registry.record import add_row
from pipeline.registry.tables import CredentialEvent
from pipeline.store.unit_of_work import UnitOfWork

MINIMUM_CHARACTERS = 12
SALT_BYTES = 16
# Parameters for interactive use, from RFC 7914 and the OWASP password storage cheat sheet.
COST, BLOCK, PARALLEL = 2**15, 8, 3
MEMORY_BYTES = 64 * 1024 * 1024


def set_credential(uow: UnitOfWork, clinician_id: str, secret: str) -> None:
    """Give a clinician a new secret; the one before no longer works."""
    if len(secret) < MINIMUM_CHARACTERS:
        found = f"found a secret of {len(secret)} characters"
        mend = f"Choose one of {MINIMUM_CHARACTERS} or more"
        raise ConfigurationError([Fault(f"clinician {clinician_id}", found, mend)])
    salt = secrets.token_bytes(SALT_BYTES)
    kept = f"{salt.hex()}:{_slow_hash(secret, salt).hex()}"
    add_row(uow, CredentialEvent, {"clinician_id": clinician_id, "credential_hash": kept})
    uow.record("credential.set", "clinician", clinician_id)


def credential_matches(session: Session, clinician_id: str, secret: str) -> bool:
    """Whether this is the clinician's secret; takes as long for a clinician who is not there."""
    table = CredentialEvent
    asked = select(table.credential_hash).where(table.clinician_id == clinician_id)
    kept = session.scalar(asked.order_by(table.recorded_at_utc.desc(), table.event_id.desc()).limit(1))
    salt, _, expected = (kept or ":").partition(":")
    return hmac.compare_digest(_slow_hash(secret, bytes.fromhex(salt)).hex(), expected)


def _slow_hash(secret: str, salt: bytes) -> bytes:
    return hashlib.scrypt(secret.encode(), salt=salt, n=COST, r=BLOCK, p=PARALLEL, maxmem=MEMORY_BYTES)
