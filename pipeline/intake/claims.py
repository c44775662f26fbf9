"""Whose file is it: asks every source, and gives the file a name that stays the same wherever it is delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from pipeline.intake.containers import content_name
from pipeline.sources.contract import Source
from pipeline.synthetic.mark import MARK_FILE


class NotRead(Enum):
    """Why a file that is no fault is not read."""

    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Identity:
    """A file as its source knows it. `logical_name` leaves out where in the drop folder it was found."""

    source: str
    kind: str
    export_id: str
    logical_name: str

    @cached_property
    def logical_id(self) -> str:
        """A short digest of the identity: the same for every version of the file."""
        return short_digest(self.source, self.kind, self.export_id, self.logical_name)

    def export_file_id(self, digest: str) -> str:
        """A short digest of the identity and one content: the same wherever and whenever it is delivered."""
        return short_digest(self.logical_id, digest)


def identify(path: str, sources: Mapping[str, Source]) -> Identity | NotRead:
    """Who claims a path: a source, as an export or as something to skip, or nobody."""
    name = content_name(path)
    if name.rsplit("/", 1)[-1] == MARK_FILE:
        return NotRead.SKIPPED
    for source in sources.values():
        claim = source.claim(name)
        if claim is not None:
            return Identity(source.name, claim.kind, claim.export_id, _logical_name(name, claim.export_id))
        if source.skips(name):
            return NotRead.SKIPPED
    return NotRead.UNKNOWN


def claims_digest(claims: Iterable[tuple[str, Identity | NotRead, str | None]]) -> str:
    """A digest of names, their claims and their participants: what must stay the same for a look to be spared."""
    total = hashlib.blake2b(digest_size=16)
    for name, claim, participant_id in claims:
        total.update(f"{name}\0{claim}\0{participant_id}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def short_digest(*parts: str) -> str:
    """A digest of several texts, 32 hexadecimal digits."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _logical_name(name: str, export_id: str) -> str:
    """The path from the folder that bears the export id on; without such a folder, the file's own name."""
    parts = name.split("/")
    first = parts.index(export_id) if export_id in parts else -1
    return "/".join(parts[first:])
