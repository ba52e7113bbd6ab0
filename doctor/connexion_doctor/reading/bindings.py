"""Which of the bindings of a name hold: the last that surely happens, and those that may happen after it."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from connexion_doctor.python.module import Binding, Module, Position, Scope, position_of

BRANCHES = (ast.If, ast.Try, ast.For, ast.AsyncFor, ast.While, ast.With, ast.Match)
CHANGES = frozenset(
    "append extend insert remove pop clear sort reverse update setdefault popitem add discard".split()
)


def deciding(bindings: Sequence[Binding], scope: Scope, before: Position | None = None) -> list[Binding]:
    """The bindings of a name that may be the one that holds: one, where no branch decides.

    :param before: the place of the use, where it stands in the scope itself
    """
    if before is not None:
        bindings = [one for one in bindings if one.position < before] or bindings
    if len(bindings) < 2:  # most names: the whole scope need not be walked for them
        return list(bindings)
    sure = max((at for at, one in enumerate(bindings) if _is_straight(one.node, scope)), default=None)
    return list(bindings if sure is None else bindings[sure:])


def _is_straight(node: ast.AST, scope: Scope) -> bool:
    """Whether what binds a name surely runs: it stands in no branch and no loop."""
    if isinstance(node, ast.arg):
        return True
    bodies = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    body = scope.node.body if isinstance(scope.node, bodies) else []
    at = bisect_right(body, position_of(node), key=position_of) - 1
    inside = at >= 0 and (getattr(node, "lineno", 0) <= (body[at].end_lineno or 0))
    return inside and (isinstance(body[at], ast.With) or not isinstance(body[at], BRANCHES))


def is_deleted(name: str, module: Module) -> bool:
    """Whether a module surely takes back a name (``del app``), and gives it no more."""
    gone = [
        one
        for one in module.tree.body
        if isinstance(one, ast.Delete)
        and any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
    ]
    last = max((one.position for one in module.scope.bindings.get(name, ())), default=(0, 0))
    return bool(gone) and last < position_of(gone[-1])


@lru_cache(320)  # as many as there are parsed modules that are kept
def changed_names(module: Module) -> frozenset[str]:
    """The names whose values a file changes without binding them anew; attributes with a dot before them, and
    with ``=`` before them as well where they get another value."""
    found = set()
    for node in ast.walk(module.tree):
        match node:
            case ast.AugAssign(target=target):
                found.add(_last(target))
            case ast.Call(func=ast.Attribute(attr=attr, value=owner)) if attr in CHANGES:
                found.add(_last(owner))
            case ast.Subscript(ctx=ast.Store() | ast.Del(), value=owner):
                found.add(_last(owner))
            case ast.Attribute(ctx=ast.Store(), attr=attr, value=owner) if _last(owner) not in (
                "self",
                "cls",
            ):
                found |= {f".{attr}", f"={attr}"}
    return frozenset(found - {""})


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
