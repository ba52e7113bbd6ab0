"""Where a use stands in its module: whether it runs when that is loaded, and whatever happens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from connexion_doctor.python.module import Scope, Use
from connexion_doctor.python.nodes import name_of


def runs_in(scope: Scope, body: Scope) -> bool:
    """Whether code of a scope runs when ``body`` runs: it is that one, or a class or comprehension in it."""
    while scope is not body:
        if scope.function is not None or isinstance(scope.node, ast.Lambda) or scope.parent is None:
            return False
        scope = scope.parent
    return True


def for_types(use: Use[ast.AST]) -> bool:
    """Whether it stands under ``if TYPE_CHECKING``."""
    if use.scope.function is not None:
        return False
    return any(
        isinstance(one, ast.If)
        and name_of(one.test).endswith("TYPE_CHECKING")
        and one.lineno <= getattr(use.node, "lineno", 0) <= (one.end_lineno or 0)
        for one in use.module.tree.body
    )


def is_straight(use: Use[Any]) -> bool:
    """Whether a use stands in no branch and no loop."""
    body = getattr(use.scope.node, "body", [])
    return isinstance(body, list) and any(one is use.statement for one in straight(body))


def straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body that stand in no branch and no loop."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.With | ast.Try):
            yield from straight(statement.body)
