"""Compiling a loop over arrays, so that a sequential algorithm runs over a whole shard without Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function as machine code, kept beside its module so that later processes need not compile it again."""
    return cast("F", numba.njit(cache=True)(function))


def compiled_anew(function: F) -> F:
    """The function as machine code, compiled in every process.

    For one that calls compiled functions of other modules: a kept copy would not notice when they change.
    """
    return cast("F", numba.njit(function))
