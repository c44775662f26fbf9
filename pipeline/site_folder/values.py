"""Turning written values into a declared dataclass, every fault named, through pydantic; never the value itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import Fault

Declared = TypeVar("Declared")


def names_of(kind: type) -> list[str]:
    """The names of a dataclass's fields, in order."""
    return [item.name for item in fields(kind)]


def required_of(kind: type) -> list[str]:
    """The names of the fields that have no default."""
    return [item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING]


def fitted(written: Mapping[str, object], kind: type[Declared], where: str) -> tuple[Declared | None, list[Fault]]:
    """The written values as a dataclass, or None and a fault for every value that does not fit."""
    faults = list(_unknown(written, kind, where))
    adapter: TypeAdapter[Declared] = _adapter(kind)  # type: ignore[arg-type]  # a class is hashable
    try:
        value = adapter.validate_python(dict(written))
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        return None, faults + [_fault(detail["loc"], detail["msg"], where) for detail in details]
    return (None, faults) if faults else (value, [])


@cache
def _adapter(kind: type[Declared]) -> TypeAdapter[Declared]:
    return TypeAdapter(kind)


def _unknown(written: Mapping[str, object], kind: type, where: str) -> Iterator[Fault]:
    known = names_of(kind)
    for name in written:
        if name not in known:
            yield Fault(f"{where} `{name}`", "found a name that nothing reads", f"Use {', '.join(known)}")


def _fault(location: tuple[Any, ...], message: str, where: str) -> Fault:
    if message == "Field required":
        return Fault(where, f"found no `{location[0]}`", "Add it")
    mend = message.replace("Input should be ", "Expected ")
    return Fault(f"{where} `{location[0]}`", "found a value that does not fit", mend)
