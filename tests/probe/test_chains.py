"""The chain of layers of real objects, of the packages that wrap apps in production."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.running import PACKAGE, environ, project, target

# What is written here is run in an environment that has all of these packages; every name is a case.
OBJECTS = """\
import functools
from a2wsgi import ASGIMiddleware, WSGIMiddleware
from app import app
from asgiref.wsgi import WsgiToAsgi
import connexion, flask
from elasticapm.contrib.asgi import ASGITracingMiddleware
from newrelic.agent import ASGIApplicationWrapper, WSGIApplicationWrapper
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware as ASGITracing
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware as WSGITracing
from sentry_sdk.integrations.asgi import SentryAsgiMiddleware
from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Host, Mount, Route, Router
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.middleware.wsgi import WSGIMiddleware as UvicornWSGI
from werkzeug.local import LocalProxy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.middleware.shared_data import SharedDataMiddleware

flask_app = flask.Flask("other")
async_app = connexion.AsyncApp("other")
with_proxy_fix = connexion.FlaskApp("other")
with_proxy_fix.add_wsgi_middleware(ProxyFix)
bridged = ASGIMiddleware(app)
mounting = Starlette(middleware=[Middleware(CORSMiddleware)])
mounting.mount("/api", app)

async def function(scope, receive, send): await app(scope, receive, send)
async def _with(prefix, scope, receive, send): await app(scope, receive, send)
def anything(*args): return app(*args)
def make(): return app
def simple(environ, start_response): return []

def logged(inner):
    @functools.wraps(inner)
    async def wrapper(*args): return await inner(*args)
    return wrapper

def closed_over(inner):
    async def wrapper(scope, receive, send): await inner(scope, receive, send)
    return wrapper

class Raising:
    def __call__(self, scope, receive, send): ...
    def __getattribute__(self, name): raise RuntimeError(name)

class Ring:
    def __init__(self): self.app = self
    async def __call__(self, scope, receive, send): ...

CASES = {
    "app": app,
    "async app": async_app,
    "wsgi middleware inside": with_proxy_fix,
    "around an adapter": connexion.ConnexionMiddleware(WSGIMiddleware(flask_app)),
    "around flask": connexion.ConnexionMiddleware(flask_app),
    "the other way": WsgiToAsgi(flask_app),
    "uvicorn's adapter": UvicornWSGI(flask_app),
    "adapter": bridged,
    "inner": app.app,
    "inner, bound": app.app.wsgi_app,
    "otel asgi": ASGITracing(app),
    "otel wsgi": WSGITracing(bridged),
    "sentry asgi": SentryAsgiMiddleware(app),
    "sentry wsgi": SentryWsgiMiddleware(bridged),
    "new relic asgi": ASGIApplicationWrapper(app),
    "new relic wsgi": WSGIApplicationWrapper(bridged),
    "elastic": ASGITracingMiddleware(app),
    "proxy headers": ProxyHeadersMiddleware(app),
    "proxy fix": ProxyFix(bridged),
    "shared data": SharedDataMiddleware(ProxyFix(bridged), {}),
    "dispatcher": DispatcherMiddleware(simple, {"/api": bridged}),
    "dispatcher, outside": DispatcherMiddleware(bridged, {"/other": simple}),
    "mounted": Starlette(routes=[Route("/x", print), Mount("/a", routes=[Mount("/b", app=app)])]),
    "mounted later": mounting,
    "by host": Router(routes=[Host("example.org", app=app)]),
    "starlette alone": Starlette(),
    "flask alone": flask_app,
    "proxy": LocalProxy(lambda: app),
    "partial": functools.partial(_with, "/"),
    "partial of app": functools.partial(app),
    "decorated": logged(app),
    "closure": closed_over(app),
    "global": function,
    "anything": anything,
    "bound method": app.__call__,
    "class": connexion.FlaskApp,
    "factory": make,
    "raising": Raising(),
    "ring": Ring(),
}
"""

SHOW = """\
import gc, json, sys
from agent import layers
gc.disable()
def shown(layer):
    mounted = layer["detail"].get("mounted")
    name = layer["type"].rpartition(".")[2] + (f"({mounted})" if mounted else "")
    return name + ":" + layer["interface"] + ":" + layer["role"]
