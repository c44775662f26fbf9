"""Every error Evenkeel raises on purpose. Messages say found, expected, where, what to do; never a reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class EvenkeelError(Exception):
    """The root: whatever the program raises knowingly."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a configuration, and how to mend it."""

    where: str
    found: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.mend}"


class ConfigurationError(EvenkeelError):
    """The site is not usable as configured: stop, and list every fault at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ExportError(EvenkeelError):
    """One export file cannot be read: it is set aside with a code, and the night goes on."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class TransientError(EvenkeelError):
    """Something outside failed that may work on the next try: retry."""


class InvariantError(EvenkeelError):
    """A promise the program makes to itself is broken: a bug, never the data's fault."""
