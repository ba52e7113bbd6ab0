"""The request in handlers, hooks and security functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from doctor.model import Edit, Finding, Location, Severity
from doctor.rules.base import finding, rule
from doctor.rules.migration.common import INNER, fix, listed
from doctor.source import Module, Sources, Use
from doctor.source.edits import add_import, insert, known, replace
from doctor.source.module import Function

_FLASK_ONLY = {
    "args", "authorization", "blueprint", "content_length", "data", "endpoint", "environ", "full_path",
    "get_data", "get_json", "host", "host_url", "is_json", "is_secure", "path", "query_string", "referrer",
    "remote_addr", "remote_user", "root_path", "script_root", "url_root", "url_rule", "user_agent", "values",
    "view_args", "access_route", "accept_mimetypes", "max_content_length", "on_json_loading_failure",
}  # fmt: skip
# Attributes in Connexion 2, methods to await in Connexion 3.
_METHODS_NOW = {"json", "form", "files"}
_NEW_ONLY = {
    "query_params",
    "path_params",
    "context",
    "get_body",
    "scope",
    "receive",
    "client",
    "state",
    "body",
}


@rule("CXD450", "connexion-request-is-not-flasks", Severity.ERROR)
def flask_style(sources: Sources) -> Iterator[Finding]:
    """`connexion.request` is used as if it were Flask's request.

    What happens: The request answers 500: `AttributeError: 'Request' object has no attribute 'args'`, or a
        bound method is used as the body: `TypeError: 'method' object is not subscriptable`.

    Why: `connexion.request` was Flask's request in Connexion 2; in Connexion 3 it is one of Starlette:
        `args`, `data`, `values`, `remote_addr` are gone, `json`, `form` and `files` are to be awaited.

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
            severity=Severity.ERROR,
            evidence=[
                f"{module.path}:{use.node.lineno}: {module.source.line(use.node.lineno).strip()}"
                for use in uses[:10]
            ],
            location=module.location(uses[0].node),
            fixes=fix("Use Flask's request.", to_flask(sources, module)),
        )


def _is_flask_style(use: Use[ast.Attribute]) -> bool:
    name = use.node.attr
    if name in _FLASK_ONLY:
        return True
    if name not in _METHODS_NOW:
        return False
    return not any(call.node.func is use.node for call in use.module.calls)


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


@rule("CXD451", "security-function-without-context", Severity.ERROR)
def security(sources: Sources) -> Iterator[Finding]:
    """A security function uses a request or context that does not exist while it runs.

    What happens: Each secured request answers 500: `RuntimeError: Working outside of operation context`
        (`connexion.request`, `connexion.context`), or `Working outside of request context` (Flask's).

    Why: Connexion 3 checks security in a middleware, before the context is set and outside of Flask.

    Fix: Take the request as a parameter: `def check(key, required_scopes, request)` (Connexion 3.1 and
        newer). For Flask's `g` and `current_app` open a context with `with app.app.app_context():`, or
        keep the data elsewhere.

    Before:
        import connexion
        from connexion import request


        def check(key, required_scopes=None):
            return {"sub": "me"} if request.headers.get("x-api-key") == key else None


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion
        from connexion import request


        def check(key, required_scopes=None, request=None):
            return {"sub": "me"} if request.headers.get("x-api-key") == key else None


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/spec-first/connexion/issues/2015
        https://github.com/spec-first/connexion/issues/1942
    """
    for name in sorted(sources.security):
        module_name, _, function = name.rpartition(".")
        for module in sources.modules:
            if module_name not in module.names:
                continue
            bindings = [b for b in module.scope.bindings.get(function, []) if b.kind == "def"]
            if not bindings:
                continue
            node = bindings[-1].node
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            found = list(_context_uses(sources, module, node))
            if not found:
                continue
            first, value = found[0]
            yield finding(
                f"`{function}` checks security, where `{value}` does not exist in Connexion 3: RuntimeError.",
                severity=Severity.ERROR,
                location=module.location(first),
                fixes=fix(
                    "Take the request as a parameter named `request` (Connexion 3.1 and newer)."
                    if "request" in value
                    else "Open a context with `with app.app.app_context():`, or keep the data elsewhere.",
                    _request_parameter(module, node, found),
                ),
            )


_CONTEXTS = (
    "connexion.request", "connexion.context", "connexion.context.context", "flask.request", "flask.g",
    "flask.current_app", "flask.session",
)  # fmt: skip


def _context_uses(sources: Sources, module: Module, node: Function) -> Iterator[tuple[ast.expr, str]]:
    scope = module.scopes[id(node)]
    inside = {id(child) for child in ast.walk(node)}
    contexts = [
        call
        for call in module.calls
        if id(call.node) in inside
        and isinstance(call.node.func, ast.Attribute)
        and call.node.func.attr in ("app_context", "test_request_context", "request_context")
    ]
    if contexts:
        return  # it opens one
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            value = sources.names.value(child, module, scope)
            if value in _CONTEXTS:
                yield child, value
        elif isinstance(child, ast.Attribute):
            value = sources.names.value(child, module, scope)
            if value in _CONTEXTS and not isinstance(child.value, ast.Attribute):
                yield child, value


