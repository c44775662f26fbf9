"""The pointer: one small file that names the immutable parts of the published state, and is replaced whole.

It holds no key and no reading, only names, counts and instants. A reader takes it once and sees one state for as long
as it lives; a publish that dies before the replacement has changed nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.errors import TransientError

POINTER = "CURRENT.json"
PARTS = "parts"
SPILL = "spill"


@dataclass(frozen=True)
class Part:
    """One immutable file of facts. `level` counts how often its rows were merged into a larger part."""

    name: str
    run_id: str
    published_at_utc: str
    is_encrypted: bool
    rows: Mapping[str, int]
    size_bytes: int
    level: int = 0


@dataclass(frozen=True)
class Manifest:
    """The published state: its parts in the order of publishing, and the files that the last state still needed."""

    sequence: int = 0
    latest_at_utc: str | None = None
    parts: tuple[Part, ...] = ()
    retired: tuple[str, ...] = field(default=())

    @property
    def latest_at(self) -> datetime | None:
        """The instant of the last publish."""
        return datetime.fromisoformat(self.latest_at_utc) if self.latest_at_utc else None


def current(facts: Path) -> Manifest:
    """The published state, empty before the first publish."""
    try:
        document = json.loads((facts / POINTER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    parts = tuple(Part(**part) for part in document.pop("parts"))
    return Manifest(**{**document, "parts": parts, "retired": tuple(document["retired"])})


def swap(facts: Path, manifest: Manifest) -> None:
    """Make a state the published one: from one instruction to the next, for every reader that comes after."""
    temporary = facts / f".{POINTER}.part"
    temporary.write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True), encoding="utf-8")
    settle(temporary, facts / POINTER)


def settle(temporary: Path, final: Path) -> None:
    """Force a finished file to disk, then give it its name."""
    force_to_disk(temporary)
    os.replace(temporary, final)  # noqa: PTH105 -- faults are injected at this very name
    force_to_disk(final.parent)


def force_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(facts: Path, manifest: Manifest) -> None:
    """Remove files that no state needs: what a killed publish left, and parts merged two states ago."""
    needed = {part.name for part in manifest.parts} | set(manifest.retired)
    for path in sorted((facts / PARTS).iterdir()):
        if path.name not in needed:
            path.unlink()


@contextmanager
def publishing(facts: Path) -> Iterator[None]:
    """Hold the right to publish; a second publisher is told to come again. It falls with the process that held it."""
    (facts / PARTS).mkdir(parents=True, exist_ok=True)
    with (facts / "publish.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TransientError(
                f"another process publishes to {facts}; run this step again when it is done"
            ) from error
        yield
