"""Frozen data classes as plain JSON data and back, by their annotations."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from connexion_doctor.foundation.late import written

T = TypeVar("T")


def plain(value: Any) -> Any:
    """A value of data classes, enums, tuples, sets and mappings as JSON data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(entry) for entry in value)
    if isinstance(value, (tuple, list)):
        return [plain(entry) for entry in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def build(kind: type[T], data: Any) -> T:
    """The data class again.

    :raises ValueError: the data is not what the annotations say
    """
    try:
        made = _build(kind, data)
    except (TypeError, KeyError, AttributeError, OverflowError) as exc:
        raise ValueError(f"not a {kind.__name__}: {exc}") from exc
    assert isinstance(made, kind)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in (Any, object):
        return data
    if origin in (typing.Union, types.UnionType):
        return _one_of(arguments, data)
    if origin is tuple:
        kinds: Sequence[Any] = arguments[:1] * len(data) if arguments[1:] == (...,) else arguments
        return tuple(_build(inner, entry) for inner, entry in zip(kinds, data, strict=True))
    if origin is frozenset:
        return frozenset(_build(arguments[0], entry) for entry in data)
    if origin is not None and issubclass(origin, Mapping):
        return {name: _build(arguments[1], entry) for name, entry in data.items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(written(kind)):
        hints = _hints(kind)
        return kind(**{name: _build(hints[name], entry) for name, entry in data.items()})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(data)
    if kind is float and isinstance(data, int):
        return float(data)
    if not isinstance(data, kind):
        raise TypeError(f"{data!r} is not of {kind}")
    return data


def _one_of(kinds: Sequence[Any], data: Any) -> Any:
    if data is None and type(None) in kinds:
        return None
    rest = [kind for kind in kinds if kind is not type(None)]
    return _build(rest[0], data)
