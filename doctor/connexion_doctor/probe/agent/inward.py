"""From one object to those inside it, without calling anything: what middleware, adapters, mounts and
functions hand a request to."""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any, Iterator

from . import describe
from .describe import is_a, mro_names, quietly

CONNEXION_APPS = ("connexion.apps.abstract.AbstractApp", "connexion.middleware.main.ConnexionMiddleware")
FLASK = "flask.app.Flask"
# Adapters by identity: what they are to the server, what they call, where they keep it. Their code
# does not tell from outside which interface they call, so this is named, not asked.
ADAPTERS = {
    "a2wsgi.asgi.ASGIMiddleware": ("wsgi", "asgi3", "app"),
    "a2wsgi.wsgi.WSGIMiddleware": ("asgi3", "wsgi", "app"),
    "asgiref.wsgi.WsgiToAsgi": ("asgi3", "wsgi", "wsgi_application"),
    "starlette.middleware.wsgi.WSGIMiddleware": ("asgi3", "wsgi", "app"),
    "uvicorn.middleware.wsgi._WSGIMiddleware": ("asgi3", "wsgi", "app"),
    "hypercorn.middleware.wsgi.AsyncioWSGIMiddleware": ("asgi3", "wsgi", "wsgi_app"),
    "asgi_tools.middleware.ASGIMiddeware": ("asgi3", "asgi3", "app"),
}
# Attributes under which middleware of every family keeps the app inside, the telling ones first.
INNER = (
    "app",
    "wsgi_app",
    "asgi_app",
    "application",
    "wsgi_application",
    "_app",
    "_application",
    "wsgi",
    "wrapped",
    "next_app",
)
# Frameworks' own parts: what stands there handles requests of the framework's, or starts and ends it.
NOT_INWARD = ("lifespan_context", "lifespan", "router", "default", "exception_handlers", "middleware_stack")
# By class: what an app of it handles, it handles itself, unless a route leads to another app.
FRAMEWORKS = (
    FLASK,
    "starlette.applications.Starlette",
    "starlette.routing.Router",
    "quart.app.Quart",
    "django.core.handlers.base.BaseHandler",
    "connexion.apps.asynchronous.AsyncASGIApp",
)
DISPATCHER = "werkzeug.middleware.dispatcher.DispatcherMiddleware"


