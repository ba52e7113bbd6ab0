"""From the object that a server calls, inward, without calling anything: the chain of layers."""

from __future__ import annotations

import functools
import gc
import inspect
import types
from typing import Any, Iterator

from . import describe
from .describe import is_a, mro_names, quietly, type_name

MOST_LAYERS = 24

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
INNER = ("app", "wsgi_app", "asgi_app", "application", "wsgi_application", "_app", "_application", "wrapped")


def connexion_major(app: Any) -> int | None:
    """3 for a Connexion app that is called as ASGI, 2 for one called as WSGI, None for other objects."""
    if not is_a(app, *CONNEXION_APPS):
        return None
    return 3 if describe.is_coroutine_callable(app) else 2


def inner_of_connexion(obj: Any) -> bool:
    """Whether a Flask app is the inside of a Connexion 3 app, which gives it its JSON provider
    (``connexion.frameworks.flask.FlaskJSONProvider``, set in ``connexion/apps/flask.py``)."""
    if not is_a(obj, FLASK):
        return False
    provider = quietly(lambda: obj.json)
    return type_name(provider).startswith("connexion.")


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
    seen: set[int] = set()
    via: str | None = None
    current: Any = obj
    while current is not None and id(current) not in seen and len(layers) < MOST_LAYERS:
        seen.add(id(current))
        role, detail = _role(current)
        layers.append(
            {
                "type": _shown_type(current),
                "interface": _interface(current),
                "signature": describe.shown_signature(current),
                "role": role,
                "via": via,
                "detail": detail,
            }
        )
        via, current = next(_inward(current, seen), (None, None))
    return layers


def _interface(obj: Any) -> str:
    for name in mro_names(type(obj)):
        if name in ADAPTERS:
            return ADAPTERS[name][0]
    return describe.interface_of(obj)


def _shown_type(obj: Any) -> str:
    if inspect.isfunction(obj) or inspect.isclass(obj):
        return describe.class_name(obj)  # type: ignore[arg-type]  # functions have the same names
    if inspect.ismethod(obj):
        return "%s.%s" % (type_name(obj.__self__), obj.__name__)
    return type_name(obj)


def _role(obj: Any) -> tuple[str, dict[str, Any]]:
    if inspect.isclass(obj):
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
    if inspect.isfunction(obj) or inspect.ismethod(obj) or isinstance(obj, functools.partial):
        return "function", {}
    return "middleware", {}


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
    if isinstance(obj, functools.partial):
        yield "func", obj.func
        return
    if inspect.ismethod(obj):
        if callable(obj.__self__) and id(obj.__self__) not in seen:
            yield "__self__", obj.__self__
        return
    if inspect.isclass(obj):
        return
    if inspect.isfunction(obj):
        wrapped = quietly(getattr, obj, "__wrapped__", None)
        if wrapped is not None and id(wrapped) not in seen:
            yield "__wrapped__", wrapped
        for name, value in zip(obj.__code__.co_freevars, obj.__closure__ or ()):
            content = quietly(lambda value=value: value.cell_contents)
            if _looks_like_app(content) and id(content) not in seen:
                yield name, content
        return
    for name in mro_names(type(obj)):
        if name in ADAPTERS:
            attribute = ADAPTERS[name][2]
            inside = quietly(getattr, obj, attribute, None)
            if inside is not None:
                yield attribute, inside
    proxied = quietly(getattr, type(obj), "_get_current_object", None)
    if proxied is not None:
        inside = quietly(lambda: obj._get_current_object())
        if inside is not None:
            yield "_get_current_object()", inside
    for attribute in _attributes(obj):
        inside = quietly(getattr, obj, attribute, None)
        if _looks_like_app(inside) and id(inside) not in seen:
            if inspect.ismethod(inside) and inside.__self__ is obj:
                continue  # Flask.wsgi_app as it was born: the object itself
            yield attribute, inside


def _attributes(obj: Any) -> Iterator[str]:
    """Attributes that an object has of its own or by its class (what ``__getattr__`` makes up belongs
    to another object), those under which middleware keeps its app first."""
    own = quietly(lambda: list(object.__getattribute__(obj, "__dict__")), default=[])
    for attribute in INNER:
        if attribute in own or quietly(inspect.getattr_static, obj, attribute, None) is not None:
            yield attribute
    yield from (attribute for attribute in own if attribute not in INNER)


def _looks_like_app(obj: Any) -> bool:
    if obj is None or inspect.isclass(obj) or isinstance(obj, types.ModuleType) or not callable(obj):
        return False
    if isinstance(obj, (types.BuiltinFunctionType, types.MethodWrapperType)):
        return False
    known = any(name in ADAPTERS or name in CONNEXION_APPS or name == FLASK for name in mro_names(type(obj)))
    return known or describe.interface_of(obj) in ("wsgi", "asgi3", "asgi2")
