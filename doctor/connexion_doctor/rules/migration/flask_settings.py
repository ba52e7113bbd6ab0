"""What is set on the Flask app inside, where Connexion 3 does not read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Fix, Location, Severity
from connexion_doctor.python import Module, Sources, Use, returning
from connexion_doctor.python.edits import replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import INNER, fix, outer_app


@rule("CXD434", "wsgi-app-replaced", Severity.WARNING)
def wsgi_app(sources: Sources) -> Iterator[Finding]:
    """`wsgi_app` of the Flask app inside is wrapped: the wrapper is never called.

    What happens: Nothing is said, and ProxyFix, a prefix or a log middleware has no effect.

    Why: Connexion 3 took the original `wsgi_app` when the app was made.

    Fix: `app.add_wsgi_middleware(ProxyFix, x_proto=1)`. It then acts inside of Flask; what must act before
        routing and security (a prefix, the client's address in the server's log) belongs to the server
        (`--proxy-headers`, `--root-path`) or into ASGI middleware.

    Before:
        import connexion
        from werkzeug.middleware.proxy_fix import ProxyFix

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.app.wsgi_app = ProxyFix(app.app.wsgi_app, x_for=1)

    After:
        import connexion
        from werkzeug.middleware.proxy_fix import ProxyFix

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_wsgi_middleware(ProxyFix, x_for=1)

    Sources:
        https://github.com/spec-first/connexion/pull/1814
        https://connexion.readthedocs.io/en/latest/cookbook.html
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        if base != INNER or use.node.attr != "wsgi_app" or use.guarded:
            continue
        if not isinstance(use.node.ctx, ast.Store):
            continue
        yield finding(
            "`wsgi_app` of the Flask app inside is replaced, but Connexion 3 calls the original.",
            location=use.module.location(use.statement),
            fixes=fix(
                "Use `add_wsgi_middleware`.",
                _wsgi_edits(sources, use),
                costs=["it acts inside of Flask, after routing, security and validation"],
            ),
        )


_PROXY_FIX = ("x_for", "x_proto", "x_host", "x_port", "x_prefix")


def _wsgi_edits(sources: Sources, use: Use[ast.Attribute]) -> tuple[Edit, ...]:
    statement = use.statement
    if not isinstance(statement, ast.Assign) or statement.targets != [use.node]:
        return ()
    call = statement.value
    if not isinstance(call, ast.Call) or not call.args:
        return ()
    made = Use(use.module, call, use.scope, statement)
    if sources.of(call.args[0], made) != f"{INNER}.wsgi_app":
        return ()
    outer = outer_app(sources, use.node.value, made)
    if outer is None:
        return ()
    options = [use.module.text(keyword) for keyword in call.keywords]
    if call.args[1:]:
        name = sources.of(call.func, made) or ""
        if not name.endswith(".ProxyFix") or len(call.args) > 6:
            return ()
        options = [
            f"{option}={use.module.text(argument)}"
            for option, argument in zip(_PROXY_FIX, call.args[1:], strict=False)
        ] + options
    arguments = ", ".join([use.module.text(call.func), *options])
    return (replace(use.module, statement, f"{outer}.add_wsgi_middleware({arguments})"),)


