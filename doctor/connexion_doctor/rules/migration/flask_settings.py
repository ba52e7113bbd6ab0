"""What is set on the Flask app inside, where Connexion 3 does not read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Edit, Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.python.edits import add_argument, add_import, delete_statement, known, replace
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import FLASK, INNER, constructors, fix, named, outer_app


@rule("CXD433", "json-encoder-on-inner-app", Severity.ERROR)
def json_encoder(sources: Sources) -> Iterator[Finding]:
    """`json_encoder` is set on the Flask app inside, where nothing reads it.

    What happens: The app starts; a response with a type that only the encoder knows answers 500:
        `TypeError: Object of type Price is not JSON serializable`.

    Why: Flask 2.3 removed `json_encoder`, and Connexion 3 writes responses with a jsonifier of its own.

    Fix: `FlaskApp(..., jsonifier=Jsonifier(cls=Encoder))`, the encoder derived from
        `connexion.jsonifier.JSONEncoder`.

    Before:
        import json

        import connexion


        class Encoder(json.JSONEncoder):
            def default(self, o):
                return str(o)


        app = connexion.FlaskApp(__name__)
        app.app.json_encoder = Encoder
        app.add_api("openapi.yaml")

    After:
        import json

        import connexion
        from connexion.jsonifier import Jsonifier


        class Encoder(json.JSONEncoder):
            def default(self, o):
                return str(o)


        app = connexion.FlaskApp(__name__, jsonifier=Jsonifier(cls=Encoder))
        app.add_api("openapi.yaml")

    Sources:
        https://connexion.readthedocs.io/en/latest/v3.html
        https://github.com/swagger-api/swagger-codegen/issues/12278
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        if base != INNER or use.node.attr != "json_encoder" or use.guarded:
            continue
        if not isinstance(use.node.ctx, ast.Store):
            continue
        yield finding(
            "`json_encoder` of the Flask app is not read: custom types raise TypeError.",
            location=use.module.location(use.node),
            fixes=fix("Pass `jsonifier=Jsonifier(cls=...)` to the app.", _encoder_edits(sources, use)),
        )


def _encoder_edits(sources: Sources, use: Use[ast.Attribute]) -> tuple[Edit, ...]:
    statement = use.statement
    if not isinstance(statement, ast.Assign) or statement.targets != [use.node]:
        return ()
    if not isinstance(statement.value, ast.Name | ast.Attribute):
        return ()
    made = [
        call
        for call, name in constructors(sources)
        if name == FLASK and call.module is use.module and call.scope is use.scope
    ]
    if len(made) != 1 or named(sources, made[0], "jsonifier") is not None:
        return ()
    encoder = use.module.text(statement.value)
    root = statement.value
    while isinstance(root, ast.Attribute):
        root = root.value  # type: ignore[assignment]
    if isinstance(root, ast.Name):
        # It must be known where the app is made, which stands before.
        bindings = use.scope.bindings.get(root.id) or use.module.scope.bindings.get(root.id) or []
        where = (made[0].node.lineno, made[0].node.col_offset)
        if not bindings or (use.scope.is_module and any(b.position > where for b in bindings)):
            return ()
    added = add_argument(use.module, made[0].node, f"jsonifier=Jsonifier(cls={encoder})")
    deleted = delete_statement(use.module, statement)
    if added is None or deleted is None:
        return ()
    return (added, deleted, *known([add_import(use.module, "Jsonifier", "connexion.jsonifier")]))


# Settings that Flask 2.3 took out, and the attribute of its JSON provider that does the same.
_JSON_SETTINGS = {
    "JSON_AS_ASCII": "ensure_ascii",
    "JSON_SORT_KEYS": "sort_keys",
    "JSONIFY_MIMETYPE": None,
    "JSONIFY_PRETTYPRINT_REGULAR": None,
}


@rule("CXD438", "json-setting-ignored", Severity.WARNING)
def json_settings(sources: Sources) -> Iterator[Finding]:
    """A setting for JSON stands in the Flask configuration, where nothing reads it any more.

    What happens: Nothing is said; with `JSON_AS_ASCII = False` answers have escapes where they had letters,
        with `JSON_SORT_KEYS = False` their keys are in the order of the alphabet.

    Why: Flask 2.3, which Connexion 3 brings, took these settings out.

    Fix: Set it at Flask's JSON provider, `app.app.json`; with a `jsonifier` of one's own, there.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.app.config["JSON_AS_ASCII"] = False
        app.add_api("openapi.yaml")

    After:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.app.json.ensure_ascii = False
        app.add_api("openapi.yaml")

    Sources:
        https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0
        https://flask.palletsprojects.com/en/stable/api/#flask.json.provider.DefaultJSONProvider
        test: tests/rules/migration/scenarios.py
    """
    own = any(named(sources, use, "jsonifier") for use, _ in constructors(sources))
    own = own or any("json_encoder" in module.source.text for module in sources.modules)
    for use, name in sources.subscripts:
        key = use.node.slice
        if name != f"{INNER}.config" or use.guarded or not isinstance(use.node.ctx, ast.Store):
            continue
        if not isinstance(key, ast.Constant) or key.value not in _JSON_SETTINGS:
            continue
        attribute = _JSON_SETTINGS[str(key.value)]
        config = use.node.value
        edits = []
        if attribute is not None and not own and isinstance(config, ast.Attribute):
            flask_app = use.module.text(config.value)
            edits.append(replace(use.module, use.node, f"{flask_app}.json.{attribute}"))
        yield finding(
            f"Flask no longer reads `{key.value}`.",
            location=use.module.location(use.node),
            fixes=fix("Set it at Flask's JSON provider, or at the `jsonifier`.", edits),
        )


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
            names = [alias.asname or alias.name for alias in imported.node.names]
            if imported.guarded or not imported.scope.is_module or "application" not in names:
                continue
            if sources.names.exported(module.path, "application") == INNER:
                yield finding(
                    "`application` is the Flask app inside Connexion: under a server it has no operation.",
                    location=module.location(imported.node),
                    fixes=fix("Import the Connexion app as `application`."),
                )
        for use in module.assigns:
            target = use.node.targets[0]
            if use.guarded or not use.scope.is_module or not isinstance(target, ast.Name):
                continue
            if target.id != "application" or sources.names.value(use.node.value, module, use.scope) != INNER:
                continue
            call = Use(module, ast.Call(use.node.value, [], []), use.scope, use.node)
            outer = outer_app(sources, use.node.value, call)
            uses = list(module.name_uses("application"))
            edits = [replace(module, use.node.value, outer)] if outer is not None and not uses else []
            yield finding(
                "`application` is the Flask app inside Connexion: under a server it has no operation.",
                location=module.location(use.node),
                fixes=fix(
                    "Name the Connexion app.",
                    edits,
                    unsafe=True,
                    costs=["it needs an ASGI server; tools that want the Flask app must get `app.app`"],
                ),
            )
