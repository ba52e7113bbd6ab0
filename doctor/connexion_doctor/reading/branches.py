"""Which branches are taken: the ``return`` that a function ends with, the binding of a name that holds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from connexion_doctor.python.module import Binding, Function, Scope, position_of

NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
Decide = Callable[[ast.expr], bool | None]


class Ended(Exception):
    """The function ends with an exception, or nothing is known of how it ends."""


def returned(function: Function, decide: Decide) -> list[ast.expr | None]:
    """The expressions that a function may return (None: it comes to its end).

    :param decide: whether a condition holds; None where that is not known
    :raises Ended: it ends in another way
    """
    if is_generator(function):
        raise Ended
    found = [one for one in _ways(function.body, decide) if one is not RAISED]
    if not found:
        raise Ended
    return [None if one is END else one for one in found]


def is_generator(function: Function) -> bool:
    """Whether a function yields."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, NESTED):
            waiting += ast.iter_child_nodes(node)
    return False


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
        case ast.Match() if (test := as_test(statement)) is not None:
            yield from _of(test, decide)
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


@lru_cache(512)
def as_test(statement: ast.Match) -> ast.If | None:
    """A ``match`` as the ``if`` that it stands for; None where its patterns take apart what they match."""
    made: list[ast.stmt] = []
    for case in reversed(statement.cases):
        test = _of_pattern(case.pattern, statement.subject)
        if test is None:
            return None
        test = ast.BoolOp(ast.And(), [test, case.guard]) if case.guard is not None else test
        node = ast.If(ast.copy_location(test, case.pattern), case.body, made)
        made = [ast.fix_missing_locations(ast.copy_location(node, statement))]
    return made[0] if made and isinstance(made[0], ast.If) else None


def _of_pattern(pattern: ast.pattern, subject: ast.expr) -> ast.expr | None:
    match pattern:
        case ast.MatchValue():
            return ast.Compare(subject, [ast.Eq()], [pattern.value])
        case ast.MatchSingleton():
            return ast.Compare(subject, [ast.Is()], [ast.Constant(pattern.value)])
        case ast.MatchAs(pattern=None):
            return ast.Constant(True)
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _of_pattern(inner, subject)
        case ast.MatchOr():
            tests = [_of_pattern(one, subject) for one in pattern.patterns]
            return (
                ast.BoolOp(ast.Or(), [one for one in tests if one is not None]) if None not in tests else None
            )
    return None


def taken(bindings: Sequence[Binding], scope: Scope, decide: Decide) -> list[Binding]:
    """The bindings of a name that may hold, without those in branches that are not taken, and those before
    the last one that surely happens."""
    body = getattr(scope.node, "body", None)
    if len(bindings) < 2 or not isinstance(body, list):
        return list(bindings)
    ways = [(one, _comes_to(one.node, body, decide)) for one in bindings]
    left = [(one, comes) for one, comes in ways if comes is not False]
    sure = max((at for at, (_, comes) in enumerate(left) if comes), default=0)
    return [one for one, _ in left[sure:]] or list(bindings)


def _comes_to(node: ast.AST, body: Sequence[ast.stmt], decide: Decide) -> bool | None:
    """Whether a statement somewhere in a body runs; None where that is not known."""
    around = next((one for one in body if _holds(one, node)), None)
    if isinstance(around, ast.Match):
        around = as_test(around)
    if around is node or isinstance(around, ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom):
        return True
    if isinstance(around, ast.With):
        return _comes_to(node, around.body, decide)
    if not isinstance(around, ast.If):
        return None
    held = decide(around.test)
    inside = any(_holds(one, node) for one in around.body)
    if held is not None and held is not inside:
        return False
    further = _comes_to(node, around.body if inside else around.orelse, decide)
    return further if held is not None or further is False else None


def _holds(statement: ast.stmt, node: ast.AST) -> bool:
    last = statement.end_lineno or statement.lineno
    return position_of(statement) <= position_of(node) and (getattr(node, "lineno", last + 1) <= last)
