"""The mark that tells a synthetic export from a real one, so that a clinical site can refuse it."""

from __future__ import annotations

from pathlib import Path

MARK_FILE = "SYNTHETIC.txt"
"""A file of this name, in an export folder or in a folder just below it, says that nobody lived this."""

BRAND = "synthetic"
"""The product, brand and maker that every synthetic phone names in its own records."""

_TEXT = (
    "synthetic: every record below this folder was drawn by a program.\n"
    "No participant, place, call or answer in it is real. Do not load it into a clinical site.\n"
)


def mark_synthetic(folder: Path) -> None:
    """Put the mark into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK_FILE).write_text(_TEXT, encoding="utf-8")


def is_marked_synthetic(exports_dir: Path) -> bool:
    """Whether an export folder, or any folder directly in it, carries the mark."""
    if (exports_dir / MARK_FILE).is_file():
        return True
    return exports_dir.is_dir() and any(exports_dir.glob(f"*/{MARK_FILE}"))
