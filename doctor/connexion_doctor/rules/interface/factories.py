"""A factory that returns the Flask app inside of a Connexion app, edited to return the Connexion app."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Edit, Fix
from connexion_doctor.rules.interface import tried

if TYPE_CHECKING:
    from connexion_doctor.python.module import Function, Module, Scope

FLASK_CLASSES = ("Flask", "flask.Flask")


@dataclass(frozen=True)
class _Factory:
    """The function that makes what is served; ``by_server`` where the server calls it."""

    module: Module
    function: Function
    by_server: bool


def returning_connexion(case: Case) -> Fix | None:
    """The fix that makes the factory of a launch return the Connexion app; None where it has none, or what it
    returns is not ``cx.app`` for certain."""
    found = _factory(case)
    if found is None:
        return None
    edits = tuple(_edits(found.module, found.function))
    if not edits:
        return None
    name = found.function.name
    cost = f"what else calls {name}() gets the Connexion app: the Flask app is its `.app`"
    return Fix(
        "return the Connexion app from the factory",
        Applicability.SAFE if found.by_server else Applicability.UNSAFE,
        recommended=True,
        edits=edits,
        costs=() if found.by_server else (cost,),
    )


def _factory(case: Case) -> _Factory | None:
    load, source = case.facts.load, case.module
    if load is None or source is None or not load.attribute or load.module_file is None:
        return None
    module = _parsed(case, load.module_file)
    if module is None:
        return None
    if load.factory:
        return _defined(module, load.attribute.partition("(")[0], by_server=True)
    made = tried.assigned(case)
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Name):
        return None
    return _defined(module, made.func.id, by_server=False) or _imported(case, module, made.func.id)


def _parsed(case: Case, path: str) -> Module | None:
    from connexion_doctor.python.walk import parse  # a launch that is right does without it

    source = case.sources.get(path)
    made = parse(source, (Path(path).stem,), is_package=Path(path).name == "__init__.py") if source else ""
    return None if isinstance(made, str) else made


def _defined(module: Module, name: str, *, by_server: bool) -> _Factory | None:
    own = [use.node for use in module.functions if use.node.name == name and use.scope.is_module]
    return _Factory(module, own[0], by_server) if len(own) == 1 and not own[0].decorator_list else None


def _imported(case: Case, module: Module, name: str) -> _Factory | None:
    """The function that a module takes from another one of the project."""
    from connexion_doctor.python.imported import files_of

    load = case.facts.load
    assert load is not None and load.module_file is not None
    for use in module.imports:
        named = {one.asname or one.name: one.name for one in use.node.names}
        if not isinstance(use.node, ast.ImportFrom) or name not in named:
            continue
        for path in files_of(use.node, Path(load.module_file), Path(case.launch.directory)):
            other = _parsed(case, str(path))
            if other is not None:
                return _defined(other, named[name], by_server=False)
    return None


def _edits(module: Module, function: Function) -> Iterator[Edit]:
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
