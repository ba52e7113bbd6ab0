"""Values that statements make step by step: lists made longer, dictionaries filled, counters.

The statements of one body are gone through in their order, as far as they have to do with the name: ``=``,
``+=``, methods that change lists, dictionaries and sets, entries that are set; in ``for``, ``while``, ``if``
and ``with``. Whatever else may change the value, in another function too, makes it ``Unknown``.
"""

from __future__ import annotations

import ast
import copy
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connexion_doctor.python.module import Module, Position, Scope, position_of
from connexion_doctor.reading.bindings import CHANGES
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.value_kinds import Evaluator, Unknown
from connexion_doctor.reading.value_objects import bound, entries

MOST_TURNS = 500
CONTAINERS = (list, dict, set)
ADDED: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.iadd, ast.BitOr: operator.ior, ast.Sub: operator.isub
}  # fmt: skip
BODIES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


LEAVES = (ast.Continue, ast.Break, ast.Return)


class _Break(Exception):
    """``break``."""


class _Continue(Exception):
    """``continue``."""


def stepwise(name: str, where: Where, before: Position | None, values: Evaluator) -> object:
    """What a name of a scope has behind the statements that change it.

    :param before: the place of the use, where it stands in the scope itself
    :raises KeyError: no statement changes it: it is what its binding gives
    :raises Unknown: it cannot be known
    """
    body = _body(where.scope)
    if before is not None:
        behind = [one for one in body if _end(one) > before]
        body = [one for one in body if _end(one) <= before]
        around = behind[0] if behind and position_of(behind[0]) < before else None
        if around is not None and hasattr(around, "body") and _touches(around, {name}):
            raise Unknown  # the use stands in what changes it
    if not any(_changes(node, {name}) for one in body for node in _inside(one)):
        raise KeyError(name)
    if elsewhere(name, where):
        raise Unknown
    steps = Steps(where, values, {name})
    steps.run(body)
    return steps.known[name]


class Steps:
    """Goes through statements, and keeps what names have."""

    def __init__(self, where: Where, values: Evaluator, names: set[str]) -> None:
        self.around, self.values, self.names = where, values, names
        self.known: dict[str, object] = {}

    @property
    def where(self) -> Where:
        """What an expression is read in now."""
        return self.around.knowing(self.known)

    def run(self, body: list[ast.stmt]) -> None:
        """Go through statements; those that have to do with none of the names are passed by.

        :raises Unknown: what one of them does cannot be known
        """
        for statement in body:
            if not _touches(statement, self.names):
                continue
            try:
                self._step(statement)
            except (TypeError, ValueError, LookupError, AttributeError) as error:
                raise Unknown from error

    def _step(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Continue():
                raise _Continue
            case ast.Break():
                raise _Break
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr="pop")) as call,
            ):
                self.known[name] = self._call(owner, "pop", call)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self.known[name] = self._own(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                if value is not None:
                    self.known[name] = self._own(value)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name() as owner, slice=key)], value=value):
                made: Any = self._container(owner)
                made[self.values.of(key, self.where)] = self.values.of(value, self.where)
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value) if type(op) in ADDED:
                more: Any = self.values.of(value, self.where)
                self.known[target.id] = ADDED[type(op)](self._now(target), more)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr=attr)) as call):
                self._call(owner, attr, call)
            case ast.If():
                held = self.values.truth(statement.test, self.where)
                if held is None or "__main__" in ast.unparse(statement.test):
                    raise Unknown
                self.run(statement.body if held else statement.orelse)
            case ast.With():
                self.run(statement.body)
            case ast.For() | ast.While():
                for _ in self.turns(statement):
                    pass
            case _:
                raise Unknown

    def turns(self, loop: ast.For | ast.While, holder: ast.stmt | None = None) -> Iterator[Where]:
        """Go through a loop; what a statement of its body is read in, each time that it is come to.

        :raises Unknown: it cannot be known
        """
        if loop.orelse:
            raise Unknown
        self._begin(loop)
        at = loop.body.index(holder) if holder is not None else len(loop.body)
        for number, names in enumerate(self._heads(loop)):
            if number > MOST_TURNS:
                raise Unknown
            self.known.update(names)
            try:
                self.run(loop.body[:at])
                if holder is not None:
                    yield self.around.knowing({name: copy.copy(one) for name, one in self.known.items()})
                self.run(loop.body[at:])
            except _Continue:
                continue
            except _Break:
                return

    def _heads(self, loop: ast.For | ast.While) -> Iterator[Mapping[str, object]]:
        if isinstance(loop, ast.For):
            for entry in list(entries(self.values.of(loop.iter, self.where), self.values)):
                yield bound(loop.target, entry)
            return
        while self.values.of(loop.test, self.where):
            yield {}

    def _begin(self, loop: ast.For | ast.While) -> None:
        """What a loop changes has first what it had before."""
        for name in changed_by(loop) - self.known.keys():
            self.names.add(name)
            read = ast.copy_location(ast.Name(name, ast.Load()), loop)
            self.known[name] = self._own(read)

    def _own(self, node: ast.expr) -> object:
        """A value, as an object of its own where it can be changed."""
        return copy.copy(self.values.of(node, self.where))

    def _now(self, owner: ast.Name) -> object:
        if owner.id not in self.known:
            self.known[owner.id] = self._own(owner)
        return self.known[owner.id]

    def _container(self, owner: ast.Name) -> object:
        found = self._now(owner)
        if not isinstance(found, CONTAINERS):
            raise Unknown
        return found

    def _call(self, owner: ast.Name, attr: str, call: ast.Call) -> object:
        if attr not in CHANGES or any(one.arg is None for one in call.keywords):
            raise Unknown
        given = list(self.values.several(call.args, self.where))
        keywords = {str(one.arg): self.values.of(one.value, self.where) for one in call.keywords}
        return getattr(self._container(owner), attr)(*given, **keywords)


