"""The names of functions that the resolvers of Connexion look for (``connexion/resolver.py``, the same from
2.14 to 3.3)."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.python.nodes import argument, name_of
from connexion_doctor.python.operations import controller_of
from connexion_doctor.python.reach import looked_up
from connexion_doctor.reading.chains import Where
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Evaluator, Namespace, Unknown

BY_PATH = ("RestyResolver", "MethodResolver", "MethodViewResolver")


@dataclass(frozen=True)
class Resolver:
    """What stands in front of an operationId; of an operation without one the module that is looked in by
    its path (``resty``), the name of what lists a collection, whether it is a method (``views``)."""

    prefix: str = ""
    resty: str | None = None
    collection: str = "search"
    views: bool = False

    def function(
        self, operation: Mapping[str, object], document: Mapping[str, object], path: str, method: str
    ) -> str:
        """The dotted name that is looked for.

        :raises Unread: it has none
        """
        wrote = operation.get("operationId")
        controller = controller_of(operation, document)
        if isinstance(wrote, str):
            return f"{controller}.{wrote}" if controller else f"{self.prefix}{wrote}"
        if self.resty is None:
            raise Unread(f"{method.upper()} {path} of the specification has no operationId")
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


def resolver_of(resolver: ast.expr | None, where: Where, values: Evaluator, major: int) -> Resolver:
    """How the functions of an API are found.

    :param major: of Connexion: since 3, ``MethodViewResolver`` leaves it to the view which method is called

    :raises Unread: another resolver than those that are known
    """
    if resolver is None or isinstance(resolver, ast.Constant) and resolver.value is None:
        return Resolver()
    at = where.at(resolver)
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
            return Resolver(resty=module, collection=lists, views=last != "RestyResolver")
        if last == "Resolver" and not resolver.args and not resolver.keywords:
            return Resolver()
    raise Unread("how its resolver finds functions cannot be read", at)


def _module(node: ast.expr | None, where: Where, values: Evaluator) -> str | None:
    """A module by its name, or as it was imported."""
    try:
        found = values.of(node, where) if node is not None else None
    except Unknown:
        return None
    if isinstance(found, Namespace):
        return found.module.names[0] if found.module.names else None
    return found if isinstance(found, str) else None
