"""From the object that a server calls, inward, without calling anything: the chain of layers.

Where an object leads to several others (mounts, routes, the variables of a function), the way to a Connexion
app is taken; where there is none, the first one.
"""

from __future__ import annotations

import functools
import gc
import inspect
import types
from typing import Any, Iterator

from . import describe
from .describe import is_a, mro_names, quietly, type_name

MOST_LAYERS = 24
MOST_OBJECTS = 400  # looked at on the way to a Connexion app

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


def connexion_major(app: Any) -> int | None:
    """3 for a Connexion app that is called as ASGI, 2 for one called as WSGI, None for other objects."""
    if not is_a(app, *CONNEXION_APPS):
        return None
    return 3 if describe.is_coroutine_callable(app) else 2


def inner_of_connexion(obj: Any) -> bool:
    """Whether a Flask app is the inside of a Connexion 3 app, which gives it its JSON provider
    (``connexion.frameworks.flask.FlaskJSONProvider``, set in ``connexion/apps/flask.py``). Connexion 2.15
    has one of its own in another place (``connexion.apps.flask_app``), and is served through Flask."""
    if not is_a(obj, FLASK):
        return False
    provider = quietly(lambda: obj.json)
    return type_name(provider).startswith("connexion.frameworks.")


def flask_of_connexion(obj: Any) -> bool:
    """Whether the Flask app of a chain was made by Connexion, 2 or 3: both give it their own converters of
    path parameters (``connexion/apps/flask.py``, ``connexion/apps/flask_app.py`` before 3)."""
    for _, current in path(obj):
        if is_a(current, FLASK):
            converter = quietly(lambda current=current: current.url_map.converters["float"])
            return _is_class(converter) and converter.__module__.startswith("connexion.")
    return False


def connexion_name(namespace: dict[str, Any]) -> str | None:
    """The name of a Connexion app in a module."""
    found = (name for name, value in list(namespace.items()) if is_a(value, *CONNEXION_APPS))
    return next(found, None)


def owner_of(flask_app: Any, namespace: dict[str, Any]) -> tuple[Any, str | None]:
    """The Connexion app around an inner Flask app, and its name in the module, where it has one."""
    for name, value in list(namespace.items()):
        if is_a(value, *CONNEXION_APPS) and quietly(lambda value=value: value.app) is flask_app:
            return value, name
    for value in gc.get_objects():
        if is_a(value, CONNEXION_APPS[0]) and quietly(lambda value=value: value.app) is flask_app:
            return value, None
    return None, None


def chain(obj: Any) -> list[dict[str, Any]]:
    """The layers of an object from the outside in, the object itself first."""
    layers: list[dict[str, Any]] = []
    outside: Any = None
    for via, current in path(obj):
        if _is_function(outside) and via in outside.__code__.co_names:
            # It uses the app by a global name; how it calls it, only the function knows.
            layers[-1]["detail"]["calls"] = "unknown"
        role, detail = _role(current)
        layers.append(
            {
                "type": _shown_type(current),
                "interface": interface(current),
                "signature": describe.shown_signature(current),
                "role": role,
                "via": via,
                "detail": detail,
            }
        )
        outside = current
    return layers


def path(obj: Any) -> list[tuple[str | None, Any]]:
    """The objects of the chain, each with the attribute that led to it."""
    way = _way_to_connexion(obj) or [(None, obj)]
    seen = {id(current) for _, current in way}
    while len(way) < MOST_LAYERS:
        via, following = next(_inward(way[-1][1], seen), (None, None))
        if following is None:
            break
        seen.add(id(following))
        way.append((via, following))
    return way


def named_path(
    obj: Any, attribute: str | None, namespace: dict[str, Any]
) -> list[tuple[str | None, bool, Any]]:
    """The objects of the chain down to the Connexion app, each with an expression for it in the module of the
    target (None where there is none) and whether that is one name. Empty where no Connexion app is inside.

    :param attribute: what the target names in the module
    :param namespace: the names of that module
    """
    found: list[tuple[str | None, bool, Any]] = []
    expression = attribute if attribute and attribute.replace(".", "a").isidentifier() else None
    for via, current in path(obj):
        if via is not None:
            reached = quietly(getattr, found[-1][2], via) is current
            expression = (
                "%s.%s" % (expression, via) if expression and via.isidentifier() and reached else None
            )
        own = (name for name, value in list(namespace.items()) if value is current and _public(name))
        name = attribute if via is None and expression else next(own, None)
        found.append((name or expression, name is not None and "." not in name, current))
        if is_a(current, *CONNEXION_APPS):
            return found
    return []


