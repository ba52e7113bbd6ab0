"""Entries of dictionaries and lists that are written out, by the key that is asked for."""

from __future__ import annotations

import ast

from connexion_doctor.python.reach import looked_up
from connexion_doctor.reading.bindings import CHANGES
from connexion_doctor.reading.chains import Given, Where
from connexion_doctor.reading.value_kinds import Evaluator, Unknown


def entry(name: str, key: ast.expr, where: Where, values: Evaluator) -> Given | None:
    """The expression behind ``name[key]``; None where that is not certain."""
    binding = looked_up(name, where.scope)
    made = binding.value if binding is not None and binding.index is None else None
    if not isinstance(made, ast.Dict | ast.List | ast.Tuple) or _is_changed(name, where):
        return None
    around = Where(where.module, where.module.scope) if _is_global(name, where) else where
    try:
        wanted = values.of(key, where)
        if not isinstance(made, ast.Dict):
            whole = not any(isinstance(one, ast.Starred) for one in made.elts)
            fits = isinstance(wanted, int) and -len(made.elts) <= wanted < len(made.elts)
            return Given(made.elts[wanted], around) if whole and isinstance(wanted, int) and fits else None
        keys = [values.of(one, around) if one is not None else Unknown for one in made.keys]
    except Unknown:
        return None
    found = [value for one, value in zip(keys, made.values, strict=True) if one == wanted]
    return Given(found[-1], around) if found and Unknown not in keys else None


def _is_global(name: str, where: Where) -> bool:
    scope = where.scope
    while name not in scope.bindings and scope.parent is not None:
        scope = scope.parent
    return scope.is_module


def _is_changed(name: str, where: Where) -> bool:
    """Whether a file puts something into a container, or takes it out."""
    for node in ast.walk(where.module.tree):
        match node:
            case ast.Subscript(ctx=ast.Store() | ast.Del(), value=ast.Name(id=same)) if same == name:
                return True
            case ast.Call(func=ast.Attribute(attr=attr, value=ast.Name(id=same))) if same == name:
                if attr in CHANGES:
                    return True
            case ast.AugAssign(target=ast.Name(id=same)) if same == name:
                return True
    return False