print(json.dumps({name: " > ".join(map(shown, layers.chain(value))) for name, value in CASES.items()}))
"""

APP = "FlaskApp:asgi3:connexion > Flask:wsgi:inner"
BRIDGED = f"ASGIMiddleware:wsgi:adapter > {APP}"
CHAINS = {
    "app": APP,
    "async app": "AsyncApp:asgi3:connexion > AsyncASGIApp:asgi3:app",
    "wsgi middleware inside": "FlaskApp:asgi3:connexion > ProxyFix:wsgi:middleware > Flask:wsgi:inner",
    "around an adapter": (
        "ConnexionMiddleware:asgi3:connexion > WSGIMiddleware:asgi3:adapter > Flask:wsgi:app"
    ),
    "around flask": "ConnexionMiddleware:asgi3:connexion > Flask:wsgi:app",
    "the other way": "WsgiToAsgi:asgi3:adapter > Flask:wsgi:app",
    "uvicorn's adapter": "WSGIMiddleware:asgi3:adapter > Flask:wsgi:app",
    "adapter": BRIDGED,
    "inner": "Flask:wsgi:inner",
    "inner, bound": "wsgi_app:wsgi:function > Flask:wsgi:inner",
    "otel asgi": f"OpenTelemetryMiddleware:asgi3:middleware > {APP}",
    "otel wsgi": f"OpenTelemetryMiddleware:wsgi:middleware > {BRIDGED}",
    "sentry asgi": f"SentryAsgiMiddleware:unknown:middleware > {APP}",
    "sentry wsgi": f"SentryWsgiMiddleware:wsgi:middleware > {BRIDGED}",
    "new relic asgi": f"FunctionWrapper:asgi3:middleware > {APP}",
    "new relic wsgi": f"FunctionWrapper:wsgi:middleware > {BRIDGED}",
    "elastic": f"ASGITracingMiddleware:asgi3:middleware > {APP}",
    "proxy headers": f"ProxyHeadersMiddleware:asgi3:middleware > {APP}",
    "proxy fix": f"ProxyFix:wsgi:middleware > {BRIDGED}",
    "shared data": f"SharedDataMiddleware:wsgi:middleware > ProxyFix:wsgi:middleware > {BRIDGED}",
    "dispatcher": f"DispatcherMiddleware(/api):wsgi:middleware > {BRIDGED}",
    "dispatcher, outside": f"DispatcherMiddleware:wsgi:middleware > {BRIDGED}",
    "mounted": (
        f"Starlette:asgi3:middleware > Mount(/a):asgi3:middleware > Mount(/b):asgi3:middleware > {APP}"
    ),
    "mounted later": f"Starlette:asgi3:middleware > Mount(/api):asgi3:middleware > {APP}",
    "by host": f"Router:asgi3:middleware > Host:asgi3:middleware > {APP}",
    "starlette alone": "Starlette:asgi3:app",
    "flask alone": "Flask:wsgi:app",
    "proxy": f"LocalProxy:unknown:middleware > {APP}",
    "partial": f"partial:asgi3:function > _with:unknown:function > {APP}",
    "partial of app": f"partial:asgi3:function > {APP}",
    "decorated": f"wrapper:asgi3:function > {APP}",
    "closure": f"wrapper:asgi3:function > {APP}",
    "global": f"function:asgi3:function > {APP}",
    "anything": f"anything:unknown:function > {APP}",
    "bound method": f"__call__:asgi3:function > {APP}",
    "class": "FlaskApp:unknown:class",
    "factory": "make:unknown:function",
    "raising": "Raising:unknown:middleware",
    "ring": "Ring:asgi3:middleware",
}


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    python = target("c3wrapped").python
    script = project(tmp_path_factory.mktemp("chains"), objects__py=OBJECTS + SHOW)
    path = f"{PACKAGE / 'probe'}:{script}"
    done = subprocess.run(
        [str(python), "-W", "ignore", "objects.py"],
        cwd=script,
        env={**environ(), "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", CHAINS)
def test_the_chain(name: str, chains: dict[str, str]) -> None:
    assert chains[name] == CHAINS[name]


def test_every_object_has_its_chain(chains: dict[str, str]) -> None:
    assert set(chains) == set(CHAINS)