def _public(name: str) -> bool:
    return not name.startswith("__")


def connexion_of(obj: Any) -> Any:
    """The outermost Connexion app of the chain, or None."""
    return next((current for _, current in path(obj) if is_a(current, *CONNEXION_APPS)), None)


def is_built(app: Any) -> bool:
    """Whether a Connexion 3 app has built its middleware stack."""
    middleware = quietly(lambda: app.middleware, default=app)
    return middleware.middleware_stack is not None


def prefix_of(chain_of: list[dict[str, Any]]) -> str:
    """The path under which the Connexion app of a chain is mounted, empty at the root."""
    prefix = ""
    for layer in chain_of:
        if layer["role"] == "connexion":
            return prefix
        prefix += str(layer["detail"].get("mounted") or "").rstrip("/")
        if "{" in prefix:  # a path with parameters
            break
    return ""


def connexion_apps(obj: Any) -> list[Any]:
    """Every Connexion app that a request to the object may reach: mounts and routes are all followed."""
    pending, seen, found = [obj], {id(obj)}, []
    for current in pending:  # grows while it is read: breadth first
        if is_a(current, *CONNEXION_APPS):
            found.append(current)
            continue
        for _, following in (*_inward(current, seen), *_branches(current)):
            if id(following) not in seen and len(pending) < MOST_OBJECTS:
                seen.add(id(following))
                pending.append(following)
    return found


def _way_to_connexion(obj: Any) -> list[tuple[str | None, Any]] | None:
    """The shortest way from an object to a Connexion app, the object first; None where there is none."""
    ways: list[list[tuple[str | None, Any]]] = [[(None, obj)]]
    seen = {id(obj)}
    for way in ways:  # grows while it is read: breadth first
        current = way[-1][1]
        if is_a(current, *CONNEXION_APPS):
            return way
        if len(way) >= MOST_LAYERS or len(ways) > MOST_OBJECTS:
            continue
        for via, following in (*_inward(current, seen), *_branches(current)):
            if id(following) not in seen:
                seen.add(id(following))
                ways.append([*way, (via, following)])
    return None


def _branches(obj: Any) -> Iterator[tuple[str, Any]]:
    """What an object may hand a request to beside the one app inside it: mounts, routes, global names."""
    if _is_function(obj):
        if not _takes_a_request(obj):
            return  # a factory: what it uses is not what it serves
        for name in obj.__code__.co_names:
            value = obj.__globals__.get(name)
            if is_a(value, *CONNEXION_APPS):
                yield name, value
        return
    if _is_class(obj):
        return
    mounts = quietly(getattr, obj, "mounts", None) if is_a(obj, DISPATCHER) else None
    for mount in list(mounts.values()) if isinstance(mounts, dict) else ():
        yield "mounts", mount
    if is_a(obj, "starlette.applications.Starlette", "starlette.routing.Router", "starlette.routing.Mount"):
        for route in quietly(lambda: list(obj.routes), default=[]):
            if is_a(route, "starlette.routing.Mount", "starlette.routing.Host"):
                yield "routes", route


def _takes_a_request(function: Any) -> bool:
    """Whether a function takes what servers call with, as far as its parameters tell."""
    signature = describe.signature_of(function)
    kinds = [parameter.kind for parameter in signature.parameters.values()] if signature is not None else []
    return len(kinds) >= 2 or inspect.Parameter.VAR_POSITIONAL in kinds


# By the real class: ``isinstance`` also asks the object, and proxies answer for what they stand for.
def _is_function(obj: Any) -> bool:
    return issubclass(type(obj), types.FunctionType)


def _is_method(obj: Any) -> bool:
    return issubclass(type(obj), types.MethodType)


def _is_class(obj: Any) -> bool:
    return issubclass(type(obj), type)