def changed_by(loop: ast.For | ast.While) -> set[str]:
    """The names whose values a loop changes from turn to turn."""
    found = set()
    for node in _inside(loop):
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(attr=attr, value=ast.Name(id=name))) if attr in CHANGES:
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()) if isinstance(loop, ast.While):
                if any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(loop.test)):
                    found.add(name)
    return found


def _body(scope: Scope) -> list[ast.stmt]:
    found = getattr(scope.node, "body", [])
    return found if isinstance(found, list) else []


def _end(node: ast.stmt) -> Position:
    return node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _inside(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement that run with it: no function's body."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, BODIES):
            yield from _inside(child)


def _touches(statement: ast.stmt, names: set[str]) -> bool:
    """Whether a statement may give one of the names another value, or leaves the loop that does."""
    return any(
        _changes(node, names)
        or isinstance(node, ast.Name)
        and node.id in names
        and not isinstance(node.ctx, ast.Load)
        or isinstance(node, LEAVES)
        for node in _inside(statement)
    )


def _changes(node: ast.AST, names: set[str]) -> bool:
    """Whether a node changes the value of one of the names, without binding it anew."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name)):
            return name in names
        case ast.Call(func=ast.Attribute(attr=attr, value=ast.Name(id=name))) if attr in CHANGES:
            return name in names
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=ast.Name(id=name)):
            return name in names
    return False


def elsewhere(name: str, where: Where) -> bool:
    """Whether something besides the statements of a scope gives its name a value, or changes that."""
    scope, module = where.scope, where.module
    own = {id(node) for statement in _body(scope) for node in _inside(statement)}
    if any(id(one.node) not in own and not isinstance(one.node, ast.arg) for one in scope.bindings[name]):
        return True  # ``global`` in a function
    return any(
        _changes(node, {name})
        for body in ast.walk(scope.node)
        if isinstance(body, BODIES) and body is not scope.node and not _binds(module, body, name)
        for node in _inside(body)
    )


def _binds(module: Module, body: ast.AST, name: str) -> bool:
    scope = module.scopes.get(id(body))
    return scope is not None and name in scope.bindings
