"""``try`` around imports: whether they succeed, and so which of the bindings of a name hold."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from connexion_doctor.python.module import Binding, Module
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.modules import LaunchModules

CATCHES = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException", "")


def importable(chosen: Sequence[Binding], where: Where, modules: LaunchModules) -> list[Binding]:
    """The bindings, without those that a ``try`` leads past."""
    left = list(chosen)
    body = getattr(where.scope.node, "body", [])
    for attempt in body if len(left) > 1 and isinstance(body, list) else ():
        if not isinstance(attempt, ast.Try) or not any(map(_catches, attempt.handlers)):
            continue
        first = [one for one in left if _inside(one, attempt.body)]
        second = [one for one in left if any(_inside(one, handler.body) for handler in attempt.handlers)]
        there = _succeeds(attempt.body, where.module, modules) if first and second else None
        if there is not None:
            past = second if there else first
            left = [one for one in left if one not in past]
    return left


def _catches(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((name_of(one) if one is not None else "") in CATCHES for one in kinds)


def _inside(binding: Binding, body: list[ast.stmt]) -> bool:
    line = getattr(binding.node, "lineno", 0)
    return any(one.lineno <= line <= (one.end_lineno or 0) for one in body)


def _succeeds(body: list[ast.stmt], module: Module, modules: LaunchModules) -> bool | None:
    """Whether the imports of a body find what they name; None where that is not known."""
    found: list[bool | None] = []
    for node in body:
        if isinstance(node, ast.ImportFrom):
            found += [_is_there(node, one.name, module, modules) for one in node.names]
        elif isinstance(node, ast.Import):
            found += [_module_is_there(one.name, modules) for one in node.names]
        else:
            return None
    return False if False in found else None if None in found else True


def _is_there(node: ast.ImportFrom, name: str, module: Module, modules: LaunchModules) -> bool | None:
    base = node.module or ""
    if node.level:
        parts = (module.names[0] if module.names else "").split(".")
        if node.level > len(parts) - (not module.is_package):
            return False  # attempted relative import with no known parent package
        base = module.from_here(base, node.level)
    there = _module_is_there(base, modules)
    path = modules.file(base)
    inside = modules.module(path, base) if there and path is not None else None
    if inside is None:
        return there if path is None else None
    modules.taken.append(inside)
    if name in inside.scope.bindings:
        return True
    if modules.file(f"{base}.{name}") is not None:
        return True
    open_ = "*" in inside.scope.bindings or "__getattr__" in inside.scope.bindings
    return None if open_ or inside.is_package and modules.has_below(inside, name) else False


def _module_is_there(dotted: str, modules: LaunchModules) -> bool | None:
    """Whether a module is there."""
    if modules.file(dotted) is not None:
        return True
    top = dotted.partition(".")[0]
    if modules.file(top) is not None:
        return None if modules.is_folder(dotted) else False
    return None if modules.is_folder(top) else modules.is_there(top)
