"""Hooks and extensions on the Flask app inside, which sees a part of the traffic only."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Finding, Severity
from connexion_doctor.python import Sources, Use
from connexion_doctor.rules.base import finding, rule
from connexion_doctor.rules.migration.uses import FLASK, INNER, fix


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
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        name = use.node.attr
        if base != INNER or use.guarded or name not in _HOOKS:
            continue
        if _fills_g(sources, use):
            continue
        yield finding(
            f"`{name}` on the Flask app inside does not run for what Connexion answers itself "
            "(400, 401, the UI).",
            location=use.module.location(use.node),
            fixes=fix(
                "If it must see all requests, add it as ASGI middleware at "
                "MiddlewarePosition.BEFORE_EXCEPTION."
            ),
        )


_HOOKS = ("before_request", "after_request", "before_request_funcs", "after_request_funcs")


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
        test: tests/rules/migration/scenarios.py
    """
    for use, base in sources.attributes:
        if base == INNER and use.node.attr == "before_first_request" and not use.guarded:
            yield finding(
                "Flask 2.3 and newer have no `before_first_request`: AttributeError.",
                location=use.module.location(use.node),
                fixes=fix("Do it when the app is made, or in a handler given as `lifespan=` to the app."),
            )


_PARTIAL = {
    "flask_limiter.Limiter": "requests that security or validation refuses are not limited",
    "flask_limiter.extension.Limiter": "requests that security or validation refuses are not limited",
    "flask_talisman.Talisman": "errors, the Swagger UI and the specification go out without its headers",
    "flask_talisman.talisman.Talisman": "errors and the Swagger UI go out without its headers",
    "flask_seasurf.SeaSurf": "it acts after security and validation",
    "prometheus_flask_exporter.PrometheusMetrics": "requests that Connexion answers itself are not counted",
    "prometheus_flask_exporter.ConnexionPrometheusMetrics": (
        "requests that Connexion answers itself are not counted"
    ),
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
        test: tests/rules/migration/scenarios.py
    """
    for use, name in sources.calls:
        cls = name.removesuffix("().init_app")
        if cls not in _PARTIAL or use.guarded:
            continue
        given = [*use.node.args, *(k.value for k in use.node.keywords if k.arg == "app")]
        if any(sources.of(argument, use) in (INNER, f"{FLASK}()") for argument in given):
            yield finding(
                f"`{cls.rpartition('.')[2]}` sits on the Flask app inside: {_PARTIAL[cls]}.",
                location=use.module.location(use.node),
                fixes=fix(
                    "Use ASGI middleware at MiddlewarePosition.BEFORE_EXCEPTION, or do it in the proxy."
                ),
            )
