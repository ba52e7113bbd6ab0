"""What operations give to their handlers, against what the handlers take.

Source: ``connexion/decorators/parameter.py`` of Connexion 2.14 and 3.0 to 3.3. Path parameters are always
passed, query parameters where the request has them (or they have a default), a body where one is defined,
``user`` and ``token_info`` by the security that an operation has; headers and cookies never.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any, Callable, Iterator, NamedTuple

from . import describe
from .describe import quietly

MOST = 20
CONTEXT_MIDDLEWARE = "connexion.middleware.context.ContextMiddleware"
PASSING = "connexion.decorators.parameter"
IN_PATH = re.compile(r"{([^}:]+)")


class Passed(NamedTuple):
    """One operation, the function behind it, how a name of the specification becomes an argument's, and the
    names that are given beside those of its parameters."""

    operation: Any
    function: Any
    sanitize: Callable[[str], str]
    more: set[str]


def of(main: Any, pythonic: dict[str, bool]) -> dict[str, Any]:
    """The operations whose handlers cannot be called as they are, and how many were looked at.

    :param pythonic: operationId -> whether its names are made Pythonic before they are passed
    """
    passed = quietly(lambda: [_passed(one, pythonic) for one in _operations(main)], default=[])
    return _told(passed, any(not name.startswith("connexion.") for name in _names(main)))


def of_connexion2(views: list[Any]) -> dict[str, Any]:
    """The same of the Flask views that Connexion 2 made: each holds its operation, and how it passes on."""
    passed = [one for one in (quietly(_passed_by, view) for view in views) if one is not None]
    validators = [cls for one in passed for cls in quietly(_validators, one.operation, default=())]
    return _told(passed, any(not cls.__module__.startswith("connexion.") for cls in validators))


def _told(passed: list[Passed], foreign: bool) -> dict[str, Any]:
    """``foreign``: something of somebody else's takes part, and may give handlers more."""
    found = [one for one in (quietly(_mismatch, each, foreign) for each in passed) if one is not None]
    never = sum(bool(one["missing"] or one["refused"]) for one in found)
    misread = [one for one in (quietly(_misread, each.operation) for each in passed) if one is not None]
    return {
        "operations_looked_at": len(passed),
        "operations_never_called": never,
        "arguments": found[:MOST],
        "misread": misread[:MOST],
    }


def _misread(operation: Any) -> dict[str, Any] | None:
    """The operation, where Connexion's own class for reading its parameters cannot read them: those for
    Swagger 2 look for a ``type`` where OpenAPI 3 has a ``schema`` (``connexion/uri_parsing.py``)."""
    cls = operation._uri_parser_class
    if not cls.__module__.startswith("connexion."):
        return None
    parser = cls(operation.parameters, {})
    ways = {"query": parser.resolve_query, "path": parser.resolve_path}
    for one in operation.parameters:
        if one["in"] not in ways:
            continue
        try:
            ways[one["in"]]({one["name"]: ["1"] if one["in"] == "query" else "1"})
        except KeyError:
            told = "%s %s" % (operation.method.upper(), operation.path)
            return {"operation": told, "parser": describe.class_name(cls)}
        except Exception:  # the value does not suit it
            continue
    return None


def _passed(operation: Any, pythonic: dict[str, bool]) -> Passed:
    change = "pythonic" if pythonic.get(operation.operation_id) else "sanitized"
    sanitize = vars(sys.modules[PASSING])[change]
    return Passed(operation, operation.function, sanitize, {"context_"} | _of_body(operation, sanitize))


def _passed_by(view: Any) -> Passed | None:
    """What a view's innermost decorator, ``parameter_to_arg``, was made with."""
    while view is not None and getattr(view, "__globals__", {}).get("__name__") != PASSING:
        view = getattr(view, "__wrapped__", None)
    if view is None:
        return None
    made = inspect.getclosurevars(view).nonlocals
    operation, sanitize = made["operation"], made["sanitize"]
    more = {made["pass_context_arg_name"]} - {None}
    if operation.method.upper() in ("PATCH", "POST", "PUT"):
        more |= _of_old_body(operation, sanitize)
    return Passed(operation, made["function"], sanitize, more)


def _validators(operation: Any) -> Iterator[type]:
    yield from operation.validator_map.values()
    yield operation._uri_parser_class


def _names(main: Any) -> Iterator[str]:
    """The classes of the middleware: one of somebody else's may give handlers more."""
    for entry in quietly(lambda: list(main.middlewares), default=[]):
        cls = getattr(entry, "func", entry)
        yield describe.class_name(cls) if inspect.isclass(cls) else "?"


