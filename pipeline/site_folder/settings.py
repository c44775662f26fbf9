"""`site.toml` as a `Site`: unknown keys refused, every fault listed at once, secrets from the environment."""

from __future__ import annotations

import os
import re
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
        mend = "Write one with `evenkeel init DIR`, or name the site with --site or EVENKEEL_SITE"
        raise ConfigurationError([Fault(str(path), "found no site here", mend)])
    return _site(root, read_tables(path.read_bytes()))


def read_tables(content: bytes) -> Tables:
    """The tables of a settings file, from its content.

    Raises:
        ConfigurationError: with every fault of the file.
    """
    try:
        text = content.decode("utf-8-sig")
        written = tomllib.loads(text)
    except UnicodeDecodeError as error:
        found = "found text that is not UTF-8"
        raise ConfigurationError([Fault(SETTINGS_FILE, found, "Save the file as UTF-8")]) from error
    except tomllib.TOMLDecodeError as error:
        found = f"found text that is not TOML ({error})"
        raise ConfigurationError([Fault(SETTINGS_FILE, found, "Mend it there")]) from error
    tables, faults = _fitted_tables(written, text)
    if tables is None:
        raise ConfigurationError(faults)
    return tables


def secret(name: str) -> str | None:
    """A setting of the environment: `EVENKEEL_<name>`, or the content of the file that `EVENKEEL_<name>_FILE` names."""
    direct = os.environ.get(f"EVENKEEL_{name}")
    named = os.environ.get(f"EVENKEEL_{name}_FILE")
    if direct or not named:
        return direct
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except OSError as error:
        found = f"found a file that cannot be read ({error.strerror})"
        raise ConfigurationError(
            [Fault(f"EVENKEEL_{name}_FILE", found, "Name a file that holds the setting")]
        ) from error


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


def _fitted_tables(written: Mapping[str, object], text: str) -> tuple[Tables | None, list[Fault]]:
    """The file's tables, or None and every fault of every table, each with its line."""
    kinds: dict[str, type] = get_type_hints(Tables)
    faults = [_stray(name, kinds, text) for name in written if name not in kinds]
    values: dict[str, object] = {}
    for name, kind in kinds.items():
        table = written.get(name, {})
        if isinstance(table, dict):
            values[name], bad = fitted(table, kind, f"{SETTINGS_FILE} [{name}]")
            faults += [_with_line(fault, name, text) for fault in bad]
        else:
            where = f"{SETTINGS_FILE}:{_line_of(name, None, text)}"
            faults.append(Fault(where, f"found a value named `{name}`", f"Write it as a table: [{name}]"))
    return (None, faults) if faults else (Tables(**values), [])  # type: ignore[arg-type]  # each was fitted to its kind


def _stray(name: str, kinds: Mapping[str, type], text: str) -> Fault:
    line = _line_of(name, name, text) or _line_of(name, None, text)
    return Fault(f"{SETTINGS_FILE}:{line} `{name}`", "found a table that nothing reads", f"Use {', '.join(kinds)}")


def _with_line(fault: Fault, table: str, text: str) -> Fault:
    """The fault with the line of its key; of a key that is not there, the line on which its table begins."""
    key = fault.where.split("`")[1] if "`" in fault.where else None
    line = _line_of(key or table, table, text)
    at = f"{SETTINGS_FILE}:{line}" if line else SETTINGS_FILE
    return replace(fault, where=f"{at} [{table}]" + (f" `{key}`" if key else ""))


def _line_of(name: str, table: str | None, text: str) -> int | None:
    """The first line that begins with a name, inside a table (its header included) or before all tables."""
    inside: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        begins = re.match(r"\s*(\[?)\s*([A-Za-z0-9_-]+)", line)
        if begins is None:
            continue
        if begins[1]:
            inside = begins[2]
        if inside == table and begins[2] == name:
            return number
    return None
