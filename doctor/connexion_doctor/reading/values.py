"""Values as Python makes them of what stands in the files: texts, paths, lists, dictionaries, settings.

Read is what is written there and what follows from it by Python's own operations on texts, paths and
containers (``value_calls``); the project's functions and classes are followed. What the project runs with
besides is ``Unknown``, never a guess.
"""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from connexion_doctor.foundation import late
from connexion_doctor.python.module import Binding, Module, Position, position_of
from connexion_doctor.python.nodes import text_in
from connexion_doctor.reading import steps, value_calls, value_objects
from connexion_doctor.reading.attempts import importable
from connexion_doctor.reading.bindings import changed_names, deciding
from connexion_doctor.reading.branches import taken
from connexion_doctor.reading.chains import Made, Where
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.value_files import sections_of
from connexion_doctor.reading.value_kinds import (
    Ambiguous,
    Called,
    Class,
    Closure,
    Fails,
    Hidden,
    Library,
    Member,
    Namespace,
    Sections,
    Unknown,
    Unset,
)  # fmt: skip

DEEPEST = 60
MOST_STEPS = 20_000
LONGEST = 2000  # characters of a text that is made
WIDTHS = late.pattern(r"%[^%sdr(]")  # a format that pads what it is given
OPERATORS: Mapping[type[ast.operator | ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Div: operator.truediv, ast.Mod: operator.mod, ast.Sub: operator.sub,
    ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.BitOr: operator.or_, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_,
    ast.IsNot: operator.is_not, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.In: lambda one, many: one in many, ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip
SAME = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)
PLAIN = (str, Path, int, list, tuple, dict, set, frozenset, type(None))
ERRORS = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    OSError,
    ArithmeticError,
    RecursionError,
)


