"""A pytest fixture, or a variable of a test, that is the Flask app inside, made the Connexion app.

Whoever takes it goes on with ``app.app``, but for the client, which is the Connexion app's then.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import replace
from connexion_doctor.python.module import Function, Scope
from connexion_doctor.rules.migration.uses import FLASK


def edits(sources: Sources, use: Use[ast.Call], inner: ast.expr) -> tuple[Edit, ...]:
    """The edits of what gives a name its app, and of all that take it; empty where something is not certain.

    :param inner: what the test client is made of: a variable of a function, or a parameter that a fixture
        gives
    """
    if not isinstance(inner, ast.Name):
        return ()
    function = use.scope.function
    bindings = use.scope.bindings.get(inner.id, [])
    if function is not None and [one.kind for one in bindings] == ["value"]:
        given = _made(sources, use.module, use.scope, inner)
        own = _inside(use.module, function, inner.id, None)
        return (*given, *own) if given else ()
    fixtures = sources.fixtures.get(inner.id, [])
    if [one.kind for one in bindings] != ["parameter"] or len(fixtures) != 1:
        return ()
    given = _given(sources, *fixtures[0])
    taken = [edit for module in sources.modules for edit in _taken(sources, module, inner.id)]
    return tuple(dict.fromkeys([*given, *taken])) if given else ()


def _given(sources: Sources, module: Module, fixture: Function) -> list[Edit]:
    """The fixture gives the Connexion app; empty where it is not certain which."""
    scope = module.scopes[id(fixture)]
    found: list[Edit] = []
    for value in scope.returns:
        made = _made(sources, module, scope, value)
        if not made:
            return []
        found += made
        if isinstance(value, ast.Name):
            found += _inside(module, fixture, value.id, value)
    return found


def _made(sources: Sources, module: Module, scope: Scope, value: ast.expr) -> list[Edit]:
    """``made().app`` as ``made()``, where it stands or where a name is given it, once."""
    made: ast.expr | None = value
    if isinstance(value, ast.Name):
        bindings = scope.bindings.get(value.id, [])
        single = len(bindings) == 1 and bindings[0].kind == "value" and bindings[0].index is None
        made = bindings[0].value if single else None
    if not isinstance(made, ast.Attribute) or made.attr != "app":
        return []
    if sources.names.value(made.value, module, scope) != f"{FLASK}()":
        return []
    return [replace(module, made, module.text(made.value))]


def _taken(sources: Sources, module: Module, name: str) -> Iterator[Edit]:
    """What functions that take the fixture go on to do with it."""
    for use in module.functions:
        arguments = [*use.node.args.posonlyargs, *use.node.args.args, *use.node.args.kwonlyargs]
        asks = use.node.name.startswith("test") or sources.is_fixture(use.node)
        if asks and any(one.arg == name for one in arguments):
            yield from _inside(module, use.node, name, None)


def _inside(module: Module, function: Function, name: str, given: ast.expr | None) -> Iterator[Edit]:
    """``app`` as ``app.app``, but where the client is made, and where the fixture gives it."""
    clients = {
        id(node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "test_client"
    }
    for node in ast.walk(function):
        read = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        if read and id(node) not in clients and node is not given:
            yield replace(module, node, f"{name}.app")
