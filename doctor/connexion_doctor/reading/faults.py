"""What evaluating an expression surely raises: names that are not there, calls that do not fit, values that
cannot be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from connexion_doctor.python.module import Binding, Function, Module, Scope
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.boundness import Boundness
from connexion_doctor.reading.callables import misfit
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.evaluated import evaluated
from connexion_doctor.reading.libraries import APPS, ATTRIBUTES, Libraries, signature
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.unread import Raises
from connexion_doctor.reading.value_kinds import Called, Class, Fails, Unknown
from connexion_doctor.reading.values import Values

PLAIN = ("cache", "lru_cache", "wraps", "staticmethod")  # decorators that let a call through
MOST_STEPS = 300  # expressions that are looked at for a value: there are many values
NEW_ANNOTATIONS = (3, 14)  # the Python since which annotations are evaluated when somebody asks


class Faults:
    """Tells them for the code of one launch.

    :param stays: whether a call serves, waits, or ends the process
    """

    def __init__(
        self,
        modules: LaunchModules,
        libraries: Libraries,
        major: int,
        stays: Callable[[ast.Call, Where], bool],
    ) -> None:
        self.modules, self.libraries, self.major, self.stays = modules, libraries, major, stays
        self.values = Values(modules, MOST_STEPS)
        self.boundness = Boundness(modules)

    def evaluated(self, node: ast.stmt, where: Where) -> Iterator[ast.expr]:
        """The expressions that a statement surely evaluates."""
        later = any(
            isinstance(one, ast.ImportFrom)
            and one.module == "__future__"
            and one.names[0].name == "annotations"
            for one in where.module.tree.body[:3]
        )
        python = tuple(int(one) for one in self.libraries.python.split(".") if one.isdigit())
        at_once = bool(python) and python < NEW_ANNOTATIONS and not later and where.scope.function is None
        return evaluated(node, lambda test: self.values.truth(test, where), annotations=at_once)

    def of(self, node: ast.expr, last: int | None, where: Where) -> Raises | None:
        """What evaluating an expression raises, less what its parts raise; None where nothing is certain.

        :param last: the last line of its module that is loaded by then; None: all of it
        """
        match node:
            case ast.Name(ctx=ast.Load()):
                if self.boundness.unbound(node, where.scope, where.module, last):
                    return Raises("NameError", f"name {node.id!r} is not defined", where.at(node))
            case ast.Attribute(ctx=ast.Load()):
                return self._attribute(node, where)
            case ast.Call():
                makes = name_of(node.func) in ("int", "json.load", "json.loads")
                return self._value(node, where) if makes else self._call(node, where)
            case ast.BinOp() | ast.Subscript(ctx=ast.Load(), value=ast.Name()):
                return self._value(node, where)
        return None

    def of_class(self, node: ast.ClassDef, where: Where) -> Raises | None:
        """What making a data class raises over a field whose default is a list, a dictionary or a set."""
        names = self.modules.names
        made = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
        if "dataclasses.dataclass" not in [names.raw(one, where.module, where.scope) for one in made]:
            return None
        kinds = {ast.List: "list", ast.Dict: "dict", ast.Set: "set"}
        for line in node.body:
            kind = kinds.get(type(line.value)) if isinstance(line, ast.AnnAssign) else None
            if kind is None or not isinstance(line, ast.AnnAssign) or "ClassVar" in ast.dump(line.annotation):
                continue
            field = f"mutable default <class '{kind}'> for field {name_of(line.target)}"
            return Raises("ValueError", f"{field} is not allowed: use default_factory", where.at(line))
        return None

    def _value(self, node: ast.expr, where: Where) -> Raises | None:
        try:
            self.values.of(node, where)
        except Fails as fails:
            if fails.node is node:
                return Raises(type(fails.error).__name__, str(fails.error), where.at(node))
        except Unknown:
            pass
        return None

    # -- attributes ------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, where: Where) -> Raises | None:
        found = self._lacking(node, where)
        given = found is not None and any(
            f".{node.attr}" in self.values.changed(one) for one in self.modules.modules
        )
        return None if given else found

    def _lacking(self, node: ast.Attribute, where: Where) -> Raises | None:
        """What an attribute raises that its owner has not by itself."""
        owner = self.modules.names.raw(node.value, where.module, where.scope)
        if owner is None:
            return None
        at = where.at(node)
        missing = f"has no attribute {node.attr!r}"
        if owner.startswith("%"):
            inside = self.modules.parsed(owner[1:])
            name = inside.names[0] if inside is not None and inside.names else ""
            if inside is None or not name or node.attr.startswith("__"):
                return None
            if self.boundness.may_have(inside, node.attr) or self._is_covered(name):
                return None
            if inside.is_package and self.modules.has_below(inside, node.attr):
                return None
            return Raises("AttributeError", f"module {name!r} {missing}", at)
        if owner.startswith("@") or not self._is_one(node.value, where.scope):
            return None
        app = owner.removesuffix("()")
        if app in APPS and owner != app:
            if node.attr in ATTRIBUTES[self.major] or node.attr.startswith("_"):
                return None
            return Raises("AttributeError", f"{app.rpartition('.')[2]!r} object {missing}", at)
        lacks = _is_module(node.value, where.scope) == owner and self.libraries.lacks(owner, node.attr)
        return Raises("AttributeError", f"module {owner!r} {missing}", at) if lacks else None

    def _is_covered(self, module: str) -> bool:
        """Whether the package around a module has something else under its name."""
        package, _, last = module.rpartition(".")
        path = self.modules.file(package) if package else None
        around = self.modules.module(path, package) if path is not None else None
        return around is not None and last in around.scope.bindings

    @staticmethod
    def _is_one(node: ast.expr, scope: Scope) -> bool:
        """Whether the name that an expression begins with is bound in one place only."""
        first = name_of(node).partition(".")[0]
        many = _bindings(first, scope)
        return (
            len(many) == 1
            or bool(many)
            and all(
                one.kind == "import" and (one.dotted, one.level) == (many[0].dotted, many[0].level)
                for one in many
            )
        )

    # -- calls -----------------------------------------------------------------------------

    def _call(self, node: ast.Call, where: Where) -> Raises | None:
        """What a call raises because it does not fit what is called."""
        if not isinstance(node.func, ast.Name | ast.Attribute) or not self._is_one(node.func, where.scope):
            return None
        name = self.modules.names.raw(node.func, where.module, where.scope) or ""
        app, _, method = name.partition("().")
        known = signature(app, method, self.major) if not name.startswith("@") else None
        found = self.called(node, where)
        if known is not None:
            spoken, function = known
            wrong = misfit(function, node, method=True)
        elif found is not None and (found.itself is not None or not _is_method(found.node, found.module)):
            method_ = found.itself is not None
            spoken = f"{found.itself.node.name}.__init__" if found.itself is not None else found.node.name
            wrong = misfit(found.node, node, method=method_)
        else:
            return None
        return Raises("TypeError", f"{spoken}() {wrong}", where.at(node)) if wrong is not None else None

    def called(self, node: ast.Call, where: Where) -> Called | None:
        """The function of the project whose body a call surely runs; an ``__init__`` with its class."""
        if not isinstance(node.func, ast.Name | ast.Attribute) or not self._is_one(node.func, where.scope):
            return None
        found = self.modules.definition(self.modules.names.raw(node.func, where.module, where.scope))
        if found is None:
            return None
        owner, definition, scope = found
        if len(scope.bindings.get(definition.name, ())) != 1 or not _is_plain(definition):
            return None
        if definition.name != _meant(node.func, where.scope):
            return None  # it leads there by way of functools.partial and the like
        if isinstance(definition, ast.FunctionDef):
            return Called(owner, definition)
        if isinstance(definition, ast.ClassDef) and not definition.keywords:
            inner = owner.scopes[id(definition)].bindings
            made = inner.get("__init__", [])
            if len(made) == 1 and "__new__" not in inner and isinstance(made[0].node, ast.FunctionDef):
                return Called(owner, made[0].node, Class(owner, definition))
        return None


def _is_method(node: Function, module: Module) -> bool:
    parent = module.scopes[id(node)].parent
    return parent is not None and parent.is_class


def _is_plain(node: Function | ast.ClassDef) -> bool:
    return all(name_of(one).rpartition(".")[2] in PLAIN for one in node.decorator_list)


def _bindings(name: str, scope: Scope) -> list[Binding]:
    """The bindings of a name in the scope that has it."""
    where: Scope | None = scope
    while where is not None and name not in where.bindings:
        where = where.parent
    return where.bindings[name] if where is not None else []


def _meant(node: ast.Name | ast.Attribute, scope: Scope) -> str:
    """The name under which what an expression names was defined, as its import says."""
    if isinstance(node, ast.Attribute):
        return node.attr
    (binding, *_) = _bindings(node.id, scope)
    return (binding.dotted or "").rpartition(".")[2] if binding.kind == "import" else node.id


def _is_module(node: ast.expr, scope: Scope) -> str | None:
    """The module that an expression stands for, where an ``import`` of it says so."""
    name = name_of(node)
    many = _bindings(name, scope)
    made = many[0].node if many else None
    if not isinstance(made, ast.Import):
        return None
    return next((one.name for one in made.names if (one.asname or one.name) == name), None)