def _request_parameter(module: Module, node: Function, found: list[tuple[ast.expr, str]]) -> tuple[Edit, ...]:
    """Certain where the function only asks for what both requests have, by the name ``request``."""
    both = {"headers", "method", "cookies"}
    plain = {id(n) for n, _ in found}
    asked = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and id(n.value) in plain]
    if not all(isinstance(n, ast.Name) and n.id == "request" for n, _ in found):
        return ()
    if len(asked) != len(found) or not all(n.attr in both for n in asked):
        return ()
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg or arguments.kwonlyargs or not positional:
        return ()
    if arguments.kwarg is not None:
        return ()
    last: ast.AST = arguments.defaults[-1] if arguments.defaults else positional[-1]
    line, column = module.location(last).end
    return (insert(module, line, column, ", request=None"),)


@rule("CXD452", "uwsgi-metrics-gone", Severity.WARNING)
def uwsgi_metrics(sources: Sources) -> Iterator[Finding]:
    """uWSGI metrics are no longer collected.

    What happens: Nothing is said; the timers of the operations stay empty.

    Why: Connexion 2 timed operations where `uwsgi_metrics` was installed. Connexion 3 has nothing of the
        kind, and uWSGI cannot serve it.

    Fix: Measure with ASGI middleware, and take `uwsgi_metrics` out.

    Before:
        import connexion
        import uwsgi_metrics

        uwsgi_metrics.initialize()
        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
    """
    for module in sources.modules:
        for use in module.imports:
            names = [alias.name for alias in use.node.names]
            named_module = getattr(use.node, "module", None)
            if use.guarded or not ("uwsgi_metrics" in names or named_module == "uwsgi_metrics"):
                continue
            yield finding(
                "Connexion 3 does not fill `uwsgi_metrics`: the timers of the operations stay empty.",
                severity=Severity.WARNING,
                location=module.location(use.node),
                fixes=fix("Measure with ASGI middleware, and take `uwsgi_metrics` out."),
            )


@rule("CXD453", "connexion-request-outside-of-operation", Severity.ERROR)
def outside_operation(sources: Sources) -> Iterator[Finding]:
    """`connexion.request` is used in a route that is not in the specification.

    What happens: The request answers 500: `RuntimeError: Working outside of operation context.`

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
    """
    for module in sources.modules:
        for use in module.functions:
            if use.guarded or not any(_is_route(sources, module, d, use) for d in use.node.decorator_list):
                continue
            scope = module.scopes[id(use.node)]
            for child in ast.walk(use.node):
                if not isinstance(child, ast.Name | ast.Attribute):
                    continue
                if sources.names.value(child, module, scope) != "connexion.request":
                    continue
                yield finding(
                    f"`connexion.request` does not exist in `{use.node.name}`: it is no operation.",
                    severity=Severity.ERROR,
                    location=module.location(child),
                    fixes=fix("Use Flask's request.", to_flask(sources, module)),
                )
                break


def _is_route(
    sources: Sources, module: Module, decorator: ast.expr, use: Use[ast.FunctionDef | ast.AsyncFunctionDef]
) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    value = sources.names.value(target, module, use.scope)
    routes = [
        f"{base}.{name}" for base in (INNER, "connexion.FlaskApp()") for name in ("route", "get", "post")
    ]
    return value in [*routes, f"{INNER}.before_request"]


@rule("CXD454", "body-name-in-schema", Severity.ERROR)
def body_name(sources: Sources) -> Iterator[Finding]:
    """`x-body-name` stands in the schema of a request body, where Connexion 3 does not look.

    What happens: The request answers 500: `TypeError: create() missing 1 required positional argument:
        'pet'`: the body is passed as `body`.

    Why: Connexion 2 read the name from the schema, with a warning that this is deprecated; Connexion 3 reads
        it from the request body object only.

    Fix: Put `x-body-name` beside `content`, under `requestBody`. That works in both versions.

    Before:
        requestBody:
          content:
            application/json:
              schema:
                type: object
                x-body-name: pet

    After:
        requestBody:
          x-body-name: pet
          content:
            application/json:
              schema:
                type: object

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        https://connexion.readthedocs.io/en/latest/request.html
    """
    for place in sources.body_names:
        edits: list[Edit] = []
        if place.body_line is not None:
            edits = [
                Edit(Location(place.path, place.line, 1, place.line + 1, 1), ""),
                Edit(
                    Location(place.path, place.body_line + 1, 1, place.body_line + 1, 1),
                    f"{place.body_indent}x-body-name: {place.name}\n",
                ),
            ]
        yield finding(
            f"`x-body-name: {place.name}` in a schema is not read by Connexion 3: the body is "
            "passed as `body`.",
            severity=Severity.ERROR,
            location=Location(place.path, place.line, place.column, place.line, place.end_column),
            fixes=fix("Put it under `requestBody`, beside `content`.", edits),
        )
