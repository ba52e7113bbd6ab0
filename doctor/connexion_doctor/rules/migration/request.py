"""The request in handlers, hooks and routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources, Use
from connexion_doctor.python.edits import add_import, known, replace
from connexion_doctor.python.nodes import last_name
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import INNER, fix, listed

# What both have, and mean the same by; ``url`` and ``base_url`` are objects in Connexion 3.
_SAME = {"headers", "cookies", "method", "content_type", "mimetype", "close"}
_URLS = {"url", "base_url"}
_PARTS = {
    "components", "scheme", "netloc", "path", "query", "fragment", "username", "password", "hostname", "port",
    "is_secure", "replace", "include_query_params", "replace_query_params", "remove_query_params",
}  # fmt: skip
# Attributes in Connexion 2, methods to await in Connexion 3.
_METHODS_NOW = {"json", "form", "files", "stream"}
_NEW_ONLY = {
    "query_params", "path_params", "context", "get_body", "scope", "receive", "client", "state", "body",
    "app", "auth", "user", "session", "is_disconnected", "send_push_promise", "uri_parser",
    "send_early_hints", "url_for", "from_starlette_request", "get", "items", "keys",
}  # fmt: skip


@rule("CXD450", "connexion-request-is-not-flasks", Severity.ERROR)
def flask_style(sources: Sources) -> Iterator[Finding]:
    """`connexion.request` is used as if it were Flask's request.

    What happens: The request answers 500: `AttributeError: 'Request' object has no attribute 'args'`, or a
        bound method is used as the body: `TypeError: 'method' object is not subscriptable`.

    Why: `connexion.request` was Flask's request in Connexion 2; in Connexion 3 it is one of Starlette:
        `args`, `data`, `values`, `remote_addr` are gone, `json`, `form` and `files` are to be awaited, `url`
        is no text, and `base_url` is the root of the server.

    Fix: In a FlaskApp `from flask import request`, which has all that it had.

    Before:
        import connexion
        from connexion import request


        def greet():
            return {"greeting": request.args.get("name", "you")}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from flask import request


        def greet():
            return {"greeting": request.args.get("name", "you")}


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/mozilla-releng/balrog/pull/3455
        https://connexion.readthedocs.io/en/latest/request.html
        test: tests/rules/migration/scenarios.py
    """
    by_module: dict[str, list[Use[ast.Attribute]]] = {}
    for use, base in sources.attributes:
        if base == "connexion.request" and not use.guarded and _is_flask_style(use):
            by_module.setdefault(use.module.path, []).append(use)
    for uses in by_module.values():
        module = uses[0].module
        names = dict.fromkeys(use.node.attr for use in uses)
        yield finding(
            f"`connexion.request` of Connexion 3 is not Flask's: {listed(names)} "
            f"{'is' if len(names) == 1 else 'are'} used here as Flask has "
            f"{'it' if len(names) == 1 else 'them'}.",
            evidence=[
                f"{module.path}:{use.node.lineno}: {module.source.line(use.node.lineno).strip()}"
                for use in uses[:10]
            ],
            location=module.location(uses[0].node),
            fixes=fix("Use Flask's request.", to_flask(sources, module)),
        )


def _is_flask_style(use: Use[ast.Attribute]) -> bool:
    name = use.node.attr
    if name in _URLS:
        return _is_text(use)
    if name not in _METHODS_NOW:
        return name not in _SAME | _NEW_ONLY
    return not any(call.node.func is use.node for call in use.module.calls)


def _is_text(use: Use[ast.Attribute]) -> bool:
    """Whether an address is used as the text that Flask has: not as ``str(request.url)``, in a text, or for
    parts that only an object has. In a text the root of a server ends with a slash."""
    for one in use.module.attributes:
        if one.node.value is use.node:
            return one.node.attr not in _PARTS
    if any(use.node in one.node.args and last_name(one.node.func) == "str" for one in use.module.calls):
        return False
    for text in (one for one in ast.walk(use.module.tree) if isinstance(one, ast.JoinedStr)):
        parts = [getattr(one, "value", None) for one in text.values]
        if use.node in parts:
            behind = parts[parts.index(use.node) + 1 :][:1]
            return use.node.attr == "base_url" and (not behind or str(behind[0]).startswith("/"))
    return True


def to_flask(sources: Sources, module: Module) -> tuple[Edit, ...]:
    """The edits that make a module use Flask's request; none where it uses what only the new one has."""
    if any(name.startswith("connexion.AsyncApp") for _, name in sources.calls):
        return ()
    edits: list[Edit | None] = []
    for use, base in sources.attributes:
        if use.module is not module:
            continue
        if base == "connexion.request":
            new = use.node.attr in _NEW_ONLY
            if new or (use.node.attr in _METHODS_NOW and not _is_flask_style(use)):
                return ()
        if f"{base}.{use.node.attr}" == "connexion.request" and isinstance(use.node.value, ast.Name):
            edits.append(replace(module, use.node, "flask.request"))
    if edits:
        edits.append(add_import(module, "flask", ""))
    for imported in module.imports:
        node = imported.node
        if not isinstance(node, ast.ImportFrom) or node.module != "connexion" or node.level:
            continue
        wanted = [alias for alias in node.names if alias.name == "request"]
        if not wanted:
            continue
        kept = [
            alias.name + (f" as {alias.asname}" if alias.asname else "")
            for alias in node.names
            if alias.name != "request"
        ]
        new_name = "request" + (f" as {wanted[0].asname}" if wanted[0].asname else "")
        lines = ([f"from connexion import {', '.join(kept)}"] if kept else []) + [
            f"from flask import {new_name}"
        ]
        edits.append(replace(module, node, ("\n" + " " * node.col_offset).join(lines)))
    return known(edits)


