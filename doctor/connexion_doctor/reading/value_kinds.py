"""What a value may be besides what Python has: names of libraries, classes and functions of the project."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Function, Module
from connexion_doctor.reading.chains import Made, Where
from connexion_doctor.reading.modules import LaunchModules


class Unknown(Exception):
    """A value that the files do not tell."""


class Ambiguous(Unknown):
    """One of several values, as it is decided when it runs."""

    def __init__(self, found: list[object]) -> None:
        super().__init__()
        self.found = found


class Unset(Unknown):
    """A variable of the environment that is not set here."""


class Fails(Unknown):
    """An operation that Python cannot do with these values: the expression, and what it raises."""

    def __init__(self, node: ast.expr, error: Exception) -> None:
        super().__init__(str(error))
        self.node, self.error = node, error


@dataclass(frozen=True)
class Library:
    """A name of a library, or of Python itself."""

    name: str


@dataclass(frozen=True)
class Namespace:
    """A module of the project."""

    module: Module


@dataclass(frozen=True)
class Class:
    """A class of the project."""

    owner: Module
    node: ast.ClassDef


@dataclass(frozen=True)
class Called:
    """A function of the project; of a method with its object."""

    module: Module
    node: Function
    itself: Made | Class | None = None


@dataclass(frozen=True)
class Hidden:
    """A key or a value of a dictionary of which the files do not tell what it is."""

    node: ast.expr

    def __bool__(self) -> bool:
        raise Unknown


@dataclass(frozen=True)
class Member:
    """A member of an enumeration."""

    name: str
    value: object


@dataclass(frozen=True)
class Handle:
    """A file that is open, or its content: what reads it has its path."""

    path: Path


@dataclass(frozen=True)
class Closure:
    """A ``lambda``, and what it stands in."""

    node: ast.Lambda
    where: Where


@dataclass(frozen=True)
class RecordType:
    """What ``namedtuple`` makes: the names of its fields, and what the last of them are where nothing is
    given."""

    fields: tuple[str, ...]
    defaults: tuple[object, ...] = ()

    def made(self, given: list[object], named: Mapping[str, object]) -> Record:
        """A named tuple.

        :raises ValueError: the call does not fit
        """
        values = dict(zip(self.fields[len(self.fields) - len(self.defaults) :], self.defaults, strict=True))
        values |= {**dict(zip(self.fields, given, strict=False)), **named}
        if len(given) > len(self.fields) or set(values) != set(self.fields):
            raise ValueError
        made = Record(values[name] for name in self.fields)
        made.fields = self.fields
        return made


class Release(tuple[int, ...]):
    """A version of Python of which no more is known than its first two numbers."""

    def _decided(self, other: object) -> tuple[int, ...]:
        """What it is compared with, where the numbers that are known decide."""
        if not isinstance(other, tuple) or other[: len(self)] == tuple(self) and len(other) > len(self):
            raise Unknown
        return other

    def __lt__(self, other: object) -> bool:
        return tuple(self) < self._decided(other)

    def __le__(self, other: object) -> bool:
        return self < other  # it has more numbers than these

    def __gt__(self, other: object) -> bool:
        return not self < other

    def __ge__(self, other: object) -> bool:
        return not self < other

    def __eq__(self, other: object) -> bool:
        self._decided(other)
        return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice) and (key.stop is None or key.stop > len(self)):
            raise Unknown
        return super().__getitem__(key)


class Record(tuple[object, ...]):
    """A named tuple."""

    fields: tuple[str, ...] = ()


class Fields(dict[str, object]):
    """What ``types.SimpleNamespace`` and the like have as attributes."""


class Entry(Fields):
    """What ``os.scandir`` gives."""


class Sections(dict[str, dict[str, str]]):
    """What ``configparser`` has read."""


class Operation(Fields):
    """An operation of a specification, as resolvers get it; ``resolved`` is the name that Connexion's own
    resolver makes of it."""

    def __init__(self, resolved: str, **attributes: object) -> None:
        super().__init__(attributes)
        self.resolved = resolved


class Loaded(dict[object, object]):
    """A document that was read from a file."""

    def __init__(self, content: dict[object, object], path: Path) -> None:
        super().__init__(content)
        self.path = path


class Evaluator(Protocol):
    """Who evaluates expressions, for those who know what they are made of."""

    modules: LaunchModules

    def of(self, node: ast.expr, where: Where) -> object:
        """What an expression gives. :raises Unknown: it cannot be known"""
        ...

    def changed(self, module: Module) -> frozenset[str]:
        """The names whose values a file changes; attributes with a dot before them."""
        ...

    def several(self, nodes: list[ast.expr], where: Where) -> Iterator[object]:
        """What expressions give, those with a star all that is in them."""
        ...

    def text(self, node: ast.expr | None, where: Where) -> str | None:
        """The text that an expression stands for."""
        ...

    def module(self, dotted: str, level: int, module: Module) -> Module | None:
        """The module of that name, seen from another."""
        ...

    def path(self, node: ast.expr | None, where: Where) -> Path | None:
        """The path that an expression stands for, as the project has it."""
        ...

    def truth(self, node: ast.expr, where: Where) -> bool | None:
        """Whether a condition holds."""
        ...

    def decided(self, node: ast.expr, where: Where) -> bool:
        """Whether a condition holds that decides a value. :raises Unknown: it cannot be known"""
        ...

    def enumerated(self, one: Class, node: ast.Call, where: Where) -> object:
        """The member of an enumeration that a call of its class gives; None where it is none."""
        ...
