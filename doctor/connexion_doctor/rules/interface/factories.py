"""A factory that returns the Flask app inside of a Connexion app, edited to return the Connexion app."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor.facts.case import Case
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Applicability, Fix
from connexion_doctor.rules.interface import tried

if TYPE_CHECKING:
    from connexion_doctor.python.module import Function, Module


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
    from connexion_doctor.python import returning  # a launch that is right does without it

    edits = tuple(returning.edits(found.module, found.function))
    if not edits:
        return None
    return Fix(
        "return the Connexion app from the factory",
        Applicability.SAFE if found.by_server else Applicability.UNSAFE,
        recommended=True,
        edits=edits,
        costs=() if found.by_server else (returning.cost(found.function),),
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
    from connexion_doctor.python.walk import parse

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
