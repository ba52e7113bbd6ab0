"""Which of the ``return`` statements of a function may be the one that it ends with."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from connexion_doctor.python.module import Function

Decide = Callable[[ast.expr], bool | None]


class Ended(Exception):
    """The function ends with an exception, or nothing is known of how it ends."""


def returned(function: Function, decide: Decide) -> list[ast.expr | None]:
    """The expressions that a function may return (None: it comes to its end).

    :param decide: whether a condition holds; None where that is not known
    :raises Ended: it ends in another way
    """
    if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(function)):
        raise Ended
    found = [one for one in _ways(function.body, decide) if one is not RAISED]
    if not found:
        raise Ended
    return [None if one is END else one for one in found]


RAISED: ast.expr = ast.Constant("raised")
END: ast.expr = ast.Constant("end")


def _ways(body: list[ast.stmt], decide: Decide) -> Iterator[ast.expr]:
    """The ways out of a body, in order; the last one is ``END`` where it may be come to."""
    for statement in body:
        ways = list(_of(statement, decide))
        yield from (one for one in ways if one is not END)
        if END not in ways:
            return
    yield END


def _of(statement: ast.stmt, decide: Decide) -> Iterator[ast.expr]:
    match statement:
        case ast.Return():
            yield statement.value if statement.value is not None else ast.Constant(None)
        case ast.Raise():
            yield RAISED
        case ast.If():
            holds = decide(statement.test)
            if holds is not False:
                yield from _ways(statement.body, decide)
            if holds is not True:
                yield from _ways(statement.orelse, decide)
        case ast.With():
            yield from _ways(statement.body, decide)
        case ast.Try():
            yield from _ways([*statement.body, *statement.orelse], decide)
            for handler in statement.handlers:
                yield from _ways(handler.body, decide)
        case ast.For() | ast.While() | ast.AsyncFor() | ast.Match():
            inside = [one for one in ast.walk(statement) if isinstance(one, ast.Return)]
            yield from (one.value or ast.Constant(None) for one in inside)
            yield END
        case _:
            yield END
