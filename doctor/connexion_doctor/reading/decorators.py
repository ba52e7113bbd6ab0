"""Whether what decorators make of a function is called as the function itself, and gives what that gives."""

from __future__ import annotations

import ast

from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import last_name
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.modules import LaunchModules

HARMLESS = ("cache", "lru_cache", "wraps", "staticmethod", "classmethod")


def is_itself(node: Function | ast.ClassDef, where: Where, modules: LaunchModules) -> bool:
    """Whether each of its decorators hands calls on to it, and back what it returns."""
    return all(
        name_of_decorator(one) in HARMLESS or _hands_on(one, where, modules) for one in node.decorator_list
    )


def _hands_on(node: ast.expr, where: Where, modules: LaunchModules) -> bool:
    """Whether a decorator of the project makes a function that ends with ``return function(*args, **kw)``."""
    found = modules.definition(modules.names.raw(node, where.module, where.scope))
    if found is None or isinstance(node, ast.Call) or not isinstance(found[1], ast.FunctionDef):
        return False
    outer = found[1]
    inner = [one for one in outer.body if isinstance(one, ast.FunctionDef)]
    given = [one.arg for one in outer.args.args]
    last = outer.body[-1]
    if len(inner) != 1 or len(given) != 1 or not isinstance(last, ast.Return) or outer.decorator_list:
        return False
    back = last.value
    if not isinstance(back, ast.Name) or back.id != inner[0].name:
        return False
    return _calls_alone(inner[0], given[0])


def _calls_alone(inner: ast.FunctionDef, name: str) -> bool:
    """Whether a function returns nothing but what the other returns, called as it was called itself."""
    arguments = inner.args
    if arguments.vararg is None or arguments.kwarg is None or arguments.args or arguments.kwonlyargs:
        return False
    call = f"{name}(*{arguments.vararg.arg}, **{arguments.kwarg.arg})"
    made = {
        target.id: ast.unparse(one.value)
        for one in ast.walk(inner)
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    returned = [one.value for one in ast.walk(inner) if isinstance(one, ast.Return)]
    shown = [ast.unparse(one) if one is not None else "" for one in returned]
    return bool(shown) and all(made.get(one, one) == call for one in shown)


def name_of_decorator(node: ast.expr) -> str:
    """The last name of a decorator, called or not."""
    return last_name(node.func if isinstance(node, ast.Call) else node)
