"""Hooks, middleware and extensions on the Flask app inside, which sees a part of the traffic only."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from doctor.model import Edit, Finding, Severity
from doctor.rules.base import finding, rule
from doctor.rules.migration.common import (
    FLASK,
    INNER,
    constructors,
    fix,
    named,
    outer_app,
)
from doctor.source import Sources, Use
from doctor.source.edits import add_argument, add_import, delete_statement, drop_import, known, replace


@rule("CXD430", "hook-on-inner-app", Severity.WARNING)
def hook(sources: Sources) -> Iterator[Finding]:
    """`before_request` or `after_request` is set on the Flask app inside.

    What happens: Nothing is said. The hook does not run for requests that Connexion answers itself: 400 and
        415 of validation, 401 and 403 of security, the Swagger UI and the specification.
        `before_request` runs after security, not before it.

    Why: Security and validation are ASGI middleware around Flask in Connexion 3.

    Fix: Where the hook must see all requests, write it as ASGI middleware and add it with
        `app.add_middleware(..., position=MiddlewarePosition.BEFORE_EXCEPTION)`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        @app.app.after_request
        def mark(response):
            response.headers["x-served-by"] = "hello"
            return response

    After:
        import connexion
        from connexion.middleware import MiddlewarePosition


        class Mark:
            def __init__(self, app):
                self.app = app

            async def __call__(self, scope, receive, send):
                async def marked(message):
                    if message["type"] == "http.response.start":
                        message["headers"] = [*message["headers"], (b"x-served-by", b"hello")]
                    await send(message)

                await self.app(scope, receive, marked)


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(Mark, position=MiddlewarePosition.BEFORE_EXCEPTION)

    Sources:
        https://github.com/spec-first/connexion/issues/1878
        https://github.com/spec-first/connexion/issues/1911
    """
    for use, base in sources.attributes:
        name = use.node.attr
        if base != INNER or use.guarded or name not in ("before_request", "after_request"):
            continue
        if _fills_g(sources, use):
            continue
        yield finding(
            f"`{name}` on the Flask app inside does not run for what Connexion answers itself "
            "(400, 401, the UI).",
            severity=Severity.WARNING,
            location=use.module.location(use.node),
            fixes=fix(
                "If it must see all requests, add it as ASGI middleware at "
                "MiddlewarePosition.BEFORE_EXCEPTION."
            ),
        )


def _fills_g(sources: Sources, use: Use[ast.Attribute]) -> bool:
    """Whether the hook only puts something into ``flask.g`` for handlers, which is right in both versions."""
    hooks = [f for f in use.module.functions if use.node in f.node.decorator_list]
    if len(hooks) != 1:
        return False
    function = hooks[0].node
    scope = use.module.scopes[id(function)]
    for statement in function.body:
        if not isinstance(statement, ast.Assign):
            return False
        for target in statement.targets:
            if not isinstance(target, ast.Attribute):
                return False
            if sources.names.value(target.value, use.module, scope) != "flask.g":
                return False
    return True


@rule("CXD431", "before-first-request-gone", Severity.ERROR)
def before_first_request(sources: Sources) -> Iterator[Finding]:
    """`before_first_request` is gone from Flask.

    What happens: `AttributeError: 'Flask' object has no attribute 'before_first_request'`: the server does
        not start.

    Why: Connexion 3 brings a Flask newer than 2.3, which removed it.

    Fix: Do it when the app is made, or in a lifespan handler: `FlaskApp(..., lifespan=handler)`.

    Before:
        import connexion

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")


        @app.app.before_first_request
        def prepare():
            pass

    After:
        import contextlib

        import connexion


        @contextlib.asynccontextmanager
        async def prepare(app):
            yield


        app = connexion.FlaskApp(__name__, lifespan=prepare)
        app.add_api("openapi.yaml")

    Sources:
        https://github.com/pallets/flask/issues/4876
        https://connexion.readthedocs.io/en/latest/lifespan.html
    """
    for use, base in sources.attributes:
        if base == INNER and use.node.attr == "before_first_request" and not use.guarded:
            yield finding(
                "Flask 2.3 and newer have no `before_first_request`: AttributeError.",
                severity=Severity.ERROR,
                location=use.module.location(use.node),
                fixes=fix("Do it when the app is made, or in a handler given as `lifespan=` to the app."),
            )


@rule("CXD432", "cors-on-inner-app", Severity.ERROR)
def cors(sources: Sources) -> Iterator[Finding]:
    """Flask-CORS is set on the Flask app inside: browsers are refused.

    What happens: The preflight request of a browser answers 405 without a CORS header, and errors carry
        none. With curl all looks right.

    Why: Connexion 3 answers OPTIONS and errors before Flask is asked.

    Fix: Starlette's CORSMiddleware at `BEFORE_EXCEPTION`.

    Before:
        import connexion
        from flask_cors import CORS

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        CORS(app.app)

    After:
        import connexion
        from connexion.middleware import MiddlewarePosition
        from starlette.middleware.cors import CORSMiddleware

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(
            CORSMiddleware,
            position=MiddlewarePosition.BEFORE_EXCEPTION,
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
        )

    Sources:
        https://connexion.readthedocs.io/en/latest/cookbook.html
        https://github.com/neurostuff/neurostore/pull/611
    """
    for use, name in sources.calls:
        if use.guarded or name not in ("flask_cors.CORS", "flask_cors.CORS().init_app"):
            continue
        first = use.node.args[0] if use.node.args else None
        argument = named(sources, use, "app")
        app = first if first is not None else argument.value if argument is not None else None
        if app is None or sources.of(app, use) not in (INNER, "connexion.FlaskApp()"):
            continue
        yield finding(
            "Flask-CORS on the Flask app inside does not answer preflight requests: browsers are refused.",
            severity=Severity.ERROR,
            location=use.module.location(use.node),
            fixes=fix(
                "Use Starlette's CORSMiddleware at MiddlewarePosition.BEFORE_EXCEPTION.",
                _cors_edits(sources, use, app, name),
                unsafe=True,
                costs=["options of Flask-CORS other than origins and credentials are not taken over"],
            ),
        )


def _cors_edits(sources: Sources, use: Use[ast.Call], app: ast.expr, name: str) -> tuple[Edit, ...]:
    outer = outer_app(sources, app, use)
    alone = isinstance(use.statement, ast.Expr) and use.statement.value is use.node
    if outer is None or not alone or name != "flask_cors.CORS" or len(use.node.args) != 1:
        return ()
    origins, credentials = '["*"]', ""
    for keyword in use.node.keywords:
        if keyword.arg == "origins":
            literal = sources.literal(keyword.value, use)
            many = isinstance(literal, ast.List | ast.Tuple)
            text = use.module.text(keyword.value)
            if not many and not isinstance(literal, ast.Constant):
                return ()
            origins = text if many else f"[{text}]"
        elif keyword.arg == "supports_credentials":
            credentials = f"{use.module.text(keyword.value)}"
        else:
            return ()
    line = "\n" + " " * (use.node.col_offset + 4)
    parts = [
        "CORSMiddleware,",
        "position=MiddlewarePosition.BEFORE_EXCEPTION,",
        f"allow_origins={origins},",
        *([f"allow_credentials={credentials},"] if credentials else []),
        'allow_methods=["*"],',
        'allow_headers=["*"],',
    ]
    text = f"{outer}.add_middleware({line}{line.join(parts)}\n{' ' * use.node.col_offset})"
    imports = [
        add_import(use.module, "MiddlewarePosition", "connexion.middleware"),
        add_import(use.module, "CORSMiddleware", "starlette.middleware.cors"),
        drop_import(use.module, "CORS"),
    ]
    return (replace(use.module, use.node, text), *known(imports))


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
    """
    for use, base in sources.attributes:
        if base != INNER or use.node.attr != "json_encoder" or use.guarded:
            continue
        if not isinstance(use.node.ctx, ast.Store):
            continue
        yield finding(
            "`json_encoder` of the Flask app is not read: custom types raise TypeError.",
            severity=Severity.ERROR,
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
    """
    for use, base in sources.attributes:
        if base != INNER or use.node.attr != "wsgi_app" or use.guarded:
            continue
        if not isinstance(use.node.ctx, ast.Store):
            continue
        yield finding(
            "`wsgi_app` of the Flask app inside is replaced, but Connexion 3 calls the original.",
            severity=Severity.WARNING,
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


@rule("CXD435", "cors-middleware-too-late", Severity.ERROR)
def cors_position(sources: Sources) -> Iterator[Finding]:
    """CORSMiddleware is added without a position: it comes too late.

    What happens: The preflight request of a browser answers 405, and errors carry no CORS header.

    Why: The default position is `BEFORE_CONTEXT`, behind routing, security and validation.

    Fix: `position=MiddlewarePosition.BEFORE_EXCEPTION`.

    Before:
        import connexion
        from starlette.middleware.cors import CORSMiddleware

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(CORSMiddleware, allow_origins=["*"])

    After:
        import connexion
        from connexion.middleware import MiddlewarePosition
        from starlette.middleware.cors import CORSMiddleware

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(CORSMiddleware, allow_origins=["*"], position=MiddlewarePosition.BEFORE_EXCEPTION)

    Sources:
        https://connexion.readthedocs.io/en/latest/cookbook.html
    """
    late = ("BEFORE_CONTEXT", "BEFORE_VALIDATION", "BEFORE_SECURITY")
    for use, name in sources.calls:
        if use.guarded or not name.endswith("().add_middleware") or not name.startswith("connexion."):
            continue
        if not use.node.args or sources.of(use.node.args[0], use) != "starlette.CORSMiddleware":
            continue
        position = named(sources, use, "position")
        given = position.value if position is not None else None
        if given is None and len(use.node.args) > 1:
            given = use.node.args[1]
        if any(keyword.arg is None for keyword in use.node.keywords) and given is None:
            continue
        if given is None:
            edits = known(
                [
                    add_argument(use.module, use.node, "position=MiddlewarePosition.BEFORE_EXCEPTION"),
                    add_import(use.module, "MiddlewarePosition", "connexion.middleware"),
                ]
            )
        elif isinstance(given, ast.Attribute) and given.attr in late:
            text = use.module.text(given.value)
            edits = (replace(use.module, given, f"{text}.BEFORE_EXCEPTION"),)
        else:
            continue
        yield finding(
            "CORSMiddleware comes after routing here: preflight requests answer 405.",
            severity=Severity.ERROR,
            location=use.module.location(given if given is not None else use.node),
            fixes=fix("Add it at `MiddlewarePosition.BEFORE_EXCEPTION`.", edits),
        )


_PARTIAL = {
    "flask_limiter.Limiter": "requests that security or validation refuses are not limited",
    "flask_limiter.extension.Limiter": "requests that security or validation refuses are not limited",
    "flask_talisman.Talisman": "errors, the Swagger UI and the specification go out without its headers",
    "flask_talisman.talisman.Talisman": "errors and the Swagger UI go out without its headers",
    "flask_seasurf.SeaSurf": "it acts after security and validation",
    "prometheus_flask_exporter.PrometheusMetrics": "requests that Connexion answers itself are not counted",
    "flask_compress.Compress": "what Connexion answers itself is not compressed",
}


@rule("CXD436", "flask-extension-sees-a-part", Severity.WARNING)
def extension(sources: Sources) -> Iterator[Finding]:
    """A Flask extension that must see every request is set on the Flask app inside.

    What happens: Nothing is said. Requests that Connexion answers itself (400, 401, 403, the Swagger UI and
        the specification) pass it by: they are not limited, not counted, and go out without its headers.

    Why: Security, validation and the Swagger UI are ASGI middleware around Flask in Connexion 3.

    Fix: Use ASGI middleware, at `MiddlewarePosition.BEFORE_EXCEPTION`, or do it in the proxy.

    Before:
        import connexion
        from flask_talisman import Talisman

        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        Talisman(app.app, force_https=False)

    After:
        import connexion
        from connexion.middleware import MiddlewarePosition


        class SecureHeaders:
            def __init__(self, app):
                self.app = app

            async def __call__(self, scope, receive, send):
                async def secured(message):
                    if message["type"] == "http.response.start":
                        message["headers"] = [*message["headers"], (b"x-frame-options", b"SAMEORIGIN")]
                    await send(message)

                await self.app(scope, receive, secured)


        app = connexion.FlaskApp(__name__)
        app.add_api("openapi.yaml")
        app.add_middleware(SecureHeaders, position=MiddlewarePosition.BEFORE_EXCEPTION)

    Sources:
        https://github.com/spec-first/connexion/issues/1942
        https://github.com/spec-first/connexion/issues/2036
    """
    for use, name in sources.calls:
        cls = name.removesuffix("().init_app")
        if cls not in _PARTIAL or use.guarded:
            continue
        given = [*use.node.args, *(k.value for k in use.node.keywords if k.arg == "app")]
        if any(sources.of(argument, use) == INNER for argument in given):
            yield finding(
                f"`{cls.rpartition('.')[2]}` sits on the Flask app inside: {_PARTIAL[cls]}.",
                severity=Severity.WARNING,
                location=use.module.location(use.node),
                fixes=fix(
                    "Use ASGI middleware at MiddlewarePosition.BEFORE_EXCEPTION, or do it in the proxy."
                ),
            )


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
    """
    for module in sources.modules:
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
                "`application` is the Flask app inside: served, it has no route of the specification.",
                severity=Severity.WARNING,
                location=module.location(use.node),
                fixes=fix(
                    "Name the Connexion app.",
                    edits,
                    unsafe=True,
                    costs=["it needs an ASGI server; tools that want the Flask app must get `app.app`"],
                ),
            )
