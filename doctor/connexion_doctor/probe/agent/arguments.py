"""What operations give to their handlers, against what the handlers take.

Source: ``connexion/decorators/parameter.py`` of Connexion 3.0 to 3.3. Path parameters are always passed,
query parameters where the request has them (or they have a default), a body where one is defined, ``user``
and ``token_info`` by the security that an operation has; headers and cookies never.
"""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any, Iterator

from . import describe
from .describe import quietly

MOST = 20
CONTEXT_MIDDLEWARE = "connexion.middleware.context.ContextMiddleware"
IN_PATH = re.compile(r"{([^}:]+)")


def of(main: Any, pythonic: dict[str, bool]) -> dict[str, Any]:
    """The operations whose handlers cannot be called as they are, and how many were looked at.

    :param pythonic: operationId -> whether its names are made Pythonic before they are passed
    """
    looked, found = 0, []
    foreign = any(not name.startswith("connexion.") for name in _names(main))
    for operation in quietly(lambda: list(_operations(main)), default=[]):
        looked += 1
        one = quietly(_mismatch, operation, bool(pythonic.get(operation.operation_id)), foreign)
        if one is not None:
            found.append(one)
    never = sum(bool(one["missing"] or one["refused"]) for one in found)
    return {"operations_looked_at": looked, "operations_never_called": never, "arguments": found[:MOST]}


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


def _mismatch(operation: Any, pythonic: bool, foreign: bool) -> dict[str, Any] | None:
    function = operation.function
    if hasattr(function, "__wrapped__"):
        return None  # a decorator of the project's may take and give what it likes
    parameters = inspect.signature(function).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        takes = None
    else:
        takes = {one.name for one in parameters}
    required = [
        one.name
        for one in parameters
        if one.default is one.empty and one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]
    sanitize = _sanitizer(pythonic)
    always, sometimes = _given(operation, sanitize)
    in_path = {sanitize(name) for name in IN_PATH.findall(operation.path)}
    missing = [name for name in required if name not in always | sometimes | in_path]
    told = {
        "missing": [] if foreign else missing,
        "optional": [name for name in required if name in sometimes - always],
        "refused": sorted(in_path - takes) if takes is not None else [],
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


def _sanitizer(pythonic: bool) -> Any:
    """Connexion's own way from a name in the specification to the name of an argument."""
    module = vars(sys.modules["connexion.decorators.parameter"])
    return module["pythonic" if pythonic else "sanitized"]


def _given(operation: Any, sanitize: Any) -> tuple[set[str], set[str]]:
    """The names that are always passed, and those that are where the request, or the user, has them."""
    always, sometimes = {"context_"}, _optional(operation, sanitize)
    for one in operation.parameters:
        name = sanitize(one["name"])
        if one["in"] in ("query", "formData") and name not in sometimes:
            always.add(name)
    defined = quietly(lambda: operation.is_request_body_defined, default=True)
    if defined and operation.method.lower() != "trace":
        for one in list(operation.consumes) or [None]:
            always.add(sanitize(operation.body_name(one)))
            schema = quietly(operation.body_schema, one, default={})
            always.update(schema.get("properties") or {})  # files are passed by their own names
    if operation.security:
        always.update(("user", "token_info"))
    return always, sometimes


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
