"""Security functions, which run where there is no context in Connexion 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Module, Sources
from connexion_doctor.python.edits import insert
from connexion_doctor.python.module import Function
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import fix


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
        test: tests/rules/migration/scenarios.py
    """
    for function, module, node in functions(sources):
        found = list(_context_uses(sources, module, node))
        if not found:
            continue
        first, value = found[0]
        yield finding(
            f"`{function}` checks security, where `{value}` does not exist in Connexion 3: RuntimeError.",
            location=module.location(first),
            fixes=fix(
                "Take the request as a parameter named `request` (Connexion 3.1 and newer)."
                if "request" in value
                else "Open a context with `with app.app.app_context():`, or keep the data elsewhere.",
                _request_parameter(module, node, found),
            ),
        )


def functions(sources: Sources) -> Iterator[tuple[str, Module, Function]]:
    """The functions that specifications name for security, each with its name and its module."""
    for name in sorted(sources.security):
        module_name, _, function = name.rpartition(".")
        for module in sources.modules:
            if module_name not in module.names:
                continue
            bindings = [b for b in module.scope.bindings.get(function, []) if b.kind == "def"]
            if bindings:
                node = bindings[-1].node
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                yield function, module, node


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
