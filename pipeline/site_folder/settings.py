"""`site.toml` as a `Site`: unknown keys refused, every fault listed at once, secrets from the environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, get_type_hints
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from pipeline.errors import ConfigurationError, Fault
from pipeline.site import Delivery, Detection, Folders, Retention, Run, ServiceLevels, Site
from pipeline.site_folder.values import fitted
from pipeline.vocabulary.local_day import DEFAULT_DAY_STARTS_H

SETTINGS_FILE = "site.toml"
LATEST_DAY_START_H = 12
"""A day that began after noon would be the next one."""


def _existing_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("zone", "Input should be an IANA zone such as Europe/Oslo")
    return name


@dataclass(frozen=True)
class Identity:
    """The `[site]` table."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    jurisdiction: Literal["none", "US-IL", "US-CO", "EU", "GB"]
    zone: Annotated[str, AfterValidator(_existing_zone)]
    day_starts_h: Annotated[int, Field(ge=0, le=LATEST_DAY_START_H)] = DEFAULT_DAY_STARTS_H
    is_synthetic: bool = False
    is_retrospective: bool = False


@dataclass(frozen=True)
class Tables:
    """The tables that the file may hold."""

    site: Identity
    retention: Retention
    run: Run
    detection: Detection
    service_levels: ServiceLevels
    delivery: Delivery


def load_site(root: Path) -> Site:
    """Read a site folder's settings.

    Raises:
        ConfigurationError: with every fault of the file.
    """
    path = root / SETTINGS_FILE
    if not path.is_file():
        mend = "write one with `evenkeel init DIR`, or name the site with --site or EVENKEEL_SITE"
        raise ConfigurationError([Fault(str(path), "found no site here", mend)])
    text = path.read_text(encoding="utf-8")
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([Fault(SETTINGS_FILE, f"found text that is not TOML ({error})", "mend it")]) from error
    tables, faults = _read_tables(written, text)
    if tables is None:
        raise ConfigurationError(faults)
    return _site(root, tables)


def secret(name: str) -> str | None:
    """A setting of the environment: `EVENKEEL_<name>`, or the content of the file that `EVENKEEL_<name>_FILE` names."""
    direct = os.environ.get(f"EVENKEEL_{name}")
    named = os.environ.get(f"EVENKEEL_{name}_FILE")
    if direct or not named:
        return direct
    return Path(named).read_text(encoding="utf-8").strip()


def _site(root: Path, tables: Tables) -> Site:
    return Site(
        folders=Folders(root.resolve()),
        site_id=tables.site.id,
        jurisdiction=tables.site.jurisdiction,
        zone=tables.site.zone,
        day_starts_h=tables.site.day_starts_h,
        is_synthetic=tables.site.is_synthetic,
        is_retrospective=tables.site.is_retrospective,
        database_url=secret("DATABASE_URL"),
        retention=tables.retention,
        run=tables.run,
        detection=tables.detection,
        service_levels=tables.service_levels,
        delivery=tables.delivery,
    )


def _read_tables(written: Mapping[str, object], text: str) -> tuple[Tables | None, list[Fault]]:
    """The file's tables, or None and every fault of every table, each with its line."""
    kinds: dict[str, type] = get_type_hints(Tables)
    faults = [_stray(name, kinds) for name in written if name not in kinds]
    values: dict[str, object] = {}
    for name, kind in kinds.items():
        table = written.get(name, {})
        value, bad = fitted(table if isinstance(table, dict) else {}, kind, f"{SETTINGS_FILE} [{name}]")
        faults += bad
        values[name] = value
    located = [_with_line(fault, text) for fault in faults]
    return (None, located) if faults else (Tables(**values), [])  # type: ignore[arg-type]  # each was fitted to its kind


def _stray(name: str, kinds: Mapping[str, type]) -> Fault:
    return Fault(f"{SETTINGS_FILE} `{name}`", "found a table that nothing reads", f"use {', '.join(kinds)}")


def _with_line(fault: Fault, text: str) -> Fault:
    """The fault with the line on which its key stands first."""
    key = fault.where.split("`")[1] if "`" in fault.where else ""
    for number, line in enumerate(text.splitlines(), start=1):
        if key and line.split("#")[0].lstrip(" [").startswith(key):
            return replace(fault, where=f"{SETTINGS_FILE}:{number} `{key}`")
    return fault
