"""Which of the bindings of a name hold: the last that surely happens, and those that may happen after it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from connexion_doctor.python.module import Binding, Module, Position, Scope

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
    straight = _straight(scope)
    sure = max((at for at, one in enumerate(bindings) if id(one.node) in straight), default=None)
    return list(bindings if sure is None else bindings[sure:])


def _straight(scope: Scope) -> set[int]:
    """The statements of a scope that surely run: none that stands in a branch or a loop."""
    bodies = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    body = scope.node.body if isinstance(scope.node, bodies) else []
    found = set()
    for statement in body:
        if not isinstance(statement, BRANCHES):
            found |= {id(node) for node in [statement, *ast.walk(statement)]}
        elif isinstance(statement, ast.With):
            found |= {
                id(node) for inner in [statement, *statement.body] for node in [inner, *ast.walk(inner)]
            }
    found |= {
        id(one) for one in ast.walk(getattr(scope.node, "args", scope.node)) if isinstance(one, ast.arg)
    }
    return found


def changed_names(module: Module) -> frozenset[str]:
    """The names whose values a file changes without binding them anew; attributes with a dot before them."""
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
                found.add(f".{attr}")
    return frozenset(found - {""})


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f".{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
