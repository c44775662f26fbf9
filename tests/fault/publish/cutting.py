"""A power cut before the n-th forced write, renaming or commit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session


class Cut(BaseException):
    """The process ends here: no handler of errors may catch it."""


@contextmanager
def cut_at(monkeypatch: pytest.MonkeyPatch, step: int) -> Iterator[None]:
    """Let the process die before the step-th forced write, renaming or commit, counted from 0."""
    steps = iter(range(step))

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if next(steps, None) is None:
                raise Cut
            return real(*arguments, **named)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", dying(os.replace))
        patched.setattr(os, "fsync", dying(os.fsync))
        patched.setattr(Session, "commit", dying(Session.commit))
        yield
