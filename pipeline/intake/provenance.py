"""Keeping invented exports and real ones apart: a synthetic site takes only marked exports, any other site none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from pipeline.errors import ConfigurationError, Fault
from pipeline.intake.containers import Dropped
from pipeline.site import Site
from pipeline.synthetic.mark import MARK_FILE


@dataclass(frozen=True)
class Provenance:
    """Which folders of the drop folder are marked as invented, and which kind of export the site takes.

    A mark covers its folder and all below; inside an archive it covers the archive.
    """

    is_synthetic_site: bool
    marked_folders: frozenset[Path]

    @classmethod
    def of(cls, site: Site, roots: Sequence[Path], dropped: Sequence[Dropped]) -> Provenance:
        """What marks cover, for a site: those among dropped files, and those above the folders that were walked."""
        folders = {one.path.parent for one in dropped if one.path.name == MARK_FILE}
        above = {folder for root in roots for folder in root.absolute().parents if (folder / MARK_FILE).is_file()}
        return cls(site.is_synthetic, frozenset(folders | above))

    def check(self, dropped: Dropped, members: Sequence[str]) -> None:
        """Refuse, for the whole site, an export that must not be mixed into it."""
        is_inside = any(PurePosixPath(member).name == MARK_FILE for member in members)
        is_marked = is_inside or _is_covered(dropped.path.parent, self.marked_folders)
        if is_marked != self.is_synthetic_site:
            raise ConfigurationError([_fault(dropped.name, is_marked=is_marked)])


@lru_cache
def _is_covered(folder: Path, marked: frozenset[Path]) -> bool:
    """Whether a folder or one above it is marked; asked anew for every file of a folder."""
    return folder in marked or not marked.isdisjoint(folder.parents)


def _fault(name: str, *, is_marked: bool) -> Fault:
    if is_marked:
        mend = "Move the invented exports to a site of their own, made with `evenkeel simulate`"
        return Fault(f"exports: {name}", f"found an export marked {MARK_FILE} on a site of real people", mend)
    mend = "Move the real exports to a site that is not synthetic"
    return Fault(f"exports: {name}", f"found an export without {MARK_FILE} on a synthetic site", mend)
