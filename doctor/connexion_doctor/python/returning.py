"""A function that returns the Flask app inside of a Connexion app, edited to return the Connexion app."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit
from connexion_doctor.python.module import Function, Module, Scope

FLASK_CLASSES = ("Flask", "flask.Flask")


def cost(function: Function) -> str:
    """What it costs that a function returns the Connexion app."""
    return f"what else calls {function.name}() gets the Connexion app: the Flask app is its `.app`"


def edits(module: Module, function: Function) -> Iterator[Edit]:
    """The edits that make a function return the Connexion app; none where it does not surely return
    ``cx.app``."""
    scope = module.scopes[id(function)]
    inside = [_inside(value, scope) for value in scope.returns]
    if not inside or any(one is None for one in inside):
        return
    for value, app in zip(scope.returns, inside, strict=True):
        assert app is not None
        yield Edit(module.source.location(value), module.text(app))
    makers = {_class(module, one, scope) for one in inside}
    maker = makers.pop() if len(makers) == 1 else None
    if function.returns is not None and module.text(function.returns) in FLASK_CLASSES and maker is not None:
        yield Edit(module.source.location(function.returns), maker)


def _inside(value: ast.expr, scope: Scope) -> ast.expr | None:
    """``cx`` of a returned ``cx.app``, directly or behind a name that is given once; ``made()`` of
    ``made().app``."""
    if isinstance(value, ast.Name):
        bound = scope.bindings.get(value.id, [])
        only = bound[0].value if len(bound) == 1 and bound[0].kind == "value" else None
        return _inside(only, scope) if isinstance(only, ast.Attribute) and bound[0].index is None else None
    if not isinstance(value, ast.Attribute) or value.attr != "app":
        return None
    owner = value.value
    if isinstance(owner, ast.Call):
        return owner
    once = isinstance(owner, ast.Name) and [one.kind for one in scope.bindings.get(owner.id, ())] == ["value"]
    return owner if once else None


def _class(module: Module, app: ast.expr | None, scope: Scope) -> str | None:
    """The class that a local name is an object of, as the function writes it."""
    bound = scope.bindings.get(app.id, []) if isinstance(app, ast.Name) else []
    made = bound[0].value if bound else None
    return module.text(made.func) if isinstance(made, ast.Call) else None
