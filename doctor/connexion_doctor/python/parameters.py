"""What a parameter gets: by its annotation, as a pytest fixture, or from the callers, where they agree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from connexion_doctor.python.module import Binding, Function, Module, Scope, Use, reference
from connexion_doctor.python.spelling import APPS


class Files(Protocol):
    """The modules that names are looked up in, who calls what in them, and where an import leads."""

    def calls_to(self, name: str) -> Sequence[Use[ast.Call]]:
        """The calls of functions, and of methods, whose last name is this."""

    @property
    def fixtures(self) -> Mapping[str, Sequence[tuple[Module, Function]]]:
        """pytest fixtures by name."""

    def parsed(self, path: str) -> Module | None:
        """A module by its path."""

    def definition(self, reference: str | None) -> tuple[Module, Function | ast.ClassDef, Scope] | None:
        """The function or class behind ``@path:Outer.name``."""

    def is_fixture(self, node: Function) -> bool:
        """Whether a function is a pytest fixture."""

    def locate(self, dotted: str, module: Module) -> str | None:
        """The path of a module of the project that ``module`` imports."""


class Values(Protocol):
    """What expressions of these files stand for (``names.Names``)."""

    sources: Files

    def raw(self, node: ast.AST, module: Module, scope: Scope) -> str | None:
        """What an expression stands for, classes and functions of the project as references."""

    def expression(self, node: ast.AST, module: Module, scope: Scope) -> str | None:
        """The same, not remembered."""

    def outside(self, name: str) -> str:
        """The library class that a class of the project extends."""

    def returned(self, module: Module, node: Function) -> str | None:
        """What a function returns."""


def agreed(values: Iterable[str | None]) -> str | None:
    """What all of these are. After one that is not known, or that differs, the others are not asked for."""
    found = None
    for value in values:
        if value is None or found not in (None, value):
            return None
        found = value
    return found


class Parameters:
    """Answers ``value`` for parameters of functions.

    :param names: what everything else stands for
    """

    def __init__(self, names: Values) -> None:
        self.names = names

    def value(self, binding: Binding, module: Module, scope: Scope) -> str | None:
        """What a parameter gets, where that can be known."""
        function = scope.function
        argument = binding.node
        if function is None or not isinstance(argument, ast.arg):
            return None
        if argument.annotation is not None and scope.parent is not None:
            annotated = self._annotated(argument.annotation, module, scope.parent)
            if annotated is not None and self.names.outside(annotated) in (*APPS, "flask.Flask"):
                return f"{annotated}()"
        if function.name.startswith("test") or self.names.sources.is_fixture(function):
            return self._fixture(argument.arg, module)
        return self._argument(function, argument.arg, module, scope)

    def _annotated(self, node: ast.expr, module: Module, scope: Scope) -> str | None:
        """The class that an annotation names: as it stands, as text, as ``X | None``, as ``Optional[X]``."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inside = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return None
            # Names in it are those of the place where the text stands.
            for child in ast.walk(inside):
                ast.copy_location(child, node)
            return self._annotated(inside, module, scope)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [n for n in (node.left, node.right) if not isinstance(n, ast.Constant)]
            return self._annotated(sides[0], module, scope) if len(sides) == 1 else None
        if isinstance(node, ast.Subscript):
            outer = self.names.raw(node.value, module, scope)
            return self._annotated(node.slice, module, scope) if outer == "typing.Optional" else None
        return self.names.expression(node, module, scope)

    def _fixture(self, name: str, module: Module) -> str | None:
        """What a pytest fixture gives a test."""
        found = self.names.sources.fixtures.get(name, [])
        own = [pair for pair in found if pair[0] is module]
        if not found and name == "client":  # pytest-flask makes it from the ``app`` fixture
            app = self._fixture("app", module)
            return f"{app}.test_client()" if app is not None else None
        return agreed(self.names.returned(where, node) for where, node in own or found)

    def _argument(self, function: Function, name: str, module: Module, scope: Scope) -> str | None:
        """What every caller in the project passes for a parameter, if they agree."""
        outer = scope.parent
        if outer is None or outer.is_class:
            return None
        wanted = f"{reference(module, outer)}.{function.name}".replace(":.", ":")
        names = [a.arg for a in [*function.args.posonlyargs, *function.args.args]]
        return agreed(
            self._passed(call, name, names)
            for call in self.names.sources.calls_to(function.name)
            if self.names.raw(call.node.func, call.module, call.scope) == wanted
        )

    def _passed(self, call: Use[ast.Call], name: str, names: list[str]) -> str | None:
        for keyword in call.node.keywords:
            if keyword.arg == name:
                return self.names.raw(keyword.value, call.module, call.scope)
        index = names.index(name) if name in names else len(call.node.args)
        if index < len(call.node.args):
            return self.names.raw(call.node.args[index], call.module, call.scope)
        return None
