"""Keys of participants, wrapped by the site's own: whoever destroys one makes all that it sealed unreadable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import ConfigurationError, EvenkeelError, Fault, InvariantError
from pipeline.registry.tables import ParticipantKey, ParticipantRow
from pipeline.store.unit_of_work import UnitOfWork

VARIABLE = "EVENKEEL_SITE_KEY"
FILE_VARIABLE = "EVENKEEL_SITE_KEY_FILE"
KEY_BYTES = 32
NONCE_BYTES = 12
FORM = b"\x01"
"""The first byte of everything sealed, so that another form can follow."""
PRIVATE_MODE = 0o600
SHARED_BITS = 0o077


class DestroyedKeyError(EvenkeelError):
    """The participant's key was destroyed on purpose: what it sealed cannot be read by anybody again."""


@dataclass(frozen=True)
class SiteKey:
    """The key that wraps all keys of participants; never shown."""

    secret: bytes = field(repr=False)


def site_key(path: Path, environ: Mapping[str, str] = os.environ) -> SiteKey:
    """The site's key from the environment, from the file that it names, or from the site's own file.

    Raises:
        ConfigurationError: there is none, it is not 64 hexadecimal digits, or others can read its file.
    """
    if VARIABLE in environ:
        return _parsed(environ[VARIABLE], VARIABLE)
    file = Path(environ.get(FILE_VARIABLE, path))
    if not file.exists():
        mend = f"Run `evenkeel init`, or set {VARIABLE} or {FILE_VARIABLE}"
        raise ConfigurationError([Fault(f"site key {file.name}", "found no such file", mend)])
    # A file that the environment names is guarded by whoever mounts it, often read-only for a group.
    if FILE_VARIABLE not in environ and file.stat().st_mode & SHARED_BITS:
        found = "found a file that others than its owner can read"
        raise ConfigurationError([Fault(f"site key {file.name}", found, f"Run chmod 600 {file.name}")])
    return _parsed(file.read_text(encoding="ascii", errors="replace"), f"site key {file.name}")


def create_site_key(path: Path) -> SiteKey:
    """Draw a new key and keep it in a file that only its owner can read; an existing one is never overwritten."""
    key = SiteKey(secrets.token_bytes(KEY_BYTES))
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def ensure_keys(uow: UnitOfWork, site: SiteKey) -> int:
    """Give a key to every registered participant who never had one, and say how many there were."""
    keyless = select(ParticipantRow.participant_id).where(
        ParticipantRow.participant_id.not_in(select(ParticipantKey.participant_id))
    )
    found = sorted(uow.session.scalars(keyless))
    for participant_id in found:
        wrapped = _sealed(site.secret, secrets.token_bytes(KEY_BYTES), _wrapping(participant_id))
        now = uow.clock.now_utc()
        uow.session.add(ParticipantKey(participant_id=participant_id, wrapped_key=wrapped, created_at_utc=now))
        uow.record("participant_key.created", "participant", participant_id)
    return len(found)


def destroy_key(uow: UnitOfWork, participant_id: str, reason: str) -> None:
    """Leave nothing of a participant's key; a copy of the database made before still holds it, wrapped."""
    row = uow.session.get(ParticipantKey, participant_id)
    if row is None:
        raise _missing(participant_id)
    row.wrapped_key, row.destroyed_at_utc = None, uow.clock.now_utc()
    uow.record("participant_key.destroyed", "participant", participant_id, reason)


class KeyRing:
    """The keys of all participants as they are when the ring is made: make a new one for each run or request."""

    def __init__(self, session: Session, site: SiteKey) -> None:
        rows = session.execute(select(ParticipantKey.participant_id, ParticipantKey.wrapped_key))
        self._wrapped: dict[str, bytes | None] = {row.participant_id: row.wrapped_key for row in rows}
        self._site = site

    def has_key(self, participant_id: str) -> bool:
        """Whether the participant has a key that was not destroyed."""
        return self._wrapped.get(participant_id) is not None

    def contact_digest_key(self, participant_id: str) -> bytes:
        """The participant's key for digests (HMAC) of contacts and places; the same at every call."""
        return _derived(self._key(participant_id), b"contact-digest")

    def digest_key(self, participant_id: str, purpose: str) -> bytes:
        """The participant's key for digests of one other purpose."""
        return _derived(self._key(participant_id), b"digest:" + purpose.encode())

    def seal(self, participant_id: str, content: bytes, purpose: str) -> bytes:
        """Encrypt something about a participant; it opens for the same participant and purpose only."""
        key = _derived(self._key(participant_id), b"seal")
        return FORM + _sealed(key, content, _context(participant_id, purpose))

    def open(self, participant_id: str, sealed: bytes, purpose: str) -> bytes:
        """Decrypt what was sealed.

        Raises:
            DestroyedKeyError: the participant's key was destroyed.
            InvariantError: the bytes were changed, or sealed for another participant or purpose.
        """
        key = _derived(self._key(participant_id), b"seal")
        try:
            return _opened(key, sealed.removeprefix(FORM), _context(participant_id, purpose))
        except InvalidTag as error:
            found = f"found sealed bytes of participant {participant_id} that do not open for {purpose}"
            raise InvariantError(f"{found}, expected unchanged bytes: restore them") from error

    def _key(self, participant_id: str) -> bytes:
        if participant_id not in self._wrapped:
            raise _missing(participant_id)
        wrapped = self._wrapped[participant_id]
        if wrapped is None:
            raise DestroyedKeyError(f"the key of participant {participant_id} was destroyed: its records are gone")
        try:
            return _opened(self._site.secret, wrapped, _wrapping(participant_id))
        except InvalidTag as error:
            found = "found a key that does not open what it should have wrapped"
            raise ConfigurationError(
                [Fault("site key", found, "Give the key that this store was set up with")]
            ) from error


def _parsed(text: str, where: str) -> SiteKey:
    digits = text.strip()
    try:
        secret = bytes.fromhex(digits)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        found = f"found {len(digits)} characters that are not {2 * KEY_BYTES} hexadecimal digits"
        raise ConfigurationError([Fault(where, found, "Draw one with `openssl rand -hex 32`")])
    return SiteKey(secret)


def _missing(participant_id: str) -> ConfigurationError:
    mend = "Register the participant; keys are drawn when the registry is imported"
    return ConfigurationError([Fault(f"participant {participant_id}", "found no key", mend)])


def _sealed(key: bytes, content: bytes, context: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, context)


def _opened(key: bytes, sealed: bytes, context: bytes) -> bytes:
    if len(sealed) < NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"evenkeel:" + purpose).derive(key)


def _context(participant_id: str, purpose: str) -> bytes:
    return f"{participant_id}\n{purpose}".encode()


def _wrapping(participant_id: str) -> bytes:
    return _context(participant_id, "participant-key")
