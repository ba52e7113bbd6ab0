"""What a part of a call is each time that it runs: once in a straight line, once a turn in loops over what is
known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from connexion_doctor.python.module import Use
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.standing import straight
from connexion_doctor.reading.value_kinds import Unknown
from connexion_doctor.reading.value_objects import bound, entries
from connexion_doctor.reading.values import Values

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
LEAVES = (ast.Continue, ast.Break, ast.Return, ast.Raise)


def texts(use: Use[Any], node: ast.expr, values: Values) -> list[str]:
    """The texts that an expression is, one a turn; none where something that may not happen is around it."""
    try:
        found = [values.of(node, where) for where in _places(use, values)]
    except Unknown:
        return []
    return [one for one in found if isinstance(one, str)]


def _places(use: Use[Any], values: Values) -> Iterator[Where]:
    """The places in which a use is read, one a turn.

    :raises Unknown: they cannot be known
    """
    scope, comprehension = use.scope, use.scope.node
    if isinstance(comprehension, COMPREHENSIONS) and scope.parent is not None:
        if _has(comprehension, ast.IfExp | ast.BoolOp):
            return
        for where in _turns(scope.parent.node, use.statement, Where(use.module, scope), values):
            yield from values.loops(comprehension, where)
    else:
        yield from _turns(scope.node, use.statement, Where(use.module, scope), values)


def _turns(around: ast.AST, statement: ast.stmt, where: Where, values: Values) -> Iterator[Where]:
    """A statement that is always come to, and one of a loop that leaves nothing out."""
    body = getattr(around, "body", [])
    if not isinstance(body, list) or _has(statement, ast.IfExp | ast.BoolOp):
        return
    for one in straight(body):
        if one is statement:
            yield where
        elif isinstance(one, ast.For) and not _has(one, LEAVES) and not one.orelse:
            inside = any(line is statement for line in ast.walk(one))
            for entry in entries(values.of(one.iter, where), values) if inside else ():
                yield from _turns(one, statement, where.knowing(bound(one.target, entry)), values)


def _has(node: ast.AST, kinds: Any) -> bool:
    return any(isinstance(one, kinds) for one in ast.walk(node))
