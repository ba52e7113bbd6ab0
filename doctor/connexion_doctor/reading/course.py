"""The course of code that is loaded: which statements it surely comes to, and what it surely raises there.

Followed are statements in their order, branches whose conditions are known, ``try`` with what it catches, and
the project's functions that are called. What only perhaps happens is passed over: never a guess.
"""

from __future__ import annotations

import ast
from collections import Counter

from connexion_doctor.python.module import Function, Module
from connexion_doctor.python.nodes import name_of, short
from connexion_doctor.reading.branches import NESTED, as_test, is_generator
from connexion_doctor.reading.catching import catches
from connexion_doctor.reading.chains import Passed, Where
from connexion_doctor.reading.failures import unquoted
from connexion_doctor.reading.faults import Faults
from connexion_doctor.reading.project_objects import handed, object_of
from connexion_doctor.reading.unread import Raises
from connexion_doctor.reading.value_kinds import Called, Class, Unknown
from connexion_doctor.reading.value_objects import bound, entries

DEEPEST = 6
MOST_STEPS = 5000  # statements of a launch
MOST_CALLS = 3  # times that a function is followed
LEAVES = (ast.Return, ast.Continue, ast.Break)
SWALLOWS = ("suppress", "raises", "ignore", "catch")  # in the names of context managers


class _Left(Exception):
    """The code goes on elsewhere, or may: nothing behind is certain."""


class _Stays(_Left):
    """The code does not go on: it serves, or ends the process."""


