"""The APIs of an app that was read: the specification of each, and whether its operations lead to functions.

Resolved as Connexion's ``Resolver`` does (``connexion/resolver.py``): the operationId behind the controller
that the operation or its path names; ``RelativeResolver`` puts a module in front of it.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Frame, Location, Raised, overlay
from connexion_doctor.python.module import Module, Use
from connexion_doctor.python.nodes import argument, name_of, text_in
from connexion_doctor.reading.chains import ReadApp, Where
from connexion_doctor.reading.handler_arguments import Operation, mismatches, pythonic
from connexion_doctor.reading.library import CONNEXION, leaves_alone
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.paths import Place, path_of
from connexion_doctor.reading.resolvers import Resolver, resolver_of
from connexion_doctor.reading.security import security_of
from connexion_doctor.reading.unread import Raises, Unread
from connexion_doctor.reading.validity import followed, invalid

METHODS = frozenset("get put post delete options head patch trace".split())
# Keywords with which an operation without a function ends nothing (of ``add_api`` and of the app).
FORGIVEN = ("resolver_error", "resolver_error_handler")
MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Api:
    """One ``add_api``: its specification, and the operations in it that lead to no function."""

    path: Path
    base_path: str
    use: Use[ast.Call] | None  # the call that adds it
    named: bool = False
    modules: tuple[Module, ...] = ()  # those that its operations lead to
    unresolved: tuple[tuple[str, str], ...] = ()  # operationId as written, and what was looked for
    looked_for: tuple[str, ...] = ()  # the functions of all its operations, by their dotted names
    mismatches: tuple[Mapping[str, object], ...] = ()  # handlers that can never be called as they are
    invalid: Raised | None = None  # as which Connexion does not take the specification
    security: Raised | None = None  # what the first function of a security scheme raises that is not there


class Missing(Unread):
    """A specification that is not there."""

    def __init__(self, path: Path, location: Location) -> None:
        super().__init__(f"the specification {path.name} is not there", location)
        self.path = path


def apis_of(app: ReadApp, objects: Objects) -> list[Api]:
    """The APIs that are added to an app: it may have none, and answers every path with 404 then.

    :raises Unread: one of them cannot be known
    """
    found = [_api(use, app, objects) for use in _added(app, objects)]
    handed = _handed_on(app, objects) if not found else None
    if handed is not None:
        raise Unread("whether an API is added to the app here cannot be read", handed)
    return found


def _handed_on(app: ReadApp, objects: Objects) -> Location | None:
    """The call that hands an app to what is not in the project, and may do anything with it."""
    modules = objects.modules
    for module in list(modules.modules):
        for use in module.calls:
            name = modules.names.raw(use.node.func, module, use.scope) or name_of(use.node.func)
            if name.startswith("@") or leaves_alone(modules.names.outside(name)):
                continue
            for given in (*use.node.args, *(keyword.value for keyword in use.node.keywords)):
                if isinstance(given, ast.Name | ast.Attribute) and _is(app, given, use, objects):
                    return module.location(use.node)
    return None


def _is(app: ReadApp, node: ast.expr, use: Use[ast.Call], objects: Objects) -> bool:
    try:
        chain = objects.value(node, Where(use.module, use.scope))
    except (Unread, Raises, KeyError, RecursionError):
        return False
    outer = chain.layers[0] if chain.layers else None
    return (
        outer is not None and outer.role != "inner" and chain.app is not None and chain.app.call is app.call
    )


def _added(app: ReadApp, objects: Objects) -> Iterator[Use[ast.Call]]:
    """The calls of ``add_api`` on the app, in all that was read; one on an app that cannot be told apart
    counts where there is no other."""
    modules = objects.modules
    others = {
        id(use.node)
        for module in modules.modules
        for use in module.calls
        if modules.names.outside(modules.names.raw(use.node.func, module, use.scope) or "") in CONNEXION
    }
    for module in list(modules.modules):
        for use in module.calls:
            function = use.node.func
            if (
                not isinstance(function, ast.Attribute)
                or function.attr != "add_api"
                or use.main
                and not objects.main
            ):
                continue
            made = modules.names.value(function.value, module, use.scope)
            if made is not None and not made.startswith("connexion."):
                continue
            try:
                owner = objects.value(function.value, Where(module, use.scope)).app
            except Unread:
                if others - {id(app.call)}:
                    raise Unread(
                        "to which app an API is added cannot be read", module.location(use.node)
                    ) from None
                yield use
                continue
            if owner is not None and owner.call is app.call:
                yield use


def _api(use: Use[ast.Call], app: ReadApp, objects: Objects) -> Api:
    node, module, modules = use.node, use.module, objects.modules
    at = module.location(node)
    path = _file(use, app, modules)
    if path is None:
        raise Unread("which specification is added cannot be read", at)
    if not os.path.isfile(path):
        raise Missing(path, at)
    document = document_of(path)
    if document is None:
        raise Unread(f"the specification {path.name} cannot be read", at)
    fault = invalid(document) if b"{{" not in overlay.read(path) else None  # a template is filled in first
    if fault is not None:
        frame = Frame(str(modules.root / at.path), at.line, "<module>")
        told = {"says": fault.says, "at": json.dumps(fault.keys), "specification": str(path)}
        error = Raised("connexion.exceptions.InvalidSpecification", fault.says, (frame,), attributes=told)
        return Api(path, "", use, invalid=error)
    resolver = resolver_of(argument(node, 99, "resolver"), use, objects.major)
    unresolved, led = operations_of(document, resolver, modules)
    behind, security = security_of(document, modules)
    if any(argument(call, 99, name) is not None for call in (node, app.call) for name in FORGIVEN):
        unresolved = []  # such an operation answers with what is given there
    base = text_in(argument(node, 1, "base_path")) or _base_path(document)
    named = argument(node, 99, "name") is not None
    whole = tuple(name for *_, name in _operations(document, resolver))
    change = pythonic((node, app.call))
    asked = [] if change is None else list(_asked(document, resolver))
    wrong = tuple(mismatches(asked, bool(change), modules))
    return Api(path, base, use, named, (*led, *behind), tuple(unresolved), whole, wrong, None, security)


def _file(use: Use[ast.Call], app: ReadApp, modules: LaunchModules) -> Path | None:
    """The file of a specification: seen from the folder of the app's module, which its first argument names
    (``connexion.utils.get_root_path``)."""
    written = path_of(argument(use.node, 0, "specification"), Place(use.module, use.scope), modules)
    if written is None:
        return None
    inside = argument(app.call, 99, "specification_dir")
    folder = path_of(inside, Place(app.module, app.scope), modules) if inside is not None else Path()
    if folder is None:
        return None
    own = (modules.root / app.module.path).parent
    path = own / folder / written
    named = argument(app.call, 0, "import_name")
    if os.path.isfile(path) or isinstance(named, ast.Name) and named.id == "__name__":
        return path
    name = text_in(named)
    if name is None:
        return None  # which folder it is seen from cannot be known
    file = modules.file(name)
    return (file.parent if file is not None else modules.directory) / folder / written


def document_of(path: Path) -> Mapping[str, object] | None:
    """A specification; None where it is none that can be read."""
    try:
        found = path.stat()
        if overlay.size(path) > MOST_BYTES:
            return None
    except OSError:
        return None
    return _document(path, found.st_mtime_ns, overlay.given(path))


@lru_cache(32)
def _document(path: Path, changed: int, given: bytes | None) -> Mapping[str, object] | None:
    """A file, parsed once for all launches; ``changed`` is when it was written, ``given`` what an overlay
    gives it."""
    try:
        text = (path.read_bytes() if given is None else given).decode("utf-8")
        if path.suffix == ".json":
            made = json.loads(text)
        else:
            from ruamel.yaml import YAML

            made = YAML(typ="safe", pure=True).load(text)
    except Exception:  # a template, another encoding, a construct of somebody's own
        return None
    known = isinstance(made, dict) and ("openapi" in made or "swagger" in made)
    return made if known and isinstance(made.get("paths"), dict) else None


def _base_path(document: Mapping[str, object]) -> str:
    if "swagger" in document:
        return str(document.get("basePath") or "")
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else {}
    return str(first.get("url") or "") if isinstance(first, dict) else ""


def operations_of(
    document: Mapping[str, object], resolver: Resolver, modules: LaunchModules
) -> tuple[list[tuple[str, str]], list[Module]]:
    """The operations that lead to no function, as written and as looked for; the modules of the others."""
    led: list[Module] = []
    return list(_unresolved(document, resolver, modules, led)), led


def _unresolved(
    document: Mapping[str, object], resolver: Resolver, modules: LaunchModules, led: list[Module]
) -> Iterator[tuple[str, str]]:
    """The operations that lead to no function; ``led`` gets the modules of the others."""
    for wrote, whole in _operations(document, resolver):
        module = _module_with(whole, modules)
        if module is None:
            yield wrote, whole
        elif module not in led:
            led.append(module)


def _asked(document: Mapping[str, object], resolver: Resolver) -> Iterator[Operation]:
    """The operations with what a request gives their handlers."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        for method, operation in item.items():
            if method not in METHODS or not isinstance(operation, dict):
                continue
            given = [*(item.get("parameters") or ()), *(operation.get("parameters") or ())]
            known = [one for each in given if (one := followed(each, document)) is not None and "name" in one]
            body = "requestBody" in operation or any(one.get("in") in ("body", "formData") for one in known)
            whole = resolver.function(operation, document, path, method)
            yield Operation(method, str(path), whole, known if len(known) == len(given) else None, body)


