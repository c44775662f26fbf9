"""Delivery: export files put into a zip for each participant and month, or into a folder tree, with a registry."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from pipeline.synthetic.formats.hourly import ExportFile

STUDY_ID = "synthetic0study000000001"
"""A study's own name on the server: 24 characters, seen in the registry only."""
FIXED_DATE = (2020, 1, 1, 0, 0, 0)
"""The date of every member: a delivery's bytes depend on nothing but the plan."""
REGISTRY = "registry"


def deliver_zips(folder: Path, export_id: str, files: Iterable[ExportFile]) -> int:
    """Write one zip for each UTC month, members stored as in the real download; says how many files it wrote."""
    by_month: dict[str, list[ExportFile]] = {}
    for file in files:
        by_month.setdefault(str(np.datetime64(file.at_s, "s"))[:7], []).append(file)
    folder.mkdir(parents=True, exist_ok=True)
    for month in sorted(by_month):
        _write_zip(folder / f"{export_id}_{month}.zip", by_month[month])
    return sum(len(month_files) for month_files in by_month.values())


def deliver_tree(folder: Path, files: Iterable[ExportFile], *, with_registry: bool) -> int:
    """Write the files as a folder tree; a registry, where the platform has one, grows with each participant."""
    chunks: dict[str, str] = {}
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        chunks[_chunk_path(file.path)] = _chunk_hash(file.content)
    if with_registry:
        registry = folder / REGISTRY
        known = json.loads(registry.read_text(encoding="utf-8")) if registry.is_file() else {}
        registry.write_text(json.dumps(known | chunks), encoding="utf-8")
    return len(chunks)


def registry_of(files: Iterable[ExportFile]) -> dict[str, str]:
    """The server's list of chunks and their MD5, in base64 with a newline as it writes them."""
    return {_chunk_path(file.path): _chunk_hash(file.content) for file in files}


def _write_zip(path: Path, files: list[ExportFile]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.path, FIXED_DATE), file.content)
        registry = json.dumps(registry_of(files)).encode()
        archive.writestr(zipfile.ZipInfo(REGISTRY, FIXED_DATE), registry)


def _chunk_path(path: str) -> str:
    """`patient/stream/2025-08-03 04_00_00+00_00.csv` as the server's own path of that hour."""
    *folders, name = path.split("/")
    instant = name.removesuffix("+00_00.csv").replace(" ", "T").replace("_", ":")
    return "/".join(["CHUNKED_DATA", STUDY_ID, *folders, f"{instant}.csv"])


def _chunk_hash(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode() + "\n"
