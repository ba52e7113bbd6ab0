"""What reading makes of an expression: an object as the chain of its layers, and where it was written."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Protocol

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Layer, Location
from connexion_doctor.python.module import Function, Module, Scope
from connexion_doctor.reading.modules import LaunchModules


@dataclass(frozen=True)
class ReadApp:
    """A Connexion app as it is written: the call that makes it, and where."""

    framework: str
    module: Module
    call: ast.Call
    scope: Scope
    passed: Passed | None = None  # what the function around the call was given

    base: tuple[ast.Call, Where] | None = None  # where a class of the project calls what it extends
    made: Made | None = None  # as an object of that class

    @property
    def at(self) -> Location:
        """The place of its call."""
        return self.module.location(self.call)

    @property
    def where(self) -> Where:
        """What its call is read in."""
        return Where(self.module, self.scope, self.passed)

    @property
    def settings(self) -> tuple[ast.Call, Where]:
        """The call that gives Connexion its arguments, and what it is read in."""
        return self.base or (self.call, self.where)


@dataclass(frozen=True)
class Chain:
    """The layers of an object. ``kind``: ``app`` (something a server can call), ``function`` and ``class``
    (as they stand), ``none`` (the value None), ``coroutine`` and ``generator`` (``inside`` is what they
    give), ``other`` (``found`` says what, where that is known).

    ``coroutine``: whether its call is declared ``async``, by which servers guess; None: not known.
    """

    layers: tuple[Layer, ...] = ()
    app: ReadApp | None = None
    kind: str = "app"
    function: tuple[Module, Function] | None = None
    klass: tuple[Module, ast.ClassDef] | None = None
    coroutine: bool | None = True
    found: str | None = None
    made: Made | None = None  # of an object of a class of the project
    passed: Passed | None = None  # what the function around a function was given
    inside: Chain | None = None
    preset: tuple[ast.Call, Where] | None = None  # the ``functools.partial(...)`` around a function

    def with_preset(self, call: ast.Call | None) -> ast.Call | None:
        """A call of it, with what is given beforehand."""
        if self.preset is None:
            return call
        first, last = self.preset[0], call or ast.Call(self.preset[0].func, [], [])
        made = ast.Call(last.func, [*first.args[1:], *last.args], [*first.keywords, *last.keywords])
        return ast.copy_location(made, first)

    @property
    def shape(self) -> tuple[object, ...]:
        """What has to agree for two values to be taken for the same."""
        return (self.kind, *((layer.type, layer.interface) for layer in self.layers))


@dataclass(frozen=True)
class Where:
    """What an expression is read in: its module and scope, and what the function around it was given."""

    module: Module
    scope: Scope
    passed: Passed | None = None

    def at(self, node: ast.AST) -> Location:
        """The place of a node."""
        return self.module.location(node)

    def passed_in(self, scope: Scope) -> Passed | None:
        """What the function of a scope around was given."""
        passed = self.passed
        while passed is not None and passed.scope is not scope:
            passed = passed.outer
        return passed

    def knowing(self, names: Mapping[str, object]) -> Where:
        """The same, with the values of names of its scope, as a loop gives them."""
        mine = self.passed
        if mine is not None and mine.scope is self.scope:
            return replace(self, passed=replace(mine, known={**mine.known, **names}))
        return replace(self, passed=Passed(scope=self.scope, known=names, outer=mine))


@dataclass(frozen=True)
class Given:
    """A value as it was written, and where."""

    node: ast.expr
    where: Where


@dataclass(frozen=True)
class Made:
    """An object of a class of the project: the class, and what its ``__init__`` was given (None: that
    function is the one around)."""

    owner: Module
    node: ast.ClassDef
    init: Passed | None = None

    def field(self, name: str, around: Passed | None = None) -> Given | None:
        """What ``__init__`` gives a field, where nothing else does."""
        init = self.init or around
        values = self.owner.fields.get(id(self.node), {}).get(name, [])
        if init is None or len(values) != 1 or values[0][1] is not init.scope:
            return None
        return Given(values[0][0], Where(self.owner, values[0][1], init))


@dataclass(frozen=True)
class Passed:
    """Arguments of a call, by the names of the function's parameters, each where it was written.

    ``known`` are names whose values loops give; ``outer`` what a function around was given; ``caller`` where
    the call stands.
    """

    values: Mapping[str, Given] = field(default_factory=dict)
    scope: Scope | None = None
    itself: str = ""  # in a method: its first parameter, and the object that it stands for
    made: Made | None = None
    known: Mapping[str, object] = field(default_factory=dict)
    outer: Passed | None = None
    caller: Where | None = None


class Reader(Protocol):
    """Who reads expressions, for those who read what they are made of."""

    modules: LaunchModules
    major: int  # of the Connexion that will run
    ran: list[tuple[Module, Function, Passed]]  # functions that were called on the way to the app

    @property
    def values(self) -> Any:
        """Who evaluates what is no app (``values``)."""
        ...

    def value(self, node: ast.expr, where: Where) -> Chain:
        """What an expression gives. :raises Unread: it cannot be known"""
        ...