class Course:
    """Goes along the code of one launch.

    :param faults: tells what an expression raises
    :param main: whether it is run as ``__main__``
    """

    def __init__(self, faults: Faults, *, main: bool) -> None:
        self.faults, self.values, self.main = faults, faults.values, main
        self.stop: tuple[str, int] | None = None  # path and line of what the launch is about: the end
        self.stopped = False  # whether it was come to
        self.reached: set[int] = set()  # the statements that are come to, and the call that ends it
        self.places: set[tuple[str, int]] = set()  # those whose exceptions nobody catches: path, first line
        self._depth = self._steps = self._catching = 0
        self._called: Counter[int] = Counter()
        self._script: Module | None = None  # the module that is loaded as ``__main__``
        self._loading: tuple[str, int] | None = None  # the module that is loaded, and its line

    def of_module(self, module: Module, *, main: bool = False) -> Raises | None:
        """What loading a module surely raises by its own statements, and where.

        :param main: it is loaded as ``__main__``
        """
        if main or self._script is module:
            self._script = module if main else None
        self._loading = (module.path, 0)
        refused = self.faults.refused(module)
        if refused is not None:
            return refused
        return self._first(module.tree.body, Where(module, module.scope))

    def of_function(self, module: Module, node: Function) -> Raises | None:
        """What calling a function surely raises, whatever it is given."""
        self._loading = None
        return self._first(node.body, Where(module, module.scopes[id(node)]))

    def _first(self, body: list[ast.stmt], where: Where) -> Raises | None:
        self._depth = self._catching = 0
        try:
            self._body(body, where)
        except Raises as found:
            return found
        except (_Left, RecursionError):
            pass
        return None

    # -- statements ------------------------------------------------------------------------

    def _body(self, body: list[ast.stmt], where: Where) -> None:
        for statement in body:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise _Stays
            if self.stop == (where.module.path, statement.lineno) and not isinstance(statement, NESTED):
                for one in self.faults.evaluated(statement, where):
                    self._raise(self.faults.of(one, None, where) if isinstance(one, ast.Call) else None)
                self.stopped = True
                raise _Stays
            if body is where.module.tree.body and self._loading is not None:
                self._loading = (where.module.path, statement.end_lineno or statement.lineno)
            self._statement(statement, where)

    def _statement(self, node: ast.stmt, where: Where) -> None:
        if not self._catching:
            self.places.add((where.module.path, node.lineno))
        for one in self.faults.evaluated(node, where):
            self._expression(one, where)
        self.reached.add(id(node))
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._raise(self.faults.unpacked(target, node.value, where))
            case ast.Return() | ast.Continue() | ast.Break():
                raise _Left
            case ast.Raise(exc=ast.expr() as what):
                raise _raised(what, where)
            case ast.Raise():
                raise _Left
            case ast.Assert() if self.values.truth(node.test, where) is False:
                message = self.values.text(node.msg, where) if node.msg is not None else ""
                raise Raises("AssertionError", message or "", where.at(node))
            case ast.If():
                self._branch(node, where)
            case ast.Try():
                self._attempt(node, where)
            case ast.With() | ast.AsyncWith():
                self._with(node, where)
            case ast.For():
                self._turn(node, where)
            case ast.While():
                self._while(node, where)
            case ast.Match() if (test := as_test(node)) is not None:
                self._branch(test, where)
            case ast.Match() | ast.AsyncFor():
                self._perhaps([node])
            case ast.ClassDef():
                self._body(node.body, Where(where.module, where.module.scopes[id(node)], where.passed))
                self._raise(self.faults.of_class(node, where))

    def _branch(self, node: ast.If, where: Where) -> None:
        holds = self.holds(node.test, where)
        if holds is None:
            self._perhaps([*node.body, *node.orelse])
        else:
            self._body(node.body if holds else node.orelse, where)

    def holds(self, test: ast.expr, where: Where) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        text = short(test)
        if "TYPE_CHECKING" in text:
            return False if text.endswith("TYPE_CHECKING") and "not " not in text else None
        if "__name__" in text:
            match test:
                case ast.Compare(ops=[ast.Eq() | ast.NotEq() as op]) if "__main__" in text:
                    return isinstance(op, ast.Eq) is (self._script is where.module and where.scope.is_module)
            return None
        return self.values.truth(test, where)

    def _perhaps(self, body: list[ast.stmt]) -> None:
        """What may run: whether the code goes on behind it."""
        waiting: list[ast.AST] = list(body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, NESTED):
                continue
            if isinstance(node, LEAVES) or self._catching and isinstance(node, ast.Raise):
                raise _Left
            waiting += ast.iter_child_nodes(node)

    def _attempt(self, node: ast.Try, where: Where) -> None:
        try:
            try:
                self._catching += bool(node.handlers)
                self._body(node.body, where)
            finally:
                self._catching -= bool(node.handlers)
        except Raises as found:
            self._caught(found, node.handlers, where)
        except _Left:
            self._finally(node, where)
            raise
        else:
            if not node.handlers:
                self._body(node.orelse, where)
            else:
                self._perhaps([*(line for one in node.handlers for line in one.body), *node.orelse])
        self._finally(node, where)

    def _finally(self, node: ast.Try, where: Where) -> None:
        self._body(node.finalbody, where)

    def _caught(self, found: Raises, handlers: list[ast.ExceptHandler], where: Where) -> None:
        for one in handlers:
            caught = catches(one, found.error)
            if caught is None:
                raise _Left
            if caught:
                again = any(isinstance(line, ast.Raise) and line.exc is None for line in one.body)
                try:
                    self._body(one.body, where)
                except _Left:
                    if again and not any(isinstance(line, LEAVES) for line in ast.walk(one)):
                        raise found from None
                    raise
                return
        raise found

    def _with(self, node: ast.With | ast.AsyncWith, where: Where) -> None:
        named = [short(item.context_expr).lower() for item in node.items]
        names = self.values.modules.names
        mine = any(
            (names.raw(one, where.module, where.scope) or "@").startswith("@")
            for one in (item.context_expr for item in node.items)
            if not (isinstance(one, ast.Call) and name_of(one.func) == "open")
        )
        if mine or any(word in name for word in SWALLOWS for name in named):
            self._perhaps(node.body)
        else:
            self._body(node.body, where)

    def _turn(self, node: ast.For, where: Where) -> None:
        """The first turn of a loop, where it has one."""
        try:
            turns = list(entries(self.values.of(node.iter, where), self.values))
        except Unknown:
            self._loop(node)
            return
        try:
            for entry in turns[:1]:
                self._raise(self.faults.misfit(node.target, entry, where))
                self._body(node.body, where.knowing(bound(node.target, entry)))
        except _Stays:
            raise
        except (_Left, Unknown):
            self._loop(node)

    def _while(self, node: ast.While, where: Where) -> None:
        holds = self.holds(node.test, where)
        if holds is not False:
            if holds:
                self._body(node.body, where)
            raise _Left

    def _loop(self, node: ast.For) -> None:
        if any(isinstance(one, ast.Return) for one in ast.walk(node)):
            raise _Left

    # -- expressions -----------------------------------------------------------------------

    def _expression(self, node: ast.expr, where: Where) -> None:
        loading = self._loading
        mine = loading is not None and loading[0] == where.module.path
        self._raise(self.faults.of(node, loading[1] if mine and loading is not None else None, where))
        if isinstance(node, ast.Call):
            if self.faults.stays(node, where):
                self.reached.add(id(node))
                raise _Stays
            self._call(node, where)

    @staticmethod
    def _raise(found: Raises | None) -> None:
        if found is not None:
            raise found

    def _call(self, node: ast.Call, where: Where) -> None:
        """A function of the project that is called: what it surely raises."""
        found = self.faults.called(node, where)
        if not isinstance(found, Called) or self._depth >= DEEPEST:
            return
        owner, function = found.module, found.node
        self._called[id(function)] += 1
        if self._called[id(function)] > MOST_CALLS:
            return
        if is_generator(function):
            return
        given: Passed | None = None
        if isinstance(found.itself, Class):
            given = object_of(owner, found.itself.node, node, where).init
        else:
            given = handed(owner, function, node, where, self.values)
        self._depth += 1
        try:
            self._body(function.body, Where(owner, owner.scopes[id(function)], given))
        except _Stays:
            raise
        except _Left:
            pass
        finally:
            self._depth -= 1


def _raised(node: ast.expr, where: Where) -> Raises:
    """What a ``raise`` raises, in its own words."""
    called = isinstance(node, ast.Call)
    name = name_of(node.func if isinstance(node, ast.Call) else node).rpartition(".")[2]
    words = ", ".join(short(one) for one in node.args) if isinstance(node, ast.Call) and called else ""
    return Raises(name or short(node)[:40], unquoted(words), where.at(node))
