"""One parsed file: its scopes and what binds names in them, and the uses that rules look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

from connexion_doctor.model import Location
from connexion_doctor.model.source import Source
from connexion_doctor.python.nodes import last_name

N = TypeVar("N", bound=ast.AST)
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Position: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Unread:
    """A file that could not be read, and why."""

    path: str
    reason: str


@dataclass(eq=False, slots=True)
class Binding:
    """One way a name gets a value. ``kind``: value, def, class, import, parameter, with, other."""

    kind: str
    node: ast.AST
    position: Position
    value: ast.expr | None = None
    dotted: str | None = None  # of an import: what the name stands for
    level: int = 0  # of a relative import: its dots
    index: int | None = None  # which part of the value: of ``a, b = value``
    guarded: bool = False  # it is made in a ``try`` that forgives its failure


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class or function and the names bound in it."""

    node: ast.AST
    parent: Scope | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)  # what its function returns or yields
    self_name: str | None = None  # the first parameter of a method
    owner: Scope | None = None  # of a method: the scope of its class

    @property
    def is_class(self) -> bool:
        """Whether it is the body of a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_module(self) -> bool:
        """Whether it is the body of a module."""
        return isinstance(self.node, ast.Module)

    @property
    def function(self) -> Function | None:
        """The function that this scope is the body of."""
        return self.node if isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef) else None


@dataclass(eq=False, slots=True)  # there are many: frozen ones take twice as long to make
class Use(Generic[N]):
    """A node that a rule may look at, where it stands. ``statement`` is the statement it is part of.

    ``guarded``: it stands in a ``try`` that forgives its failure, or under a test of the version.
    ``main``: it stands under ``if __name__ == "__main__"``. ``awaited``: it is the operand of ``await``.
    """

    module: Module
    node: N
    scope: Scope
    statement: ast.stmt
    guarded: bool = False
    main: bool = False
    awaited: bool = False


@dataclass(eq=False)
class Module:
    """A parsed file of the project. ``names`` are the dotted names under which it may be imported."""

    source: Source
    tree: ast.Module
    names: tuple[str, ...]
    scope: Scope
    is_package: bool = False
    calls: list[Use[ast.Call]] = field(default_factory=list)
    attributes: list[Use[ast.Attribute]] = field(default_factory=list)
    subscripts: list[Use[ast.Subscript]] = field(default_factory=list)
    imports: list[Use[ast.Import | ast.ImportFrom]] = field(default_factory=list)
    assigns: list[Use[ast.Assign]] = field(default_factory=list)
    functions: list[Use[ast.FunctionDef | ast.AsyncFunctionDef]] = field(default_factory=list)
    classes: list[Use[ast.ClassDef]] = field(default_factory=list)
    scopes: dict[int, Scope] = field(default_factory=dict)  # id of a function or class -> its scope
    fields: dict[int, dict[str, list[tuple[ast.expr, Scope]]]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path as reports show it."""
        return self.source.path

    def calls_to(self, name: str) -> Sequence[Use[ast.Call]]:
        """The calls of functions, and of methods, whose last name is this."""
        return self._calls.get(name, ())

    @cached_property
    def _calls(self) -> dict[str, list[Use[ast.Call]]]:
        found: dict[str, list[Use[ast.Call]]] = {}
        for call in self.calls:
            found.setdefault(last_name(call.node.func), []).append(call)
        return found

    def from_here(self, dotted: str, level: int) -> str:
        """A relative import, with so many dots, as the whole name of what it imports."""
        base = self.names[0].split(".") if self.names and self.names[0] else []
        drop = level - 1 if self.is_package else level
        prefix = base[: len(base) - drop] if drop else base
        return ".".join([*prefix, *([dotted] if dotted else [])])

    def text(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The source text of a node, as it stands."""
        place = self.source.location(node)  # type: ignore[arg-type]
        end_line, end_column = place.end
        lines = self.source.lines[place.line - 1 : end_line]
        if len(lines) == 1:
            return lines[0][place.column - 1 : end_column - 1]
        return "\n".join([lines[0][place.column - 1 :], *lines[1:-1], lines[-1][: end_column - 1]])

    def location(self, node: ast.AST) -> Location:
        """The span of a node: characters, from 1."""
        return self.source.location(node)  # type: ignore[arg-type]

    def name_uses(self, name: str) -> Iterator[ast.Name]:
        """Every place where a name is read."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield node


def position_of(node: ast.AST) -> Position:
    """Line and column as ``ast`` counts them."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def reference(module: Module, scope: Scope) -> str:
    """``@path:Outer.inner`` of a scope; the module itself is ``@path:``."""
    parts: list[str] = []
    where: Scope | None = scope
    while where is not None and not where.is_module:
        parts.append(getattr(where.node, "name", "<lambda>"))
        where = where.parent
    return f"@{module.path}:{'.'.join(reversed(parts))}"