def _operations(document: Mapping[str, object], resolver: Resolver) -> Iterator[tuple[str, str]]:
    """The operations, as written and as looked for."""
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        if not isinstance(item, dict) or "$ref" in item:
            raise Unread(f"the path {path} of the specification cannot be read")
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, dict):
                whole = resolver.function(operation, document, path, method)
                yield str(operation.get("operationId") or whole), whole


def _module_with(dotted: str, modules: LaunchModules) -> Module | None:
    """The module of the project that has a function of that name.

    :raises Unread: it may be somewhere else
    """
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:length])
        path = modules.file(name)
        if path is None:
            continue
        module = modules.module(path, name)
        if module is None:
            raise Unread(f"{path.name} cannot be read")
        names = module.scope.bindings
        if parts[length] in names:
            inside = _in_class(module, parts[length:])
            return module if inside else None
        if "*" in names or "__getattr__" in names:
            raise Unread(f"whether {name} has {parts[length]} cannot be read")
        return None
    if len(parts) > 1 and modules.file(parts[0]) is None and not modules.is_folder(parts[0]):
        raise Unread(f"the module of operationId {dotted} is not in this project")
    return None


def _in_class(module: Module, parts: Sequence[str]) -> bool:
    """Whether the rest of a dotted name stands in a class of a module, where its first part is one.

    :raises Unread: a class that it extends may have it
    """
    bound = module.scope.bindings[parts[0]][-1].node
    if len(parts) < 2 or not isinstance(bound, ast.ClassDef) or parts[1] in module.scopes[id(bound)].bindings:
        return True
    if bound.bases:
        raise Unread(f"whether {parts[0]} has {parts[1]} cannot be read", module.location(bound))
    return False
