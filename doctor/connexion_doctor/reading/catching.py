"""Whether an exception that code raises is caught around it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import Any

from connexion_doctor.python.module import Use
from connexion_doctor.python.nodes import name_of

SUPPRESSES = ("contextlib.suppress", "suppress")


def catches(handler: ast.ExceptHandler, error: str) -> bool | None:
    """Whether a handler catches an exception of that name; None where that is not known."""
    if handler.type is None:
        return True
    raised = getattr(builtins, error, None)
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    found: list[bool | None] = []
    for one in types:
        caught = getattr(builtins, name_of(one), None)
        if isinstance(raised, type) and isinstance(caught, type):
            found.append(issubclass(raised, caught))
        else:
            found.append(True if caught in (Exception, BaseException) else None)
    return True if True in found else None if None in found else False


def is_caught(error: str, use: Use[Any]) -> bool | None:
    """Whether something around a use, in its scope, ends an exception of that name; None: not known."""
    body = getattr(use.scope.node, "body", [])
    found = [_ends(one, error) for one in _around(body if isinstance(body, list) else [], use.statement)]
    return True if True in found else None if None in found else False


def _ends(handler: ast.ExceptHandler, error: str) -> bool | None:
    caught = catches(handler, error)
    again = [one for one in ast.walk(handler) if isinstance(one, ast.Raise)]
    if caught is not True or not again:
        return caught
    return False if isinstance(handler.body[-1], ast.Raise) else None


def _around(body: list[Any], statement: ast.stmt) -> Iterator[ast.ExceptHandler]:
    """The handlers of what a statement raises, of ``suppress`` as well."""
    for one in body:
        if one is statement or not _holds([one], statement):
            continue
        if isinstance(one, ast.Try) and _holds(one.body, statement):
            yield from one.handlers
        for item in getattr(one, "items", []):
            call = item.context_expr
            if isinstance(call, ast.Call) and name_of(call.func) in SUPPRESSES:
                yield ast.ExceptHandler(ast.Tuple(call.args, ast.Load()), None, [])
        for inner in ("body", "orelse", "finalbody", "handlers"):
            yield from _around(getattr(one, inner, []), statement)


def _holds(body: list[Any], statement: ast.stmt) -> bool:
    return any(line is statement for one in body for line in ast.walk(one))
