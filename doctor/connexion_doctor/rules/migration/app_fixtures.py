"""A pytest fixture, or a variable of a test, that is the Flask app inside, made the Connexion app.

Whoever takes it goes on with ``app.app``, but for the client, which is the Connexion app's then.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import add_import, insert, replace
from connexion_doctor.python.module import Binding, Function, Scope
from connexion_doctor.rules.migration.flask_testing import family
from connexion_doctor.rules.migration.uses import FLASK

OWN = ("self", "cls")


def edits(sources: Sources, use: Use[ast.Call], inner: ast.expr) -> tuple[Edit, ...]:
    """The edits of what gives a name its app, and of all that take it; empty where something is not certain.

    :param inner: what the test client is made of: a variable of a function, or a parameter that a fixture
        gives
    """
    if isinstance(inner, ast.Attribute) and getattr(inner.value, "id", "") in OWN:
        return _of_a_test_case(sources, use, inner.attr)
    if not isinstance(inner, ast.Name):
        return ()
    function = use.scope.function
    bindings = use.scope.bindings.get(inner.id, [])
    if not bindings and use.module.scope.bindings.get(inner.id):
        bindings = use.module.scope.bindings[inner.id]
    if [one.kind for one in bindings] == ["import"]:
        return _imported(sources, use, inner, bindings[0])
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


def _imported(sources: Sources, use: Use[ast.Call], inner: ast.Name, binding: Binding) -> tuple[Edit, ...]:
    """Of ``from shop import app``, where ``app = made.app``: the client of ``made``, imported from there."""
    module, node = use.module, binding.node
    if not isinstance(node, ast.ImportFrom) or binding.guarded:
        return ()
    alias = next(one for one in node.names if (one.asname or one.name) == inner.id)
    for path in sources.origins(binding, module):
        home = sources.parsed(path)
        bound = home.scope.bindings.get(alias.name, []) if home is not None else []
        value = bound[0].value if len(bound) == 1 else None
        if home is None or not isinstance(value, ast.Attribute) or not isinstance(value.value, ast.Name):
            continue
        made = value.value.id
        several = len(home.scope.bindings.get(made, [])) != 1
        if several or not _made(sources, home, home.scope, value) or _has(module, made):
            return ()
        clients = _clients(module.tree)
        if all(id(one) in clients for one in module.name_uses(inner.id)):
            return replace(module, inner, made), replace(module, alias, made)
        imported = add_import(module, made, "." * node.level + (node.module or ""))
        return (replace(module, inner, made), imported) if imported is not None else ()
    return ()


def _has(module: Module, name: str) -> bool:
    """Whether a module has a name of its own of that kind."""
    return any(name in scope.bindings for scope in (module.scope, *module.scopes.values()))


def _clients(node: ast.AST) -> set[int]:
    """What test clients are made of, by identity."""
    return {
        id(one.value)
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and one.attr == "test_client"
    }


def _of_a_test_case(sources: Sources, use: Use[ast.Call], name: str) -> tuple[Edit, ...]:
    """``self.app = made().app`` of a class that no other derives from: the Connexion app, of whose Flask app
    all but the client is taken."""
    module = use.module
    cls = next((one for one in module.classes if any(use.node is each for each in ast.walk(one.node))), None)
    if cls is None or len(family(sources, cls)) > 1:
        return ()
    given = [
        (one.value, module.scopes[id(function)])
        for function in cls.node.body
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and any(_is_own(target, name) for target in one.targets)
        if isinstance(function, ast.FunctionDef)
    ]
    made = _made(sources, module, given[0][1], given[0][0]) if len(given) == 1 else []
    clients = _clients(cls.node)
    others = [
        insert(module, *module.location(one).end, ".app")
        for one in ast.walk(cls.node)
        if _is_own(one, name) and isinstance(getattr(one, "ctx", None), ast.Load) and id(one) not in clients
    ]
    return (*made, *others) if made else ()


def _is_own(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and getattr(node.value, "id", "") in OWN


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
    clients = _clients(function)
    for node in ast.walk(function):
        read = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        if read and id(node) not in clients and node is not given:
            yield replace(module, node, f"{name}.app")