def inward(obj: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Candidates for the next layer, best first, with the attribute that leads there."""
    for via, inside in _candidates(obj):
        if inside is None or id(inside) in seen:
            continue
        if is_method(inside) and inside.__self__ is obj:
            continue  # Flask.wsgi_app as it was born: the object itself
        if is_method(inside) and is_a(inside.__self__, FLASK):
            inside = inside.__self__
        yield via, inside


def branches(obj: Any) -> Iterator[tuple[str, Any]]:
    """What an object may hand a request to beside the one app inside it: mounts, routes, global names."""
    if is_function(obj):
        if not _takes_a_request(obj):
            return  # a factory: what it uses is not what it serves
        for name in obj.__code__.co_names:
            value = obj.__globals__.get(name)
            if is_a(value, *CONNEXION_APPS):
                yield name, value
        return
    if is_class(obj):
        return
    mounts = quietly(getattr, obj, "mounts", None) if is_a(obj, DISPATCHER) else None
    for mount in list(mounts.values()) if isinstance(mounts, dict) else ():
        yield "mounts", mount
    if is_a(obj, "starlette.applications.Starlette", "starlette.routing.Router", "starlette.routing.Mount"):
        for route in quietly(lambda: list(obj.routes), default=[]):
            if is_a(route, "starlette.routing.Mount", "starlette.routing.Host"):
                yield "routes", route


def _candidates(obj: Any) -> Iterator[tuple[str, Any]]:
    if issubclass(type(obj), functools.partial):
        yield "func", obj.func
    elif is_method(obj):
        if callable(obj.__self__):
            yield "__self__", obj.__self__
    elif is_function(obj):
        yield "__wrapped__", quietly(getattr, obj, "__wrapped__", None)
        for name, value in zip(obj.__code__.co_freevars, obj.__closure__ or ()):
            content = quietly(lambda value=value: value.cell_contents)
            if _looks_like_app(content):
                yield name, content
    elif is_class(obj):
        return
    else:
        yield from _candidates_of_object(obj)


def _candidates_of_object(obj: Any) -> Iterator[tuple[str, Any]]:
    names = mro_names(type(obj))
    for name in names:
        if name in ADAPTERS:
            attribute = ADAPTERS[name][2]
            yield attribute, quietly(getattr, obj, attribute, None)
    if any("_get_current_object" in vars(base) for base in _mro(obj)):
        yield "_get_current_object()", quietly(lambda: obj._get_current_object())
    if any("__wrapped__" in quietly(vars, base, default={}) for base in _mro(obj)):
        # wrapt's proxies, New Relic's among them, look in every other way like what they wrap.
        yield "__wrapped__", quietly(getattr, obj, "__wrapped__", None)
        return
    if CONNEXION_APPS[0] in names:
        yield from _inside_connexion(obj)
    if any(name in FRAMEWORKS for name in names):
        return
    for attribute in _attributes(obj):
        inside = quietly(getattr, obj, attribute, None)
        if attribute not in NOT_INWARD and _looks_like_app(inside):
            yield attribute, inside


def _mro(obj: Any) -> tuple[type, ...]:
    found: tuple[type, ...] = type.__dict__["__mro__"].__get__(type(obj))
    return found


def _inside_connexion(app: Any) -> Iterator[tuple[str, Any]]:
    """What Connexion 3's stack ends in: WSGI middleware that was put around Flask, Flask, or the app of an
    ``AsyncApp`` (connexion/apps/flask.py, connexion/apps/asynchronous.py)."""
    innermost = quietly(lambda: app._middleware_app)
    wsgi = quietly(lambda: innermost.asgi_app.app)
    if wsgi is not None and not is_method(wsgi):
        yield "add_wsgi_middleware", wsgi
    flask_app = quietly(lambda: app.app)
    if is_a(flask_app, FLASK):
        yield "app", flask_app
    elif innermost is not None:
        yield "_middleware_app", innermost


def _attributes(obj: Any) -> Iterator[str]:
    """Attributes that an object has of its own or by its class (what ``__getattr__`` makes up belongs
    to another object), those under which middleware keeps its app first."""
    own = quietly(lambda: list(object.__getattribute__(obj, "__dict__")), default=[])
    for attribute in INNER:
        if attribute in own or quietly(inspect.getattr_static, obj, attribute, None) is not None:
            yield attribute
    yield from (attribute for attribute in own if attribute not in INNER)


def _looks_like_app(obj: Any) -> bool:
    if obj is None or is_class(obj) or issubclass(type(obj), types.ModuleType) or not callable(obj):
        return False
    if issubclass(type(obj), (types.BuiltinFunctionType, types.MethodWrapperType)):
        return False
    known = any(name in ADAPTERS or name in CONNEXION_APPS or name == FLASK for name in mro_names(type(obj)))
    return known or quietly(describe.interface_of, obj) in ("wsgi", "asgi3", "asgi2")


def _takes_a_request(function: Any) -> bool:
    """Whether a function takes what servers call with, as far as its parameters tell."""
    signature = describe.signature_of(function)
    kinds = [parameter.kind for parameter in signature.parameters.values()] if signature is not None else []
    return len(kinds) >= 2 or inspect.Parameter.VAR_POSITIONAL in kinds


# By the real class: ``isinstance`` also asks the object, and proxies answer for what they stand for.
def is_function(obj: Any) -> bool:
    """Whether it is a function of Python's."""
    return issubclass(type(obj), types.FunctionType)


def is_method(obj: Any) -> bool:
    """Whether it is a method that is bound."""
    return issubclass(type(obj), types.MethodType)


def is_class(obj: Any) -> bool:
    """Whether it is a class."""
    return issubclass(type(obj), type)