@rule("CXD453", "connexion-request-outside-of-operation", Severity.ERROR)
def outside_operation(sources: Sources) -> Iterator[Finding]:
    """`connexion.request` is used in a route that is not in the specification.

    What happens: The request answers 500: `RuntimeError: Working outside of operation context.` In a
        `before_request` that is so for what is no operation, a path that is not there among it (a warning).

    Why: Connexion 3 sets the context for operations of the specification only.

    Fix: Use Flask's request there.

    Before:
        import connexion
        from connexion import request

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        @app.route("/agent")
        def agent():
            return request.headers["user-agent"]

    After:
        import connexion
        from flask import request

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        @app.route("/agent")
        def agent():
            return request.headers["user-agent"]

    Sources:
        https://github.com/spec-first/connexion/issues/2094
        test: tests/rules/migration/scenarios.py
    """
    for module in sources.modules:
        for use in module.functions:
            told = {_called(sources, module, one, use) for one in use.node.decorator_list}
            hook = HOOK in told
            if use.guarded or not (hook or told & ROUTES):
                continue
            scope = module.scopes[id(use.node)]
            for child in ast.walk(use.node):
                if not isinstance(child, ast.Name | ast.Attribute):
                    continue
                if sources.names.value(child, module, scope) != "connexion.request":
                    continue
                yield finding(
                    f"`connexion.request` does not exist in `{use.node.name}`: "
                    + ("a path that is no operation answers 500." if hook else "it is no operation."),
                    severity=Severity.WARNING if hook else Severity.ERROR,
                    location=module.location(child),
                    fixes=fix("Use Flask's request.", to_flask(sources, module)),
                )
                break


ROUTES = {f"{base}.{name}" for base in (INNER, "connexion.FlaskApp()") for name in ("route", "get", "post")}
HOOK = f"{INNER}.before_request"


def _called(
    sources: Sources, module: Module, decorator: ast.expr, use: Use[ast.FunctionDef | ast.AsyncFunctionDef]
) -> str | None:
    """What a decorator stands for."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return sources.names.value(target, module, use.scope)
