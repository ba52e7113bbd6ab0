"""The APIs that are added to an app that was read: the specification of each, and what is wrong with it."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from urllib.parse import urlsplit

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Frame, Location, Raised, overlay
from connexion_doctor.python.module import Module, Use
from connexion_doctor.python.nodes import argument, is_none, name_of, text_in
from connexion_doctor.reading.chains import ReadApp, Where
from connexion_doctor.reading.handler_arguments import Operation, mismatches, way_of
from connexion_doctor.reading.handler_requests import requests_of
from connexion_doctor.reading.keywords import opened
from connexion_doctor.reading.library import CONNEXION, leaves_alone
from connexion_doctor.reading.nearest import meant
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.occasions import Occasion, Occasions
from connexion_doctor.reading.parsers import misread, parser_in
from connexion_doctor.reading.references import broken, in_file, is_circular, missing, remote, with_paths
from connexion_doctor.reading.resolvers import resolver_of
from connexion_doctor.reading.security import security_of
from connexion_doctor.reading.specification import Unresolved, named_in, operations_of, twice_in, underscored
from connexion_doctor.reading.specification_files import FIELD, UNFILLED, document_of, refusal
from connexion_doctor.reading.unread import Raises, Unread
from connexion_doctor.reading.validity import invalid
from connexion_doctor.reading.value_kinds import Loaded, Unknown
from connexion_doctor.reading.values import Values

# Keywords with which an operation without a function ends nothing (of ``add_api`` and of the app).
FORGIVEN = ("resolver_error", "resolver_error_handler")
REMOTE = ("http://", "https://")
UNRESOLVED = "jsonschema.exceptions.RefResolutionError"


@dataclass(frozen=True)
class Api:
    """One ``add_api``: its specification, and the operations in it that lead to no function."""

    path: Path
    base_path: str | None  # None: it is not known
    use: Use[ast.Call] | None  # the call that adds it
    named: bool = False
    modules: tuple[Module, ...] = ()  # those that its operations lead to
    unresolved: tuple[Unresolved, ...] = ()
    looked_for: tuple[str, ...] = ()  # the functions of all its operations, by their dotted names
    mismatches: tuple[Mapping[str, object], ...] = ()  # handlers that can never be called as they are
    invalid: Raised | None = None  # as which Connexion does not take the specification
    security: Raised | None = None  # what the first function of a security scheme raises that is not there
    misread: tuple[Mapping[str, object], ...] = ()  # operations whose parameters cannot be read
    headers: tuple[str, ...] = ()  # those that are named with an underscore
    meant: Mapping[str, str] = field(default_factory=dict)  # what the first operation without one may mean
    twice: str | None = None  # the name of two operations, of which Flask takes one only

    @property
    def faulty(self) -> bool:
        """Whether something of it keeps the app from coming up, or operations from answering."""
        wrong = self.unresolved or self.mismatches or self.invalid or self.security or self.misread
        return bool(wrong or self.twice)


class Missing(Unread):
    """A specification that is not there."""

    def __init__(self, path: Path, location: Location | None = None) -> None:
        super().__init__(f"the specification {path.name} is not there", location)
        self.path = path


class Refused(Exception):
    """A file that Connexion cannot take for a specification, and what it raises."""

    def __init__(self, path: Path, error: Raised) -> None:
        super().__init__(error.message)
        self.path, self.error = path, error


def apis_of(app: ReadApp, objects: Objects) -> list[Api]:
    """The APIs that are added to an app: it may have none, and answers every path with 404 then.

    :raises Unread: one of them cannot be known
    """
    found = [_happening(use, one, app, objects) for use, one in _added(app, objects)]
    otherwise = _added_otherwise(app, objects)
    if otherwise is not None:
        raise Unread("which specifications are added here cannot be read", otherwise)
    handed = _handed_on(app, objects) if not found else None
    if handed is not None:
        raise Unread("whether an API is added to the app here cannot be read", handed)
    return found


def others_of(app: ReadApp, objects: Objects, reached: Container[int]) -> Iterator[Api]:
    """The APIs that are added to other apps than the one that is served, while it is loaded.

    :param reached: the statements that are surely come to
    """
    for module in list(objects.modules.modules):
        for use in module.calls:
            function = use.node.func
            if not isinstance(function, ast.Attribute) or function.attr != "add_api":
                continue
            if id(use.statement) not in reached:
                continue
            try:
                other = objects.value(function.value, Where(module, use.scope)).app
                if other is None or other.call is app.call:
                    continue
                for one in Occasions(other, objects).of(use):
                    yield from [_api(use, one.where, other, objects)] if one.sure else []
            except Missing:
                raise
            except (Unread, Raises, KeyError, RecursionError):
                continue  # what it is made of has nothing to do with what is served


def _happening(use: Use[ast.Call], one: Occasion, app: ReadApp, objects: Objects) -> Api:
    """The API of one occasion; nothing is certain of one that is perhaps added."""
    doubt = Unread("whether this API is added is decided when it runs", use.module.location(use.node))
    try:
        api = _api(use, one.where, app, objects)
    except Missing:
        if not one.sure:
            raise doubt from None
        raise
    if one.sure:
        return api
    if api.faulty:
        raise doubt
    return replace(api, base_path=None)


def _added_otherwise(app: ReadApp, objects: Objects) -> Location | None:
    """Where ``add_api`` of the app is named and not called: it may be called with anything."""
    for module in list(objects.modules.modules):
        called = {id(use.node.func) for use in module.calls}
        for use in module.attributes:
            if use.node.attr == "add_api" and id(use.node) not in called:
                owner = owner_of(use.node.value, Where(module, use.scope), objects)
                if owner in (None, app.call):
                    return module.location(use.node)
        for call in module.calls:
            if name_of(call.node.func) == "getattr" and "add_api" in map(text_in, call.node.args):
                return module.location(call.node)
    return None


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


def _added(app: ReadApp, objects: Objects) -> Iterator[tuple[Use[ast.Call], Occasion]]:
    """The calls of ``add_api`` on the app, in all that was read, each time that they happen; one on an app
    that cannot be told apart counts where there is no other."""
    modules, occasions = objects.modules, Occasions(app, objects)
    others = {
        id(use.node)
        for module in modules.modules
        for use in module.calls
        if modules.names.outside(modules.names.raw(use.node.func, module, use.scope) or "") in CONNEXION
    }
    for module in list(modules.modules):
        for use in module.calls:
            function = use.node.func
            if not isinstance(function, ast.Attribute) or function.attr != "add_api":
                continue
            made = modules.names.value(function.value, module, use.scope)
            plain = owner_of(function.value, Where(module, use.scope), objects)
            if made is not None and not made.startswith("connexion.") or plain not in (None, app.call):
                continue
            for one in occasions.of(use):
                own = _is_itself(function.value, one.where, app)
                owner = app.call if own else owner_of(function.value, one.where, objects)
                if owner is None and others - {id(app.call)}:
                    raise Unread("to which app an API is added cannot be read", module.location(use.node))
                if owner in (None, app.call):
                    yield use, one


def owner_of(node: ast.expr, where: Where, objects: Objects) -> ast.Call | None:
    """The call that makes the app which an expression stands for; None where it cannot be known."""
    try:
        made = objects.value(node, where).app
    except (Unread, Raises, KeyError, RecursionError):
        return None
    return made.call if made is not None else NO_APP


def _is_itself(node: ast.expr, where: Where, app: ReadApp) -> bool:
    """Whether it is ``self`` in a method of the class of the app."""
    if not isinstance(node, ast.Name) or app.made is None:
        return False
    passed = where.passed_in(where.scope)
    itself = passed.made if passed is not None and passed.itself == node.id else None
    return itself is not None and itself.node is app.made.node


NO_APP = ast.Call(ast.Constant(None), [], [])


def _api(use: Use[ast.Call], where: Where, app: ReadApp, objects: Objects) -> Api:
    modules, values = objects.modules, objects.values
    at = use.module.location(use.node)
    call, around = app.settings
    node, made = opened(use.node, where, values), opened(call, around, values)
    try:
        path, document = _document(node, made, where, app, objects)
    except Refused as refused:
        return Api(refused.path, "", use, invalid=refused.error)
    left = FIELD.sub("", overlay.read(path).decode("utf-8", "replace"))  # a template is filled in first
    fault = invalid(document) if "{{" not in left and UNFILLED not in str(document) else None
    if fault is not None:
        frame = Frame(str(modules.root / at.path), at.line, "<module>")
        told = {"says": fault.says, "at": json.dumps(fault.keys), "specification": str(path)}
        error = Raised("connexion.exceptions.InvalidSpecification", fault.says, (frame,), attributes=told)
        return Api(path, "", use, invalid=error)
    raised = _reference_of(document, path, objects.major)
    if raised is not None:
        frame = Frame(str(modules.root / at.path), at.line, "<module>")
        return Api(path, "", use, invalid=replace(raised, frames=(frame,)))
    gone = missing(document, path.parent) if objects.major == 3 else None
    if gone is not None:
        raise Missing(gone, at)
    elsewhere = remote(document)
    if elsewhere is not None:
        raise Unread(f"the specification asks another machine while it is loaded: {elsewhere}", at)
    document = with_paths(document, path.parent if objects.major == 3 else None)
    resolves = argument(node, 99, "resolver")
    resolver = (
        resolver_of(argument(made, 99, "resolver"), around, values, objects.major)
        if is_none(resolves)
        else resolver_of(resolves, where, values, objects.major)
    )
    unresolved, led = operations_of(document, resolver, values)
    twice = twice_in(document, resolver, [one.looked_for for one in unresolved])
    behind, security = security_of(document, modules)
    if any(argument(one, 99, name) is not None for one in (node, made) for name in FORGIVEN):
        unresolved = []  # such an operation answers with what is given there
    given = argument(node, 1, "base_path")
    base = _known(_base_path(document) if is_none(given) else values.text(given, where))
    named = argument(node, 99, "name") is not None
    whole = tuple(name for *_, name in named_in(document, resolver))
    way = way_of((node, made), objects.major)
    asked = tuple(requests_of(document, resolver, objects.major))
    wrong = tuple(mismatches(asked, way, modules)) if way is not None else ()
    read = tuple(_misread(document, (node, where), (made, around), asked, objects))
    near = meant(unresolved[0].looked_for, asked, modules) if unresolved else {}
    own = underscored(document)
    modules_led = (*led, *behind)
    return Api(
        path, base, use, named, modules_led, tuple(unresolved), whole, wrong, None, security, read, own, near,
        twice,
    )  # fmt: skip


def _reference_of(document: Mapping[str, object], path: Path, major: int) -> Raised | None:
    """What following the references of a specification raises."""
    nowhere = broken(document)
    if nowhere is not None:
        return Raised(UNRESOLVED, f"Unresolvable JSON pointer: {nowhere.removeprefix('#/')!r}")
    file = in_file(document) if major == 2 else None
    if file is not None:
        return Raised(UNRESOLVED, f"unknown url type: {file!r}")
    if major == 3 and is_circular(document, path):
        return Raised("builtins.RecursionError", "maximum recursion depth exceeded")
    return None


def _misread(
    document: Mapping[str, object],
    added: tuple[ast.Call, Where],
    made: tuple[ast.Call, Where],
    operations: Sequence[Operation],
    objects: Objects,
) -> Iterator[Mapping[str, object]]:
    """The operations whose parameters the class for them, of the API or of the app, cannot read."""
    for call, where in (added, made) if "openapi" in document else ():
        node = parser_in(call)
        if node is not None:
            name = objects.modules.names.raw(node, where.module, where.scope) or ""
            yield from misread(objects.modules.names.outside(name), operations)
            return


def _document(
    node: ast.Call, made: ast.Call, where: Where, app: ReadApp, objects: Objects
) -> tuple[Path, Mapping[str, object]]:
    """The specification that a call adds, and the file that it stands in.

    :raises Unread: it cannot be known
    """
    at = where.module.location(node)
    given = argument(node, 0, "specification")
    try:
        value = objects.values.of(given, where) if given is not None else None
    except Unknown:
        value = None
    document: Mapping[str, object] | None = None
    if isinstance(value, dict):
        path = value.path if isinstance(value, Loaded) else objects.modules.root / where.module.path
        if {"openapi", "swagger"} & set(value) and isinstance(value.get("paths"), dict):
            document = {str(name): one for name, one in value.items()}
    elif isinstance(value, str) and value.startswith(REMOTE):
        raise Unread(f"the specification comes from {value}", at)
    elif isinstance(value, str | Path):
        found = _file(Path(objects.modules.here(str(value))), made, app, objects)
        if found is None:
            raise Unread("which specification is added cannot be read", at)
        path = found
        if not os.path.isfile(path):
            raise Missing(path, at)
        calls = [(node, where)]
        if objects.major == 2:  # since 3, those of the app are given to no specification
            calls.insert(0, (made, app.settings[1]))
        document = document_of(path, _arguments(*calls, values=objects.values))
    else:
        raise Unread("which specification is added cannot be read", at)
    if document is None:
        error = refusal(path) if path.suffix in (".yaml", ".yml", ".json") else None
        if error is None:
            raise Unread(f"the specification {path.name} cannot be read", at)
        frame = Frame(str(objects.modules.root / at.path), at.line, "<module>")
        raise Refused(path, replace(error, frames=(frame, *error.frames)))
    return path, document


def _arguments(*calls: tuple[ast.Call, Where], values: Values) -> dict[str, str]:
    """What templates are filled in with, as far as it is known: ``arguments`` of the app, then of the API;
    under no name what a name gets that is given nothing."""
    found = {"": ""}
    for call, where in calls:
        given = argument(call, 99, "arguments")
        try:
            many = values.of(given, where) if given is not None else {}
        except Unknown:
            found.pop("", None)
            continue
        for name, one in many.items() if isinstance(many, dict) else ():
            if isinstance(one, str | int | Path):
                found[str(name)] = str(one)
            else:
                found.pop("", None)
    return found


def _file(written: Path, made: ast.Call, app: ReadApp, objects: Objects) -> Path | None:
    """The file of a specification: seen from the folder of the app's module, which its first argument names
    (``connexion.utils.get_root_path``)."""
    modules, values, where = objects.modules, objects.values, app.settings[1]
    inside = argument(made, 99, "specification_dir")
    folder = Path() if is_none(inside) else values.path(inside, where)
    if folder is None:
        return None
    own = (modules.root / where.module.path).parent
    path = own / folder / written
    named = argument(made, 0, "import_name")
    if os.path.isfile(path) or isinstance(named, ast.Name) and named.id == "__name__":
        return path
    name = values.text(named, where)
    if name is None:
        return None  # which folder it is seen from cannot be known
    file = modules.file(name)
    return (file.parent if file is not None else modules.directory) / folder / written


def _base_path(document: Mapping[str, object]) -> str | None:
    """As Connexion has it (``Specification.base_path``): of a server's address the path, its variables filled
    in; None where it cannot be told."""
    if "swagger" in document:
        return str(document.get("basePath") or "")
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers else {}
    if not isinstance(first, dict):
        return ""
    url, variables = str(first.get("url") or ""), first.get("variables")
    for name, one in variables.items() if isinstance(variables, dict) else ():
        url = url.replace(f"{{{name}}}", str(one.get("default")) if isinstance(one, dict) else "")
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return None
    return path if "{" not in path else None


def _known(text: str | None) -> str | None:
    return text if text is None or UNFILLED not in text else None
