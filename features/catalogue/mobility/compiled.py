"""One decorator for numerical kernels: compiled once, kept on disk, run without the interpreter lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(function: Kernel) -> Kernel:
    """Compile a function of numbers and arrays; its Python form stays reachable as `.py_func`.

    The compiler's disk cache watches only a kernel's own file: after a change to a kernel that others call, remove
    the `*.nbi` and `*.nbc` files of this folder (a fresh installation has none).
    """
    return cast("Kernel", numba.njit(cache=True, nogil=True)(function))
