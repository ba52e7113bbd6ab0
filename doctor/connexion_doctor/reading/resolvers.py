"""The names of functions that the resolvers of Connexion look for (``connexion/resolver.py``, the same from
2.14 to 3.3)."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.python.module import Module
from connexion_doctor.python.nodes import argument, name_of
from connexion_doctor.python.operations import controller_of
from connexion_doctor.python.reach import looked_up
from connexion_doctor.reading.chains import Made, Where
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_calls import RESOLVES, applied, result
from connexion_doctor.reading.value_kinds import (
    Called,
    Class,
    Closure,
    Evaluator,
    Library,
    Namespace,
    Operation,
    Unknown,
)
from connexion_doctor.reading.value_objects import field

BY_PATH = ("RestyResolver", "MethodResolver", "MethodViewResolver")
UNKNOWN = "how its resolver finds functions cannot be read"
OPERATION = "operation of the specification"  # no name of Python's: nothing of the project has it
# What a class of the project may not have of its own: it finds functions in another way than by their name.
OTHERWISE = ("resolve", "resolve_function_from_operation_id", "resolve_operation_id_using_rest_semantics")


@dataclass(frozen=True)
class Resolver:
    """What stands in front of an operationId; of an operation without one the module that is looked in by
    its path (``resty``), the name of what lists a collection, whether it is a method (``views``), of a view
    of Flask's (``as_view``)."""

    prefix: str = ""
    resty: str | None = None
    collection: str = "search"
    views: bool = False
    as_view: bool = False

    def function(
        self, operation: Mapping[str, object], document: Mapping[str, object], path: str, method: str
    ) -> str:
        """The dotted name that is looked for; empty where there is none.

        :raises Unread: it cannot be known
        """
        wrote = operation.get("operationId")
        controller = controller_of(operation, document)
        if wrote is not None and not isinstance(wrote, str):
            raise Unread(f"the operationId of {method.upper()} {path} is no text")
        if wrote or self.resty is None:
            before = f"{controller}." if controller else self.prefix
            return f"{before}{wrote}" if before or wrote else ""
        parts = [part for part in path.split("/") if part]
        fixed = [part for part in parts if not (part[0] == "{" and part[-1] == "}")]
        resource = ".".join(fixed).replace("-", "_")
        module = controller or f"{self.resty}.{resource}".rstrip(".")
        lists = method == "get" and bool(fixed) and parts[-1] == fixed[-1]
        name = self.collection if lists else method
        if not self.views:
            return f"{module}.{name}"
        package, _, view = module.rpartition(".")
        camelized = re.sub(r"(?:^|_)(.)", lambda match: match[1].upper(), view)
        return f"{package}.{camelized}View.{name}"

    def named(
        self, operation: Mapping[str, object], document: Mapping[str, object], path: str, method: str
    ) -> str | None:
        """The name under which Connexion gives Flask the operation; None where that is another one."""
        by_path = self.as_view and "operationId" not in operation
        return None if by_path else self.function(operation, document, path, method)


@dataclass(frozen=True)
class OwnResolver(Resolver):
    """A class of the project that extends Connexion's: its ``resolve_operation_id`` is followed."""

    made: Made | None = None
    values: Evaluator | None = None
    at: Location | None = None

    def function(
        self, operation: Mapping[str, object], document: Mapping[str, object], path: str, method: str
    ) -> str:
        """The dotted name that is looked for.

        :raises Unread: that cannot be known
        """
        assert self.made is not None and self.values is not None
        given = Operation(
            _wrote(super().function(operation, document, path, method), path, method),
            operation_id=operation.get("operationId"),
            router_controller=controller_of(operation, document),
            path=path,
            method=method,
        )
        module = self.made.owner
        call = ast.Call(ast.Name(RESOLVES, ast.Load()), [ast.Name(OPERATION, ast.Load())], [])
        try:
            asked = field(self.made, RESOLVES, self.values)
            where = Where(module, module.scope).knowing({OPERATION: given})
            found = result(asked, call, where, self.values) if isinstance(asked, Called) else None
        except Unknown:
            found = None
        if not isinstance(found, str):
            raise Unread(UNKNOWN, self.at)
        return found


@dataclass(frozen=True)
class FunctionResolver(Resolver):
    """Connexion's own with another function that finds functions: one of the project, or a ``lambda``."""

    finds: Called | Closure | None = None
    values: Evaluator | None = None
    where: Where | None = None
    at: Location | None = None

    def function(
        self, operation: Mapping[str, object], document: Mapping[str, object], path: str, method: str
    ) -> str:
        """The dotted name of the function that is found.

        :raises Unread: that cannot be known
        """
        assert self.values is not None and self.where is not None
        wrote = _wrote(super().function(operation, document, path, method), path, method)
        try:
            found = applied(self.values, self.finds, self.where, wrote)
        except Unknown:
            found = None
        if isinstance(found, Called) and found.itself is None and found.module.names:
            name, own = found.node.name, found.module
            if name in own.scope.bindings:
                return f"{own.names[0]}.{name}"
        raise Unread(UNKNOWN, self.at)

    def named(
        self, operation: Mapping[str, object], document: Mapping[str, object], path: str, method: str
    ) -> str | None:
        """The operationId, whatever function it leads to."""
        return super().function(operation, document, path, method)


