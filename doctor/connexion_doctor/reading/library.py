"""Classes of libraries that stand between a server and a Connexion app, by their dotted names.

What an object calls inside cannot be seen from its declaration, and nothing is loaded here to be asked.
Sources: the ``__call__`` of a2wsgi 1.10, asgiref 3.13, starlette 1.10, uvicorn 0.54, werkzeug 3.1,
opentelemetry-instrumentation 0.6, sentry-sdk 2, newrelic 10, elastic-apm 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connexion_doctor.foundation import late
from connexion_doctor.model import Interface

WSGI, ASGI = Interface.WSGI, Interface.ASGI3

# dotted name -> (the class, as which it is called, as which it calls what is inside)
ADAPTERS: Mapping[str, tuple[str, Interface, Interface]] = {
    "a2wsgi.ASGIMiddleware": ("a2wsgi.asgi.ASGIMiddleware", WSGI, ASGI),
    "a2wsgi.asgi.ASGIMiddleware": ("a2wsgi.asgi.ASGIMiddleware", WSGI, ASGI),
    "a2wsgi.WSGIMiddleware": ("a2wsgi.wsgi.WSGIMiddleware", ASGI, WSGI),
    "a2wsgi.wsgi.WSGIMiddleware": ("a2wsgi.wsgi.WSGIMiddleware", ASGI, WSGI),
    "asgiref.wsgi.WsgiToAsgi": ("asgiref.wsgi.WsgiToAsgi", ASGI, WSGI),
    "starlette.middleware.wsgi.WSGIMiddleware": ("starlette.middleware.wsgi.WSGIMiddleware", ASGI, WSGI),
    "fastapi.middleware.wsgi.WSGIMiddleware": ("starlette.middleware.wsgi.WSGIMiddleware", ASGI, WSGI),
    "uvicorn.middleware.wsgi.WSGIMiddleware": ("uvicorn.middleware.wsgi.WSGIMiddleware", ASGI, WSGI),
}
# Middleware that passes a call on as it got it: what it wraps is its first argument, or ``app``.
MIDDLEWARE: Mapping[re.Pattern[str], Interface] = {
    late.pattern(
        r"werkzeug\.(middleware\.(proxy_fix\.ProxyFix|profiler\.ProfilerMiddleware|lint\.LintMiddleware|"
        r"shared_data\.SharedDataMiddleware|dispatcher\.DispatcherMiddleware)|contrib\.fixers\.ProxyFix|"
        r"wsgi\.DispatcherMiddleware)|whitenoise\.WhiteNoise|"
        r"sentry_sdk\.integrations\.wsgi\.SentryWsgiMiddleware|paste\.translogger\.TransLogger|"
        r"opentelemetry\.instrumentation\.wsgi\.OpenTelemetryMiddleware|"
        r"newrelic\.agent\.WSGIApplicationWrapper"
    ): WSGI,
    late.pattern(
        r"starlette\.CORSMiddleware|starlette\.middleware\.(gzip|cors|trustedhost|httpsredirect|sessions|errors|base)\.\w+|"
        r"uvicorn\.middleware\.proxy_headers\.ProxyHeadersMiddleware|"
        r"sentry_sdk\.integrations\.asgi\.SentryAsgiMiddleware|asgi_correlation_id\.CorrelationIdMiddleware|"
        r"opentelemetry\.instrumentation\.asgi\.OpenTelemetryMiddleware|"
        r"newrelic\.agent\.ASGIApplicationWrapper|elasticapm\.contrib\.(asgi|starlette)\.\w+"
    ): ASGI,
}
# Apps of other frameworks that hand requests on to what is mounted in them.
ROUTERS = {
    "starlette.applications.Starlette": "starlette.applications.Starlette",
    "starlette.routing.Router": "starlette.routing.Router",
    "fastapi.FastAPI": "fastapi.applications.FastAPI",
}
MOUNT = "starlette.routing.Mount"
CONNEXION = {
    "connexion.FlaskApp": "flask",
    "connexion.AsyncApp": "async",
    "connexion.AioHttpApp": "aiohttp",
    "connexion.ConnexionMiddleware": "middleware",
}

# What runs a coroutine to its end.
RUNS = ("asyncio.run", *(f"asyncio.{one}_event_loop().run_until_complete" for one in ("get", "new")))


def middleware_interface(name: str) -> Interface | None:
    """How a library's middleware is called; None where it is none that is known."""
    return next((one for pattern, one in MIDDLEWARE.items() if pattern.fullmatch(name)), None)


# What is given an app and changes nothing of it: servers, and what Python itself brings.
SERVING = frozenset(
    "uvicorn.run uvicorn.Config waitress.serve hypercorn.asyncio.serve hypercorn.trio.serve granian.Granian "
    "gevent.pywsgi.WSGIServer werkzeug.serving.run_simple wsgiref.simple_server.make_server bjoern.run "
    "mangum.Mangum print isinstance getattr hasattr type id repr str".split()
)


def leaves_alone(name: str) -> bool:
    """Whether what is given an app only wraps or serves it, and adds nothing to it."""
    return name in ADAPTERS or name in SERVING or middleware_interface(name) is not None
