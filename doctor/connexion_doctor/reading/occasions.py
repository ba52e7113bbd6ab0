"""How often a call happens, and what its names have each time: in loops, and in functions that are called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.module import Function, Module, Scope, Use
from connexion_doctor.python.nodes import last_name
from connexion_doctor.reading import steps
from connexion_doctor.reading.branches import as_test
from connexion_doctor.reading.chains import Passed, ReadApp, Where
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.project_objects import handed, object_of, passed
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Unknown
from connexion_doctor.reading.value_objects import bound, entries

DEEPEST = 6
MOST = 200  # occasions of one call
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@dataclass(frozen=True)
class Occasion:
    """One time that a call happens. ``sure``: nothing that is not known decides whether it does."""

    where: Where
    sure: bool = True


class Occasions:
    """Finds the occasions of calls, as far as they have to do with one app."""

    def __init__(self, app: ReadApp, objects: Objects) -> None:
        self.objects, self.values = objects, objects.values
        self.given: dict[int, Passed] = {}  # scope of a function -> what it was given on the way to the app
        for module, function, passed_ in objects.ran:
            self.given[id(module.scopes[id(function)])] = passed_
        around: Where | None = app.settings[1]
        while around is not None and around.passed is not None:
            if around.passed.scope is not None:
                self.given[id(around.passed.scope)] = around.passed
            around = around.passed.caller

    def of(self, use: Use[ast.Call]) -> list[Occasion]:
        """The occasions of a call.

        :raises Unread: they cannot be known
        """
        found = list(islice(self._of(use, use.scope, 0), MOST + 1))
        if len(found) > MOST:
            raise Unread("how often this API is added is too much to follow", use.module.location(use.node))
        return found

    def _of(self, use: Use[ast.Call], scope: Scope, depth: int) -> Iterator[Occasion]:
        if use.main and not self.objects.main or depth > DEEPEST:
            return
        for one in self._of_scope(use, scope, depth):
            yield from self._in_body(use, one)

    def _of_scope(self, use: Use[ast.Call], scope: Scope, depth: int) -> Iterator[Occasion]:
        """The occasions on which the body of a scope runs."""
        module, node = use.module, scope.node
        if scope.function is not None:
            yield from self._of_function(module, scope.function, scope, depth)
        elif isinstance(node, COMPREHENSIONS) and scope.parent is not None:
            for one in self._of(use, scope.parent, depth):
                inner = Where(module, scope, one.where.passed)
                try:
                    turns = list(self.values.loops(node, inner))
                except Unknown:
                    raise _unread(module, node) from None
                yield from (Occasion(turn, one.sure) for turn in turns)
        elif scope.parent is None:
            yield Occasion(Where(module, scope))
        elif scope.is_class:
            yield from (
                Occasion(Where(module, scope, one.where.passed), one.sure)
                for one in self._of_scope(use, scope.parent, depth)
            )
        else:  # a lambda: when it is called is not followed
            yield Occasion(Where(module, scope), False)

    def _of_function(
        self, module: Module, function: Function, scope: Scope, depth: int
    ) -> Iterator[Occasion]:
        given = self.given.get(id(scope))
        if given is not None:
            yield Occasion(Where(module, scope, given))
            return
        reference = self._reference(function, scope)
        called = False
        for use in self._callers(reference):
            called = True
            for one in self._of(use, use.scope, depth + 1):
                yield replace(
                    one, where=Where(module, scope, self._passed(module, function, scope, use, one))
                )
        if not called and self._named(function.name):
            yield Occasion(Where(module, scope), False)

    def _reference(self, function: Function, scope: Scope) -> tuple[ast.AST, ...]:
        """The function, and the class that its calls name where it is an ``__init__``."""
        owner = scope.owner.node if scope.owner is not None and function.name == "__init__" else None
        return (function,) if owner is None else (function, owner)

    def _callers(self, wanted: tuple[ast.AST, ...]) -> Iterator[Use[ast.Call]]:
        modules = self.objects.modules
        names = {getattr(one, "name", "") for one in wanted}
        for module in list(modules.modules):
            for use in module.calls:
                function = use.node.func
                last = last_name(function)
                if last not in names and not _renamed(module, names):
                    continue
                found = modules.definition(modules.names.raw(function, module, use.scope))
                if found is not None and any(found[1] is one for one in wanted):
                    yield use

    def _named(self, name: str) -> bool:
        """Whether a function is named anywhere, to be called by somebody else."""
        return any(
            isinstance(node, ast.Name)
            and node.id == name
            or isinstance(node, ast.Attribute)
            and node.attr == name
            for module in self.objects.modules.modules
            for node in ast.walk(module.tree)
        ) or name.startswith("__")

    def _passed(
        self, module: Module, function: Function, scope: Scope, use: Use[ast.Call], one: Occasion
    ) -> Passed:
        if scope.owner is None or not isinstance(scope.owner.node, ast.ClassDef):
            return passed(module, function, use.node, one.where)
        owner = scope.owner.node
        if function.name == "__init__":
            made = object_of(module, owner, use.node, one.where)
            return made.init or Passed(scope=scope)
        return handed(module, function, use.node, one.where, self.values)

    # -- inside a body ---------------------------------------------------------------------

    def _in_body(self, use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        """The occasions of a call, each time that the body which it stands in runs."""
        body = getattr(one.where.scope.node, "body", None)
        if not isinstance(body, list):
            yield one
            return
        yield from self._within(body, use, one)

    def _within(self, body: list[ast.stmt], use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        for statement in body:
            if not _holds(statement, use.node):
                ends = self._leaves(statement, one.where)
                if ends:
                    return
                one = replace(one, sure=one.sure and ends is False)
                continue
            match statement:
                case ast.For() if not _holds(statement.iter, use.node):
                    yield from self._turns(statement, use, one)
                case ast.If():
                    yield from self._branch(statement, use, one)
                case ast.With() | ast.AsyncWith():
                    forgiven = any("suppress" in ast.unparse(item.context_expr) for item in statement.items)
                    inside = replace(one, sure=one.sure and not forgiven)
                    yield from self._within(statement.body, use, inside)
                case ast.Try():
                    yield from self._attempt(statement, use, one)
                case ast.While():
                    yield from self._while(statement, use, one)
                case ast.Match() if (test := as_test(statement)) is not None:
                    yield from self._branch(test, use, one)
                case ast.Match() | ast.AsyncFor():
                    yield replace(one, sure=False)
                case _:
                    yield from self._in_expression(statement, use, one)
            return

    def _attempt(self, attempt: ast.Try, use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        """In a ``try``: what fails in its body is caught, its handlers are seldom come to."""
        handlers = [handler.body for handler in attempt.handlers]
        for body in (attempt.body, *handlers, attempt.orelse, attempt.finalbody):
            if any(_holds(line, use.node) for line in body):
                caught = body in handlers or body is attempt.body and bool(handlers)
                yield from self._within(body, use, replace(one, sure=one.sure and not caught))

    def _turns(self, loop: ast.For, use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        try:
            turns = [
                bound(loop.target, entry)
                for entry in entries(self.values.of(loop.iter, one.where), self.values)
            ]
        except Unknown:
            raise _unread(use.module, loop) from None
        for names in turns:
            yield from self._within(loop.body, use, replace(one, where=one.where.knowing(names)))

    def _while(self, loop: ast.While, use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        holder = next((line for line in loop.body if _holds(line, use.node)), None)
        going = steps.Steps(one.where, self.values, set()).turns(loop, holder)
        try:
            turns = list(islice(going, MOST + 1)) if holder is not None else [None]
        except Unknown:
            turns = [None]
        for where in turns:
            if where is None or holder is None:
                yield replace(one, sure=False)
            else:
                yield from self._within([holder], use, replace(one, where=where))

    def _branch(self, branch: ast.If, use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        first = any(_holds(statement, use.node) for statement in branch.body)
        if not first and not any(_holds(statement, use.node) for statement in branch.orelse):
            yield one  # it stands in the condition
            return
        holds = True if _is_main(branch) else self.values.truth(branch.test, one.where)
        if holds is None or holds is first:
            inside = branch.body if first else branch.orelse
            yield from self._within(inside, use, replace(one, sure=one.sure and holds is not None))

    def _in_expression(self, node: ast.AST, use: Use[ast.Call], one: Occasion) -> Iterator[Occasion]:
        """In a part of an expression that is not always come to: ``call() if wanted else None``."""
        while node is not use.node:
            if isinstance(node, ast.IfExp) and not _holds(node.test, use.node):
                holds = self.values.truth(node.test, one.where)
                if holds is not None and holds is not _holds(node.body, use.node):
                    return
                one = replace(one, sure=one.sure and holds is not None)
            elif isinstance(node, ast.BoolOp) and not _holds(node.values[0], use.node):
                one = replace(one, sure=False)
            inside = (child for child in ast.iter_child_nodes(node) if hasattr(child, "lineno"))
            node = next((child for child in inside if _holds(child, use.node)), use.node)
        yield one

    def _leaves(self, statement: ast.stmt, where: Where) -> bool | None:
        """Whether a statement ends the turn or the function; None where that is not known."""
        if isinstance(statement, ast.Return | ast.Continue | ast.Break | ast.Raise):
            return True
        if not isinstance(statement, ast.If):
            return False
        if not any(isinstance(one, ast.Return | ast.Continue | ast.Break) for one in ast.walk(statement)):
            return False
        holds = self.values.truth(statement.test, where)
        if holds is None:
            return None
        inside = [self._leaves(one, where) for one in (statement.body if holds else statement.orelse)]
        return True if True in inside else None if None in inside else False


def _unread(module: Module, node: ast.AST) -> Unread:
    return Unread("which specifications a loop adds cannot be read", module.location(node))


def _is_main(branch: ast.If) -> bool:
    return "__main__" in ast.unparse(branch.test)


def _renamed(module: Module, names: set[str]) -> bool:
    """Whether a module imports one of the names under another."""
    return any(
        alias.name in names and alias.asname
        for use in module.imports
        if isinstance(use.node, ast.ImportFrom)
        for alias in use.node.names
    )


def _holds(statement: ast.AST, node: ast.AST) -> bool:
    """Whether a node stands in a statement, by its place."""
    first = (statement.lineno, statement.col_offset)  # type: ignore[attr-defined]
    last = (statement.end_lineno, statement.end_col_offset)  # type: ignore[attr-defined]
    return first <= (node.lineno, node.col_offset) < last  # type: ignore[attr-defined]
