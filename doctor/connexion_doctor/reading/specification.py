"""The operations of a specification: whether they lead to functions.

Resolved as Connexion's ``Resolver`` does (``connexion/resolver.py``): the operationId behind the controller
that the operation or its path names; ``RelativeResolver`` puts a module in front of it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Module
from connexion_doctor.reading.functions import module_with
from connexion_doctor.reading.resolvers import Resolver
from connexion_doctor.reading.specification_files import UNFILLED
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.values import Values

MOST_NODES = 100_000  # of a document, which may lead back to itself
NO_NAME = "Empty function name"  # of an operation without operationId (``connexion/utils.py``)
METHODS = frozenset("get put post delete options head patch trace".split())


@dataclass(frozen=True)
class Unresolved:
    """An operation that leads to no function: how it is asked, as it is written, what was looked for, what
    Connexion says."""

    asked: str
    wrote: str
    looked_for: str
    says: str


def operations_of(
    document: Mapping[str, object], resolver: Resolver, values: Values
) -> tuple[list[Unresolved], list[Module]]:
    """The operations that lead to no function; the modules of the others."""
    led: list[Module] = []
    return list(_unresolved(document, resolver, values, led)), led


def _unresolved(
    document: Mapping[str, object], resolver: Resolver, values: Values, led: list[Module]
) -> Iterator[Unresolved]:
    """The operations that lead to no function; ``led`` gets the modules of the others."""
    for asked, wrote, whole in named_in(document, resolver):
        module = module_with(whole, values)
        plain = _plain_view(whole.rpartition(".")[0], values) if resolver.as_view else None
        if plain is not None:
            yield Unresolved(asked, wrote, whole, f"type object {plain!r} has no attribute 'as_view'")
        elif module is None:
            says = f'Cannot resolve operationId "{whole}"!' if whole else NO_NAME
            yield Unresolved(asked, wrote, whole, says)
        elif module not in led:
            led.append(module)


def _plain_view(dotted: str, values: Values) -> str | None:
    """The name of a class where it is no view of Flask's: it extends nothing."""
    module, name = module_with(dotted, values), dotted.rpartition(".")[2]
    found = [
        node
        for node in (module.tree.body if module is not None else ())
        if isinstance(node, ast.ClassDef) and node.name == name
    ]
    return name if found and not found[-1].bases else None


def twice_in(document: Mapping[str, object], resolver: Resolver, without: Collection[str]) -> str | None:
    """The name under which Flask would get two of the operations (``flaskify_endpoint``), of which it takes
    one only.

    :param without: the operations that lead to no function
    """
    seen: set[str] = set()
    for path, method, operation in _operations(document):
        whole = resolver.named(operation, document, path, method)
        name = (whole or "").replace(".", "_")
        if name in seen:
            return name
        seen |= {name} if whole and whole not in without else set()
    return None


def named_in(document: Mapping[str, object], resolver: Resolver) -> Iterator[tuple[str, str, str]]:
    """The operations: how they are asked, as written, and as looked for."""
    for path, method, operation in _operations(document):
        whole = resolver.function(operation, document, path, method)
        if UNFILLED in whole:
            raise Unread(f"what {method.upper()} {path} leads to is filled in when it runs")
        yield f"{method.upper()} {path}", str(operation.get("operationId") or whole), whole


def _operations(document: Mapping[str, object]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """The operations, each with its path and method."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        if not isinstance(item, dict) or "$ref" in item:
            raise Unread(f"the path {path} of the specification cannot be read")
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, dict):
                yield path, method, operation


def underscored(document: Mapping[str, object]) -> tuple[str, ...]:
    """The headers that are named with an underscore: parameters, and API keys."""
    found: dict[str, None] = {}
    pending: list[object] = [document]
    for at, node in enumerate(pending):  # grows while it is read
        if at > MOST_NODES:
            break
        if isinstance(node, Mapping):
            name = node.get("name")
            if node.get("in") == "header" and isinstance(name, str) and "_" in name:
                found[name] = None
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return tuple(found)
