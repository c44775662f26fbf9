"""Fetching planned files from the drop folder: archives stay open while files are taken from them."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.errors import ExportError
from pipeline.intake.containers import Container, opened
from pipeline.intake.plan import PlannedFile

MAX_OPEN = 24
"""An open archive of ten thousand members holds some megabytes of names."""


class Shelf:
    """Dropped files, opened when first asked for, at most so many at a time; close it after use."""

    def __init__(self, exports: Path) -> None:
        self._exports = exports
        self._open: dict[str, tuple[AbstractContextManager[Container], Container]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._open:
            self._close_oldest()

    def content(self, file: PlannedFile) -> bytes:
        """The content that was planned; `ExportError` when it is gone, broken or no longer the same."""
        content = self._container(file.container).read(file.member)
        if hashlib.sha256(content).hexdigest() != file.digest:
            message = "found another content than when the file was discovered; it is read in the next run"
            raise ExportError("changed_while_reading", message)
        return content

    def _container(self, name: str) -> Container:
        if name not in self._open:
            if len(self._open) >= MAX_OPEN:
                self._close_oldest()
            # An absolute name stays as it is: it lies outside the drop folder.
            manager = opened(self._exports / name)
            self._open[name] = (manager, manager.__enter__())
        return self._open[name][1]

    def _close_oldest(self) -> None:
        manager, _ = self._open.pop(next(iter(self._open)))
        manager.__exit__(None, None, None)
