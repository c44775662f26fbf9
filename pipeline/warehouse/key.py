"""The key of the published facts, from the environment or a file; whoever has none publishes in the clear."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NewType

from pipeline.errors import ConfigurationError, Fault

FactsKey = NewType("FactsKey", str)

VARIABLE = "EVENKEEL_FACTS_KEY"
SHORTEST_KEY = 16
"""DuckDB derives the AES key from any text; fewer than 16 characters could be guessed."""


def facts_key(environment: Mapping[str, str] | None = None) -> FactsKey | None:
    """The key, or None where the site publishes in the clear."""
    given = os.environ if environment is None else environment
    text, path = given.get(VARIABLE), given.get(f"{VARIABLE}_FILE")
    if text is not None and path is not None:
        raise _fault("both are set", "Set one of the two")
    if path is not None:
        text = _from_file(Path(path))
    if text is None:
        return None
    if len(text) < SHORTEST_KEY:
        raise _fault(f"the key has {len(text)} characters", f"Give at least {SHORTEST_KEY}, from a random source")
    return FactsKey(text)


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _fault(f"{path} cannot be read ({error.strerror})", "Name a readable file that holds the key") from error


def _fault(found: str, mend: str) -> ConfigurationError:
    return ConfigurationError([Fault(f"{VARIABLE} or {VARIABLE}_FILE", found, mend)])