class Values:
    """Evaluates expressions of the modules of one launch.

    :param most: expressions that are looked at for one value
    """

    def __init__(self, modules: LaunchModules, most: int = MOST_STEPS) -> None:
        self.modules, self.most = modules, most
        self._depth = self._steps = 0
        self._changed: dict[str, frozenset[str]] = {}

    def of(self, node: ast.expr, where: Where) -> object:
        """What an expression gives.

        :raises Unknown: it cannot be known
        """
        self._steps = self._steps + 1 if self._depth else 0
        self._depth += 1
        try:
            if self._depth > DEEPEST or self._steps > self.most:
                raise Unknown
            found = self._of(node, where)
            if isinstance(found, str) and len(found) > LONGEST:
                raise Unknown
            return found
        except ERRORS as exc:
            raise Unknown from exc
        finally:
            self._depth -= 1

    def path(self, node: ast.expr | None, where: Where) -> Path | None:
        """The path that an expression stands for, as the project has it; None where it cannot be known."""
        try:
            found = self.of(node, where) if node is not None else None
        except Unknown:
            return None
        return Path(self.modules.here(str(found))) if isinstance(found, str | Path) else None

    def text(self, node: ast.expr | None, where: Where) -> str | None:
        """The text that an expression stands for; None where it is none, or cannot be known."""
        try:
            found = self.of(node, where) if node is not None else None
        except Unknown:
            return None
        return found if isinstance(found, str) else None

    def truth(self, node: ast.expr, where: Where) -> bool | None:
        """Whether a condition holds; None where that cannot be known."""
        try:
            return bool(self.of(node, where))
        except Unknown:
            return None

    def holds(self, node: ast.expr, where: Where) -> bool | None:
        """The same of a condition that decides what the code does: not of one that asks as what the module is
        loaded."""
        named = any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node))
        return self.truth(node, where) if not named else None

    def decided(self, node: ast.expr, where: Where) -> bool:
        """Whether a condition holds that decides a value: a variable that is not set here counts as it is.

        :raises Unknown: it cannot be known
        """
        match node:
            case ast.UnaryOp(op=ast.Not()):
                return not self.decided(node.operand, where)
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(None)]):
                return (self._or_none(left, where) is None) is isinstance(op, ast.Is)
        return bool(self._or_none(node, where))

    def _or_none(self, node: ast.expr, where: Where) -> object:
        try:
            return self.of(node, where)
        except Unset:
            return None

    # -- expressions -----------------------------------------------------------------------

    def _of(self, node: ast.expr, where: Where) -> object:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return self._name(node, where)
            case ast.Attribute():
                return self._attribute_of(node, where)
            case ast.Call():
                return value_calls.called(self, node, where)
            case ast.BinOp():
                return self._binary(node, where)
            case ast.Compare():
                sides = [node.left, *node.comparators]
                return all(
                    self._operation(op, one, other, where)
                    for op, one, other in zip(node.ops, sides, sides[1:], strict=False)
                )
            case ast.BoolOp():
                return self._bool(node, where)
            case ast.UnaryOp(op=ast.Not()):
                return not self.of(node.operand, where)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
            case ast.Lambda():
                return Closure(node, where)
            case ast.IfExp():
                return self.of(node.body if self.decided(node.test, where) else node.orelse, where)
            case ast.NamedExpr():
                return self.of(node.value, where)
            case ast.JoinedStr():
                return "".join(str(self._part(one, where)) for one in node.values)
            case ast.Subscript():
                return self._subscript(node, where)
            case ast.List() | ast.Tuple() | ast.Set():
                kind = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
                return kind(self.several(node.elts, where))
            case ast.Dict():
                return self._dict(node, where)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return [self.of(node.elt, inner) for inner in self.loops(node, where)]
            case ast.DictComp():
                return {self.of(node.key, one): self.of(node.value, one) for one in self.loops(node, where)}
        raise Unknown

    def several(self, nodes: list[ast.expr], where: Where) -> Iterator[object]:
        """What stands between the brackets of a list or of a call."""
        for one in nodes:
            if isinstance(one, ast.Starred):
                yield from value_objects.entries(self.of(one.value, where), self)
            else:
                yield self.of(one, where)

    def _operation(
        self, op: ast.operator | ast.cmpop, left: ast.expr, right: ast.expr, where: Where
    ) -> object:
        one, other = self.of(left, where), self.of(right, where)
        if isinstance(one, Member) and isinstance(other, Member) and type(op) in SAME:
            return OPERATORS[type(op)](one == other, True)
        if not isinstance(one, PLAIN) or not isinstance(other, PLAIN) or type(op) not in OPERATORS:
            raise Unknown
        if any(isinstance(side, dict) and value_calls.hides(side) for side in (one, other)):
            raise Unknown
        if isinstance(op, ast.Mod) and isinstance(one, str) and WIDTHS.search(one):
            raise Unknown
        if isinstance(op, ast.Mult) and not (isinstance(one, list | tuple | int) and other in range(100)):
            raise Unknown
        return OPERATORS[type(op)](one, other)

    def _binary(self, node: ast.BinOp, where: Where) -> object:
        try:
            return self._operation(node.op, node.left, node.right, where)
        except ArithmeticError as error:
            raise Fails(node, error) from error
        except TypeError as error:
            sides = [type(self.of(one, where)) for one in (node.left, node.right)]
            plain = isinstance(node.op, ast.Add) and set(sides) <= {str, int, type(None)}
            if not plain and not (isinstance(node.op, ast.Mod) and sides[0] is str):
                raise
            raise Fails(node, error) from error

    def _bool(self, node: ast.BoolOp, where: Where) -> object:
        *first, last = node.values
        for one in first:
            found = self._or_none(one, where)  # a variable that is not set: as where it is not
            if bool(found) is isinstance(node.op, ast.Or):
                return found
        return self.of(last, where)

    def _part(self, node: ast.expr, where: Where) -> object:
        if not isinstance(node, ast.FormattedValue):
            return text_in(node) or ""
        found = self.of(node.value, where)
        if node.format_spec is not None or node.conversion != -1 or not isinstance(found, str | int | Path):
            raise Unknown
        return found

    def _subscript(self, node: ast.Subscript, where: Where) -> object:
        owner = self.of(node.value, where)
        if isinstance(node.slice, ast.Slice):
            if not isinstance(owner, str | list | tuple):
                raise Unknown
            bounds: list[Any] = [self.of(one, where) if one is not None else None for one in
                                 (node.slice.lower, node.slice.upper, node.slice.step)]  # fmt: skip
            return owner[slice(*bounds)]
        key: Any = self.of(node.slice, where)
        if isinstance(owner, Library) and owner.name == "os.environ":
            return value_calls.variable(self, key)
        if isinstance(owner, Class) and isinstance(key, str):
            return value_objects.member(owner, node, key, self)
        if not isinstance(owner, Sequence | dict):
            raise Unknown
        try:
            return owner[key]
        except (KeyError, IndexError) as error:
            whole = type(owner) in (list, tuple) and len(owner) < steps.MOST_TURNS
            whole = whole or type(owner) is dict and not value_calls.hides(owner)
            if whole:
                raise Fails(node, error) from error
            raise

    def _dict(self, node: ast.Dict, where: Where) -> dict[object, object]:
        made: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                more = self.of(value, where)
                if not isinstance(more, dict):
                    raise Unknown
                made.update(more)
            else:
                made[self._or_hidden(key, where)] = self._or_hidden(value, where)
        return made

    def _or_hidden(self, node: ast.expr, where: Where) -> object:
        try:
            return self.of(node, where)
        except Unknown:
            return Hidden(node)

    def loops(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, where: Where
    ) -> Iterator[Where]:
        """The places in which what a comprehension makes is read, one a turn."""
        yield from self._turns(node.generators, where)

    def _turns(self, generators: list[ast.comprehension], where: Where) -> Iterator[Where]:
        if not generators:
            yield where
            return
        first, *rest = generators
        for entry in value_objects.entries(self.of(first.iter, where), self):
            inner = where.knowing(value_objects.bound(first.target, entry))
            if all(self.of(test, inner) for test in first.ifs):
                yield from self._turns(rest, inner)

    # -- names -----------------------------------------------------------------------------

    def _name(self, node: ast.Name, where: Where) -> object:
        scope, first = where.scope, True
        while True:
            passed = where.passed_in(scope)
            if passed is not None and node.id in passed.known:
                return passed.known[node.id]
            if passed is not None and passed.made is not None and node.id == passed.itself:
                mine = passed.made
                return mine if mine.init is not None else Made(mine.owner, mine.node, passed)
            bindings = scope.bindings.get(node.id)
            if bindings and (first or not scope.is_class):
                place = position_of(node) if first or not scope.is_module else None
                return self._settled(bindings, node.id, Where(where.module, scope, where.passed), place)
            first = False
            if scope.parent is None:
                break
            scope = scope.parent
        if node.id in ("__file__", "__name__", "__package__"):
            return self._own(node.id, where.module)
        try:
            return self.exported(where.module, node.id)
        except Unknown:
            if hasattr(builtins, node.id):
                return Library(node.id)
            raise

    def _own(self, name: str, module: Module) -> str:
        if name == "__file__":
            return str(self.modules.root / module.path)
        dotted = module.names[0] if module.names else ""
        return dotted if name == "__name__" or module.is_package else dotted.rpartition(".")[0]

    def exported(self, module: Module, name: str) -> object:
        """A name of a module, as the module leaves it.

        :raises Unknown: it cannot be known
        """
        bindings = module.scope.bindings.get(name)
        where = Where(module, module.scope)
        if bindings:
            return self._settled(bindings, name, where)
        for star in module.scope.bindings.get("*", []):
            inside = self.module((star.dotted or "").rpartition(".")[0], star.level, module)
            if inside is not None and name in inside.scope.bindings:
                return self.exported(inside, name)
        below = self.module(f"{module.names[0]}.{name}", 0, module) if module.is_package else None
        if below is not None:
            return Namespace(below)
        if name in ("__file__", "__name__", "__package__"):
            return self._own(name, module)
        raise Unknown

    def _settled(
        self, bindings: list[Binding], name: str, where: Where, before: Position | None = None
    ) -> object:
        changed = self.changed(where.module)
        if name in changed:
            try:
                return steps.stepwise(name, where, before, self)
            except KeyError:
                pass
        chosen = importable(deciding(bindings, where.scope, before), where, self.modules)
        chosen = taken(chosen, where.scope, lambda test: self.holds(test, where))
        found = [self._bound(one, where) for one in chosen]
        if any(one != found[0] for one in found[1:]):
            raise Ambiguous(found)
        if isinstance(found[0], Sections):
            return sections_of(name, where, self)
        if isinstance(found[0], str | list | dict | set) and (
            f".{name}" in changed or name in changed and steps.elsewhere(name, where)
        ):
            raise Unknown
        if isinstance(found[0], PLAIN) and where.scope.is_module:
            how = "." if isinstance(found[0], list | dict | set) else "="
            for module in self.modules.modules:  # in another file: settings.SPECS.append(...), flags.OLD = 1
                if f"{how}{name}" in self.changed(module):
                    raise Unknown
        return found[0]

    def changed(self, module: Module) -> frozenset[str]:
        """The names whose values a file changes."""
        if module.path not in self._changed:
            self._changed[module.path] = changed_names(module)
        return self._changed[module.path]

    def is_given(self, attribute: str) -> bool:
        """Whether the project gives something an attribute of a name."""
        return any(f".{attribute}" in self.changed(one) for one in self.modules.modules)

    def _bound(self, binding: Binding, where: Where) -> object:
        node = binding.node
        passed = where.passed_in(where.scope)
        if isinstance(node, ast.arg):
            given = passed.values.get(node.arg) if passed is not None else None
            if given is None:
                raise Unknown
            return self.of(given.node, given.where)
        if binding.kind == "import":
            return self._imported(binding, where.module)
        if isinstance(node, ast.FunctionDef):
            return Called(where.module, node)
        if isinstance(node, ast.ClassDef):
            made = Class(where.module, node)
            return value_objects.record_type(made, self) or made
        if binding.value is None:
            raise Unknown
        found = self.of(binding.value, where)
        if binding.index is None:
            return found
        if not isinstance(found, list | tuple):
            raise Unknown
        return found[binding.index]

    def _imported(self, binding: Binding, module: Module) -> object:
        dotted = binding.dotted or ""
        whole = self.module(dotted, binding.level, module)
        base, _, name = dotted.rpartition(".")
        inside = self.module(base, binding.level, module) if base or binding.level else None
        inside = inside if inside is not module else None  # ``from . import api`` binds the module below
        if inside is not None and isinstance(binding.node, ast.ImportFrom) and name in inside.scope.bindings:
            return self.exported(inside, name)
        if whole is not None:
            return Namespace(whole)
        if inside is not None:
            return self.exported(inside, name)
        if binding.level or self.modules.file(dotted.partition(".")[0]) is not None:
            raise Unknown
        return value_calls.of_library(dotted, self.modules.python)

    def module(self, dotted: str, level: int, module: Module) -> Module | None:
        """The module of that name, seen from another."""
        whole = module.from_here(dotted, level) if level else dotted
        path = self.modules.file(whole) if whole else None
        return self.modules.module(path, whole) if path is not None else None

    def enumerated(self, one: Class, node: ast.Call, where: Where) -> object:
        """The member of an enumeration that a call of its class gives; None where it is no enumeration."""
        if len(node.args) != 1 or node.keywords or not value_objects.is_enumeration(one, self):
            return None
        return value_objects.with_value(one, node, self.of(node.args[0], where), self)

    # -- attributes ------------------------------------------------------------------------

    def _attribute_of(self, node: ast.Attribute, where: Where) -> object:
        """An attribute of an expression; of one that may be several things, where all have the same."""
        try:
            owner = self.of(node.value, where)
        except Ambiguous as several:
            found = [self.attribute(one, node.attr) for one in several.found]
            if any(one != found[0] for one in found[1:]):
                raise Ambiguous(found) from None
            return found[0]
        return self.attribute(owner, node.attr)

    def attribute(self, owner: object, name: str) -> object:
        """An attribute of a value.

        :raises Unknown: it cannot be known
        """
        if isinstance(owner, Namespace):
            return self.exported(owner.module, name)
        if isinstance(owner, Library):
            return value_calls.of_library(f"{owner.name}.{name}", self.modules.python)
        if isinstance(owner, Path) and name in ("parent", "parents", "name", "stem", "suffix"):
            return getattr(owner, name)
        if isinstance(owner, Made | Class):
            return value_objects.field(owner, name, self)
        return value_objects.plain_attribute(owner, name)