def _operations(main: Any) -> Iterator[Any]:
    """The operations as Connexion knows them, kept by the middleware that hands them to the handlers."""
    for layer in main.middleware_stack:
        if describe.type_name(layer) != CONTEXT_MIDDLEWARE:
            continue
        for entries in layer.apis.values():
            for api in entries if isinstance(entries, list) else [entries]:
                for operation in api.operations.values():
                    yield operation.operation


def _mismatch(passed: Passed, foreign: bool) -> dict[str, Any] | None:
    operation, function, sanitize, more = passed
    if hasattr(function, "__wrapped__"):
        return None  # a decorator of the project's may take and give what it likes
    view = getattr(function, "view_class", None)
    if view is not None:
        function = _method_of(view, operation.method)
        if function is None:
            return None
    parameters = list(inspect.signature(function).parameters.values())[1 if view is not None else 0 :]
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        takes = None
    else:
        takes = {one.name for one in parameters}
    required = [
        one.name
        for one in parameters
        if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]
    sometimes = _optional(operation, sanitize)
    always = more | set(_of_request(operation, sanitize)) - sometimes
    in_path = {sanitize(name) for name in IN_PATH.findall(operation.path)}
    missing = [name for name in required if name not in always | sometimes | in_path]
    # The view of a class takes anything, and hands all of it to the method.
    certain = in_path | (set(_of_request(operation, sanitize)) - sometimes if view is not None else set())
    told = {
        "missing": [] if foreign else missing,
        "optional": [name for name in required if name in sometimes - always],
        "refused": sorted(certain - takes) if takes is not None else [],
    }
    if not any(told.values()):
        return None
    code = inspect.unwrap(function).__code__
    return {
        **told,
        "operation": "%s %s" % (operation.method.upper(), operation.path),
        "function": "%s.%s" % (function.__module__, function.__qualname__),
        "given": sorted((always | sometimes | in_path) - set(required)),
        "unpassed": [one["name"] for one in operation.parameters if one["in"] in ("header", "cookie")],
        "path": code.co_filename,
        "line": code.co_firstlineno,
    }


def _method_of(view: Any, method: str) -> Any:
    """The method of Flask's ``MethodView`` for requests of a kind (``View.dispatch_request``); None where
    decorators of the project's stand in front of it, or it has none."""
    if view.decorators or "flask.views.MethodView" not in describe.mro_names(view):
        return None
    found = getattr(view, method.lower(), None)
    return None if hasattr(found, "__wrapped__") else found


def _of_request(operation: Any, sanitize: Any) -> Iterator[str]:
    """The names that a request's parameters are passed under, and those that security adds."""
    for one in operation.parameters:
        if one["in"] in ("query", "formData"):
            yield sanitize(one["name"])
    if operation.security:
        yield from ("user", "token_info")


def _of_body(operation: Any, sanitize: Any) -> set[str]:
    """The names that a body is passed under; files are passed under their own."""
    defined = quietly(lambda: operation.is_request_body_defined, default=True)
    if not defined or operation.method.lower() == "trace":
        return set()
    found: set[str] = set()
    for one in list(operation.consumes) or [None]:
        found.add(sanitize(operation.body_name(one)))
        if one is None or "form" in one:
            found.update(quietly(operation.body_schema, one, default={}).get("properties") or ())
    return found


def _of_old_body(operation: Any, sanitize: Any) -> set[str]:
    """The same of Connexion 2, which asks each kind of specification in its own way."""
    own = [one["name"] for one in operation.parameters if one["in"] == "body"]
    if not hasattr(operation, "request_body"):
        return {sanitize(name) for name in own}
    if not operation.request_body:
        return {"body"}
    schema = operation.body_schema
    name = operation.request_body.get("x-body-name", schema.get("x-body-name") or "body")
    return {sanitize(name), *(schema.get("properties") or () if "form" in operation.consumes[0] else ())}


def _optional(operation: Any, sanitize: Any) -> set[str]:
    """The parameters that a request may leave out, and that have no default."""
    found = set()
    for one in operation.parameters:
        schema = one.get("schema", {})
        # an object has the defaults of its parts
        default = "default" in one or "default" in schema or schema.get("type") == "object"
        if one["in"] in ("query", "formData") and not one.get("required") and not default:
            found.add(sanitize(one["name"]))
    return found