def interface(obj: Any) -> str:
    """How an object is called: adapters are known by their class, others by their signature."""
    for name in mro_names(type(obj)):
        if name in ADAPTERS:
            return ADAPTERS[name][0]
    return str(quietly(describe.interface_of, obj, default="unknown"))


def _shown_type(obj: Any) -> str:
    if _is_function(obj) or _is_class(obj):
        return describe.class_name(obj)
    if _is_method(obj):
        return "%s.%s" % (type_name(obj.__self__), obj.__name__)
    return type_name(obj)


def _role(obj: Any) -> tuple[str, dict[str, Any]]:
    if _is_class(obj):
        return "class", {"mro": mro_names(obj)}
    names = mro_names(type(obj))
    for name in names:
        if name in ADAPTERS:
            outside, inside, _ = ADAPTERS[name]
            return "adapter", {"answers": outside, "calls": inside}
    if any(name in CONNEXION_APPS for name in names):
        return "connexion", connexion_detail(obj)
    if FLASK in names:
        inner = inner_of_connexion(obj)
        return ("inner" if inner else "app"), {"inner_of_connexion": inner}
    if _is_function(obj) or _is_method(obj) or issubclass(type(obj), functools.partial):
        return "function", {}
    return _role_of_others(obj, names)


def _role_of_others(obj: Any, names: list[str]) -> tuple[str, dict[str, Any]]:
    if "starlette.routing.Mount" in names:
        return "middleware", {"mounted": str(quietly(getattr, obj, "path", ""))}
    if DISPATCHER in names:
        mounts = quietly(lambda: dict(obj.mounts), default={})
        found = (place for place, app in mounts.items() if connexion_of(app) is not None)
        return "middleware", {"mounted": str(next(found, ""))}
    framework = any(name in FRAMEWORKS for name in names)
    return ("app" if framework and connexion_of(obj) is None else "middleware"), {}


def connexion_detail(app: Any) -> dict[str, Any]:
    """What a Connexion app says of itself without being called."""
    middleware = quietly(lambda: app.middleware, default=app)
    names = mro_names(type(app))
    framework = "unknown"
    for name, spoken in (("FlaskApp", "flask"), ("AsyncApp", "async"), ("AioHttpApp", "aiohttp")):
        if any(entry.startswith("connexion.") and entry.endswith("." + name) for entry in names):
            framework = spoken
    return {
        "major": connexion_major(app),
        "framework": framework,
        "lifespan": quietly(lambda: middleware.lifespan is not None, default=False),
        "base_paths": [
            str(quietly(lambda api=api: api.base_path))
            for api in quietly(lambda: list(middleware.apis), default=[])
        ],
        "built": quietly(lambda: middleware.middleware_stack is not None, default=False),
    }


def _inward(obj: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Candidates for the next layer, best first, with the attribute that leads there."""
    for via, inside in _candidates(obj):
        if inside is None or id(inside) in seen:
            continue
        if _is_method(inside) and inside.__self__ is obj:
            continue  # Flask.wsgi_app as it was born: the object itself
        if _is_method(inside) and is_a(inside.__self__, FLASK):
            inside = inside.__self__
        yield via, inside


def _candidates(obj: Any) -> Iterator[tuple[str, Any]]:
    if issubclass(type(obj), functools.partial):
        yield "func", obj.func
    elif _is_method(obj):
        if callable(obj.__self__):
            yield "__self__", obj.__self__
    elif _is_function(obj):
        yield "__wrapped__", quietly(getattr, obj, "__wrapped__", None)
        for name, value in zip(obj.__code__.co_freevars, obj.__closure__ or ()):
            content = quietly(lambda value=value: value.cell_contents)
            if _looks_like_app(content):
                yield name, content
    elif _is_class(obj):
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
    if wsgi is not None and not _is_method(wsgi):
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
    if obj is None or _is_class(obj) or issubclass(type(obj), types.ModuleType) or not callable(obj):
        return False
    if issubclass(type(obj), (types.BuiltinFunctionType, types.MethodWrapperType)):
        return False
    known = any(name in ADAPTERS or name in CONNEXION_APPS or name == FLASK for name in mro_names(type(obj)))
    return known or quietly(describe.interface_of, obj) in ("wsgi", "asgi3", "asgi2")