def _wrote(name: str, path: str, method: str) -> str:
    """The name that a function of the project's is given.

    :raises Unread: it is given ``None``
    """
    if not name:
        raise Unread(f"{method.upper()} {path} of the specification has no operationId")
    return name


def resolver_of(resolver: ast.expr | None, where: Where, values: Evaluator, major: int) -> Resolver:
    """How the functions of an API are found.

    :param major: of Connexion: since 3, ``MethodViewResolver`` leaves it to the view which method is called

    :raises Unread: another resolver than those that are known
    """
    if resolver is None or isinstance(resolver, ast.Constant) and resolver.value is None:
        return Resolver()
    at = where.at(resolver)
    own = _own(resolver, where, values, at)
    if own is not None:
        return own
    if isinstance(resolver, ast.Name):
        binding = looked_up(resolver.id, where.scope)
        resolver = binding.value if binding is not None and binding.index is None else None
    if isinstance(resolver, ast.Call):
        last = name_of(resolver.func).rpartition(".")[2]
        given = {keyword.arg for keyword in resolver.keywords}
        first = _module(argument(resolver, 0, "root_controller_name"), where, values)
        module = _module(argument(resolver, 0, "default_module_name"), where, values)
        collection = values.text(argument(resolver, 99, "collection_endpoint_name"), where)
        known = given <= {"default_module_name", "collection_endpoint_name"} and len(resolver.args) < 2
        if last == "RelativeResolver" and first:
            return Resolver(f"{first}.")
        if last in BY_PATH and module and known and (collection or "collection_endpoint_name" not in given):
            flask_decides = last == "MethodViewResolver" and major == 3
            lists = "get" if flask_decides else collection or "search"
            views = last != "RestyResolver"
            return Resolver(resty=module, collection=lists, views=views, as_view=flask_decides)
        if last == "Resolver" and not resolver.args and not resolver.keywords:
            return Resolver()
        finds = argument(resolver, 0, "function_resolver") if last == "Resolver" else None
        function = _function(finds, where, values) if finds is not None else None
        if function is not None:
            return FunctionResolver(finds=function, values=values, where=where, at=at)
    raise Unread(UNKNOWN, at)


def _function(node: ast.expr, where: Where, values: Evaluator) -> Called | Closure | None:
    """A function of the project, a ``lambda``, or what a table has under a name: ``TABLE.get``."""
    if isinstance(node, ast.Attribute) and node.attr in ("get", "__getitem__"):
        name = ast.Name(OPERATION, ast.Load())
        entry = (
            ast.Call(node, [name], []) if node.attr == "get" else ast.Subscript(node.value, name, ast.Load())
        )
        given = ast.arguments([], [ast.arg(OPERATION)], None, [], [], None, [])
        return Closure(ast.Lambda(given, entry), where)
    try:
        found = values.of(node, where)
    except Unknown:
        return None
    return found if isinstance(found, Called | Closure) else None


def _own(resolver: ast.expr, where: Where, values: Evaluator, at: Location) -> OwnResolver | None:
    """The resolver as an object of a class of the project; None where it is none."""
    try:
        made = values.of(resolver, where)
    except Unknown:
        return None
    if not isinstance(made, Made):
        return None
    if not _extends_resolver(made.owner, made.node, values):
        raise Unread(UNKNOWN, at)
    return OwnResolver(made=made, values=values, at=at)


def _extends_resolver(owner: Module, node: ast.ClassDef, values: Evaluator) -> bool:
    """Whether a class extends Connexion's plain resolver, if by another class of the project, and changes
    the names of functions alone."""
    scope = owner.scopes[id(node)]
    if len(node.bases) != 1 or any(name in scope.bindings for name in OTHERWISE):
        return False
    try:
        above = values.of(node.bases[0], Where(owner, scope.parent or scope))
    except Unknown:
        return False
    if isinstance(above, Class):
        return _extends_resolver(above.owner, above.node, values)
    return isinstance(above, Library) and above.name in ("connexion.Resolver", "connexion.resolver.Resolver")


def _module(node: ast.expr | None, where: Where, values: Evaluator) -> str | None:
    """A module by its name, or as it was imported."""
    try:
        found = values.of(node, where) if node is not None else None
    except Unknown:
        return None
    if isinstance(found, Namespace):
        return found.module.names[0] if found.module.names else None
    return found if isinstance(found, str) else None
