"""Names for the arrays that baselines and deviations are made of, and the compiler of their day loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int8]
Indices = npt.NDArray[np.int64]

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a loop over days to machine code, keeping its type; the result is kept on disk between runs."""
    return cast("Function", numba.njit(cache=True)(function))