@rule("CXD437", "inner-app-named-application", Severity.WARNING)
def named_application(sources: Sources) -> Iterator[Finding]:
    """The Flask app inside is named `application`, which servers take by default.

    What happens: `gunicorn module`, uWSGI and mod_wsgi serve the name `application`: each path of the
        specification answers 500 or 404.

    Why: The Flask app inside has no route of the specification in Connexion 3, and the way through it
        by-passes validation and security.

    Fix: Name the Connexion app itself: `application = app`, and serve it with an ASGI server.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        application = app.app

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        application = app

    Sources:
        https://github.com/spec-first/connexion/issues/1932
        https://github.com/spec-first/connexion/issues/1789
        test: tests/rules/migration/scenarios.py
    """
    for module in sources.modules:
        for imported in module.imports:
            alias = next((a for a in imported.node.names if (a.asname or a.name) == "application"), None)
            if alias is None or imported.guarded or not imported.scope.is_module:
                continue
            if alias.name == "application":
                continue  # it is named so, and told of, where it comes from
            if sources.names.exported(module.path, "application") == INNER:
                yield finding(
                    "`application` is the Flask app inside Connexion: under a server it has no operation.",
                    location=module.location(imported.node),
                    fixes=fix(
                        "Import the Connexion app as `application`.",
                        _imported(sources, module, alias),
                        unsafe=True,
                        costs=_COSTS,
                    ),
                )
        for use in module.assigns:
            target = use.node.targets[0]
            if use.guarded or not use.scope.is_module or not isinstance(target, ast.Name):
                continue
            if target.id != "application" or sources.names.value(use.node.value, module, use.scope) != INNER:
                continue
            yield finding(
                "`application` is the Flask app inside Connexion: under a server it has no operation.",
                location=module.location(use.node),
                fixes=_returned(sources, use)
                or fix("Name the Connexion app.", _named(sources, use), unsafe=True, costs=_COSTS),
            )


_COSTS = ["it needs an ASGI server; tools that want the Flask app must get `app.app`"]


def _named(sources: Sources, use: Use[ast.Assign]) -> tuple[Edit, ...]:
    """The Connexion app in its place, and ``application.app`` wherever the module goes on to use it."""
    module = use.module
    outer = outer_app(sources, use.node.value, Use(module, use.node.value, use.scope, use.node))
    uses = _uses(module)
    if outer is None or uses is None or len(use.node.targets) != 1 or _is_taken_elsewhere(sources, module):
        return ()
    return (replace(module, use.node.value, outer), *uses)


def _returned(sources: Sources, use: Use[ast.Assign]) -> tuple[Fix, ...]:
    """The fix of ``application = create_app()``, where that returns the Flask app of a Connexion app."""
    made, uses = use.node.value, _uses(use.module)
    if not isinstance(made, ast.Call):
        return ()
    found = sources.function(made.func, Use(use.module, made, use.scope, use.node))
    edits = tuple(returning.edits(*found)) if found is not None else ()
    if found is None or not edits or uses is None or _is_taken_elsewhere(sources, use.module):
        return ()
    costs = [*_COSTS, returning.cost(found[1])]
    return fix("Return the Connexion app from the factory.", (*edits, *uses), unsafe=True, costs=costs)


def _imported(sources: Sources, module: Module, alias: ast.alias) -> tuple[Edit, ...]:
    """The Connexion app imported in its place, where its module has a name for it."""
    binding = module.scope.bindings["application"][-1]
    paths = sources.origins(binding, module)
    origin = sources.parsed(paths[0]) if paths else None
    made = origin.scope.bindings.get(alias.name, []) if origin is not None else []
    uses = _uses(module)
    if origin is None or len(made) != 1 or made[0].value is None or uses is None:
        return ()
    inner = made[0].value
    outer = outer_app(sources, inner, Use(origin, inner, origin.scope, origin.tree.body[0]))
    if outer is None or not outer.isidentifier() or _is_taken_elsewhere(sources, module):
        return ()
    place = module.location(alias)
    name = Location(module.path, place.line, place.column, place.line, place.column + len(alias.name))
    return (Edit(name, outer), *uses)


def _uses(module: Module) -> tuple[Edit, ...] | None:
    """Edits of what the module does with ``application``; None where it gives that to another one.

    ``application.run()`` is what the Connexion app does now.
    """
    if len(module.scope.bindings.get("application", ())) != 1:
        return None
    runs = {
        id(use.node.func.value)
        for use in module.calls
        if isinstance(use.node.func, ast.Attribute) and use.node.func.attr == "run"
    }
    found = [name for name in module.name_uses("application") if id(name) not in runs]
    return tuple(replace(module, name, "application.app") for name in found)


def _is_taken_elsewhere(sources: Sources, module: Module) -> bool:
    """Whether another module takes ``application`` from this one."""
    for other in sources.modules:
        for binding in other.scope.bindings.get("application", ()):
            if (
                binding.kind == "import"
                and other is not module
                and module.path in sources.origins(binding, other)
            ):
                return True
    return False
