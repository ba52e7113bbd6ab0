"""What evaluating an expression surely raises: names that are not there, calls that do not fit, values that
cannot be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from connexion_doctor.model import Location
from connexion_doctor.python.module import Binding, Function, Module, Scope
from connexion_doctor.python.nodes import last_name, name_of
from connexion_doctor.reading import log_configuration
from connexion_doctor.reading.boundness import Boundness
from connexion_doctor.reading.callables import misfit
from connexion_doctor.reading.chains import Made, Where
from connexion_doctor.reading.evaluated import evaluated
from connexion_doctor.reading.libraries import APPS, ATTRIBUTES, Libraries
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.records import init_of
from connexion_doctor.reading.uncompiled import uncompiled
from connexion_doctor.reading.unread import Raises
from connexion_doctor.reading.value_kinds import Called, Class, Fails, Unknown
from connexion_doctor.reading.value_objects import is_enumeration, lacks_field, lacks_member
from connexion_doctor.reading.values import Values

PLAIN = ("cache", "lru_cache", "wraps", "staticmethod")  # decorators that let a call through
MOST_STEPS = 300  # expressions that are looked at for a value: there are many values
# Calls that are evaluated for what they raise: by their last names.
MAKES = frozenset("int float load loads format index compile match search sub findall split".split())
ATOMS = (type(None), str, int, float, bool, dict)
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
            case ast.Call(args=[given]) if last_name(node.func) == "dictConfig":
                return self._log(node, given, where)
            case ast.Call():
                makes = last_name(node.func) in MAKES or self._is_enumeration(node.func, where)
                return self._value(node, where) if makes else self._call(node, where)
            case ast.BinOp() | ast.Subscript(ctx=ast.Load(), value=ast.Name()):
                return self._value(node, where)
        return None

    def refused(self, module: Module) -> Raises | None:
        """Why Python does not take a module that can be parsed, as ``return`` outside of a function."""
        error = uncompiled(module.tree)
        at = Location(module.path, (error.lineno if error is not None else None) or 1)
        return Raises("SyntaxError", error.msg, at) if error is not None else None

    def unpacked(self, target: ast.expr, value: ast.expr, where: Where) -> Raises | None:
        """What unpacking a value raises that has not as many parts as there are names."""
        if not isinstance(target, ast.Tuple | ast.List):
            return None
        try:
            return self.misfit(target, self.values.of(value, where), where)
        except Unknown:
            return None

    def misfit(self, target: ast.expr, many: object, where: Where) -> Raises | None:
        """The same, of a value that is known."""
        if not isinstance(target, ast.Tuple | ast.List):
            return None
        at, wanted = where.at(target), len(target.elts)
        if many is None or isinstance(many, int):
            return Raises("TypeError", f"cannot unpack non-iterable {type(many).__name__} object", at)
        if not isinstance(many, str | list | tuple | set | dict):
            return None
        if any(isinstance(one, ast.Starred) for one in target.elts):
            few = f"not enough values to unpack (expected at least {wanted - 1}, got {len(many)})"
            return Raises("ValueError", few, at) if len(many) < wanted - 1 else None
        if len(many) > wanted:
            return Raises("ValueError", f"too many values to unpack (expected {wanted})", at)
        few = f"not enough values to unpack (expected {wanted}, got {len(many)})"
        return Raises("ValueError", few, at) if len(many) < wanted else None

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
                kind = type(fails.error)
                name = f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")
                return Raises(name, str(fails.error), where.at(node))
        except Unknown:
            pass
        return None

    def _log(self, node: ast.Call, given: ast.expr, where: Where) -> Raises | None:
        """What configuring the log raises."""
        try:
            made = self.values.of(given, where)
            why = log_configuration.refused(made, self._lacks) if isinstance(made, dict) else None
        except Unknown:
            why = None
        return Raises("ValueError", why, where.at(node)) if why is not None else None

    def _lacks(self, top: str) -> bool:
        inside = self.modules.file(top) is not None or self.modules.is_folder(top)
        return not inside and self.libraries.lacks_package(top)

    # -- attributes ------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, where: Where) -> Raises | None:
        found = self._of_plain(node, where)
        if found is not None and isinstance(node.value, ast.Name) and self.values.is_given(node.value.id):
            found = None  # another file sets it
        found = found or self._lacking(node, where)
        return None if found is not None and self.values.is_given(node.attr) else found

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
        if "(" not in owner and self.libraries.lacks_member(owner, node.attr):
            return Raises("AttributeError", node.attr, at)
        lacks = _is_module(node.value, where.scope) == owner and (
            self.libraries.lacks(owner, node.attr) or self._is_not_imported(owner, node.attr)
        )
        return Raises("AttributeError", f"module {owner!r} {missing}", at) if lacks else None

    def _of_plain(self, node: ast.Attribute, where: Where) -> Raises | None:
        """What a text, a number, a dictionary or None has not; what an enumeration has not."""
        if not isinstance(node.value, ast.Name) or not self._is_one(node.value, where.scope):
            return None
        try:
            owner = self.values.of(node.value, where)
        except Unknown:
            return None
        at, missing = where.at(node), f"has no attribute {node.attr!r}"
        if type(owner) in ATOMS and not hasattr(owner, node.attr):
            return Raises("AttributeError", f"{type(owner).__name__!r} object {missing}", at)
        if isinstance(owner, Class) and lacks_member(owner, node.attr, self.values):
            return Raises("AttributeError", node.attr, at)
        if isinstance(owner, Made) and lacks_field(owner, node.attr, self.values):
            return Raises("AttributeError", f"{owner.node.name!r} object {missing}", at)
        return None

    def _is_enumeration(self, node: ast.expr, where: Where) -> bool:
        if not isinstance(node, ast.Name) or not self._is_one(node, where.scope):
            return False
        try:
            found = self.values.of(node, where)
        except Unknown:
            return False
        return isinstance(found, Class) and is_enumeration(found, self.values)

    def _is_not_imported(self, package: str, name: str) -> bool:
        """Whether a name of Connexion's package is a module below it that nothing imports."""
        whole = f"{package}.{name}"
        return (
            package == "connexion"
            and self.libraries.leaves_out(name)
            and not any(
                whole in (one.node.module or "" if isinstance(one.node, ast.ImportFrom) else one_name.name)
                for module in self.modules.modules
                for one in module.imports
                for one_name in one.node.names
            )
        )

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
        known = self._of_library(name, node, where) if not name.startswith("@") else None
        if isinstance(known, Raises):
            return known
        found = self.called(node, where)
        record = self._record(name, node) if found is None else None
        if known is not None:
            spoken, function = known
            wrong = misfit(function, node, method="." in spoken)
        elif found is not None and (found.itself is not None or not _is_method(found.node, found.module)):
            method_ = found.itself is not None
            spoken = f"{found.itself.node.name}.__init__" if found.itself is not None else found.node.name
            wrong = misfit(found.node, node, method=method_)
        elif record is not None:
            spoken, wrong = f"{record[0]}.__init__", misfit(record[1], node, method=True)
        else:
            return None
        return Raises("TypeError", f"{spoken}() {wrong}", where.at(node)) if wrong is not None else None

    def _of_library(self, name: str, node: ast.Call, where: Where) -> tuple[str, Function] | Raises | None:
        """How what is called is called; or that it is not there."""
        name = name.replace("connexion.FlaskApp().app", "flask.Flask()")
        owner, dot, method = name.partition("().")
        if "(" in owner + method or method != (last_name(node.func) if dot else ""):
            return None
        first = _bindings(name_of(node.func).partition(".")[0], where.scope)
        if not dot and (not first or first[0].kind != "import"):
            return None  # what functools.partial and the like make of it
        if dot and self.libraries.lacks_attribute(owner, method) and not self.values.is_given(method):
            what = f"{owner.rpartition('.')[2]!r} object has no attribute {method!r}"
            return Raises("AttributeError", what, where.at(node))
        return self.libraries.parameters(owner, method, self.major) if "." not in method else None

    def _record(self, name: str, node: ast.Call) -> tuple[str, ast.FunctionDef] | None:
        """The ``__init__`` that a data class of the project gets, with its name."""
        found = self.modules.definition(name)
        if found is None or not isinstance(found[1], ast.ClassDef) or found[1].name != last_name(node.func):
            return None
        made = init_of(found[0], found[1], self.values)
        return (found[1].name, made) if made is not None else None

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
