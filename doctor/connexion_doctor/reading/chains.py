"""What reading makes of an expression: an object as the chain of its layers, and where it was written."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

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


@dataclass(frozen=True)
class Chain:
    """The layers of an object. ``kind``: ``app`` (something a server can call), ``function`` and ``class``
    (as they stand), ``none`` (the value None), ``other`` (``found`` says what, where that is known).

    ``coroutine``: whether its call is declared ``async``, by which servers guess; None: not known.
    """

    layers: tuple[Layer, ...] = ()
    app: ReadApp | None = None
    kind: str = "app"
    function: tuple[Module, Function] | None = None
    klass: tuple[Module, ast.ClassDef] | None = None
    coroutine: bool | None = True
    found: str | None = None

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


@dataclass(frozen=True)
class Given:
    """A value as it was written, and where."""

    node: ast.expr
    where: Where


@dataclass(frozen=True)
class Passed:
    """Arguments of a call, by the names of the function's parameters, each where it was written."""

    values: Mapping[str, Given] = field(default_factory=dict)
    scope: Scope | None = None
    itself: str = ""  # in a method: its first parameter, and what its fields were given
    fields: Mapping[str, Given] = field(default_factory=dict)


class Reader(Protocol):
    """Who reads expressions, for those who read what they are made of."""

    modules: LaunchModules
    major: int  # of the Connexion that will run
    ran: list[tuple[Module, Function]]  # functions that were called on the way to the app

    def value(self, node: ast.expr, where: Where) -> Chain:
        """What an expression gives. :raises Unread: it cannot be known"""
        ...
