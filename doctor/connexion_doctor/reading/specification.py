"""The APIs of an app that was read: the specification of each, and whether its operations lead to functions.

Resolved as Connexion's ``Resolver`` does (``connexion/resolver.py``): the operationId behind the controller
that the operation or its path names; ``RelativeResolver`` puts a module in front of it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from connexion_doctor.python.module import Use
from connexion_doctor.python.nodes import argument, name_of, text_in
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import ReadApp, Unread
from connexion_doctor.reading.paths import path_of

METHODS = frozenset("get put post delete options head patch trace".split())
CONTROLLERS = ("x-openapi-router-controller", "x-swagger-router-controller")
MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Api:
    """One ``add_api``: its specification, and the operations in it that lead to no function."""

    path: Path
    base_path: str
    use: Use[ast.Call]
    named: bool = False
    unresolved: tuple[tuple[str, str], ...] = ()  # operationId as written, and what was looked for


def apis_of(app: ReadApp, modules: LaunchModules) -> list[Api]:
    """The APIs that are added to an app.

    :raises Unread: one of them cannot be known
    """
    found = [_api(use, app, modules) for use in _added(modules)]
    if not found:
        raise Unread("no add_api(...) was found for the app", app.module.location(app.call))
    return found


def _added(modules: LaunchModules) -> Iterator[Use[ast.Call]]:
    """The calls of ``add_api`` on a Connexion app, in all that was read."""
    for module in list(modules.modules):
        for use in module.calls:
            function = use.node.func
            if isinstance(function, ast.Attribute) and function.attr == "add_api":
                made = modules.names.value(function.value, module, use.scope)
                if made is None or made.startswith("connexion."):
                    yield use


def _api(use: Use[ast.Call], app: ReadApp, modules: LaunchModules) -> Api:
    node, module = use.node, use.module
    at = module.location(node)
    path = _file(use, app, modules)
    if path is None:
        raise Unread("which specification is added cannot be read", at)
    if not path.is_file():
        raise Unread(f"the specification {path.name} is not there", at)
    document = _document(path)
    if document is None:
        raise Unread(f"the specification {path.name} cannot be read", at)
    prefix = _prefix(argument(node, 99, "resolver"), use)
    unresolved = tuple(_unresolved(document, prefix, modules, at))
    base = text_in(argument(node, 1, "base_path")) or _base_path(document)
    return Api(path, base, use, argument(node, 99, "name") is not None, unresolved)


def _file(use: Use[ast.Call], app: ReadApp, modules: LaunchModules) -> Path | None:
    root = modules.root
    written = path_of(argument(use.node, 0, "specification"), use.module, use.scope, root / use.module.path)
    if written is None:
        return None
    inside = argument(app.call, 99, "specification_dir")
    own = root / app.module.path
    folder = path_of(inside, app.module, app.scope, own) if inside is not None else Path()
    if folder is None:
        return None
    return own.parent / folder / written


def _document(path: Path) -> Mapping[str, object] | None:
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        text = path.read_text("utf-8")
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


def _prefix(resolver: ast.expr | None, use: Use[ast.Call]) -> str:
    """What the resolver puts in front of an operationId.

    :raises Unread: another resolver than those that are known
    """
    if resolver is None:
        return ""
    if isinstance(resolver, ast.Call):
        last = name_of(resolver.func).rpartition(".")[2]
        first = text_in(argument(resolver, 0, "root_controller_name"))
        if last == "RelativeResolver" and first:
            return f"{first}."
        if last == "Resolver" and not resolver.args and not resolver.keywords:
            return ""
    raise Unread("how its resolver finds functions cannot be read", use.module.location(use.node))


def _unresolved(
    document: Mapping[str, object], prefix: str, modules: LaunchModules, at: object
) -> Iterator[tuple[str, str]]:
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        if not isinstance(item, dict) or "$ref" in item:
            raise Unread(f"the path {path} of the specification cannot be read")
        for method, operation in item.items():
            if method not in METHODS or not isinstance(operation, dict):
                continue
            wrote = operation.get("operationId")
            if not isinstance(wrote, str):
                raise Unread(f"{method.upper()} {path} of the specification has no operationId")
            controller = next((o[name] for o in (operation, item) for name in CONTROLLERS if name in o), None)
            whole = f"{controller}.{wrote}" if controller else f"{prefix}{wrote}"
            if not _is_there(whole, modules):
                yield wrote, whole


def _is_there(dotted: str, modules: LaunchModules) -> bool:
    """Whether a function of that name is in the project.

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
            return True
        if "*" in names or "__getattr__" in names:
            raise Unread(f"whether {name} has {parts[length]} cannot be read")
        return False
    if len(parts) > 1 and modules.file(parts[0]) is None and not modules.is_folder(parts[0]):
        raise Unread(f"the module of operationId {dotted} is not in this project")
    return False
