"""Identifiers, each its own type so that one is never passed for another, and the virtual shard of a participant."""

from __future__ import annotations

import hashlib
import itertools
from typing import NewType

ParticipantId = NewType("ParticipantId", str)
DeviceId = NewType("DeviceId", str)
ClinicianId = NewType("ClinicianId", str)
FlagId = NewType("FlagId", str)
AlertId = NewType("AlertId", str)
RunId = NewType("RunId", str)
Digest = NewType("Digest", str)

SHARD_COUNT = 64
"""Virtual shards of the lake. Fixed for ever: a task takes a range of shards, so the number of tasks is a setting."""


def shard_of(participant_id: str) -> int:
    """The virtual shard (0 to 63) that holds a participant, the same on every machine and in every version."""
    return hashlib.blake2b(participant_id.encode(), digest_size=8).digest()[-1] % SHARD_COUNT


def shard_ranges(task_count: int) -> list[tuple[int, int]]:
    """Cut the shards into at most `task_count` half-open ranges [first, last) of nearly equal length."""
    tasks = max(1, min(task_count, SHARD_COUNT))
    edges = [SHARD_COUNT * step // tasks for step in range(tasks + 1)]
    return list(itertools.pairwise(edges))
