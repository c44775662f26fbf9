"""Finding what is declared by walking a folder, so that adding a thing is adding a module and no list is edited."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def modules_below(package: ModuleType) -> list[ModuleType]:
    """Every module below a package, imported, in alphabetical order."""
    found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    return [importlib.import_module(info.name) for info in sorted(found, key=lambda info: info.name)]


def declared_in(package: ModuleType, kind: type[T]) -> tuple[T, ...]:
    """All module-level values of one type below a package, each once, in order of module and name."""
    unique: dict[int, T] = {}
    for module in modules_below(package):
        for _, value in sorted(vars(module).items()):
            if isinstance(value, kind):
                unique.setdefault(id(value), value)
    return tuple(unique.values())
