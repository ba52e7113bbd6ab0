"""From the object that a server calls, inward, without calling anything: the chain of layers.

Where an object leads to several others (mounts, routes, the variables of a function), the way to a Connexion
app is taken; where there is none, the first one.
"""

from __future__ import annotations

import functools
import gc
from typing import Any, Callable

from . import describe
from .describe import is_a, mro_names, quietly, type_name
from .inward import (
    ADAPTERS,
    CONNEXION_APPS,
    DISPATCHER,
    FLASK,
    FRAMEWORKS,
    branches,
    inward,
    is_class,
    is_function,
    is_method,
)

MOST_LAYERS = 24
MOST_OBJECTS = 400  # looked at on the way to a Connexion app


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
    """Whether the Flask app of a chain was made by Connexion, 2 or 3."""
    return any(has_converters_of_connexion(current) for _, current in path(obj))


def has_converters_of_connexion(flask: Any) -> bool:
    """Whether an object is a Flask app that was made by Connexion, 2 or 3: both give it their own converters
    of path parameters (``connexion/apps/flask.py``, ``connexion/apps/flask_app.py`` before 3)."""
    converter = quietly(lambda: flask.url_map.converters["float"]) if is_a(flask, FLASK) else None
    return is_class(converter) and converter.__module__.startswith("connexion.")


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
        if is_function(outside) and via in outside.__code__.co_names:
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
    way = _way_to(obj, _is_connexion) or _way_to(obj, has_converters_of_connexion) or [(None, obj)]
    seen = {id(current) for _, current in way}
    while len(way) < MOST_LAYERS:
        via, following = next(inward(way[-1][1], seen), (None, None))
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


def is_bypassed(app: Any, chain_of: list[dict[str, Any]], answer: dict[str, Any]) -> bool:
    """Whether a WSGI call was answered with 404 by something in front of Connexion 3 that never calls it:
    nothing in the chain turns WSGI into ASGI, and no stack is built, which the first message does."""
    if answer["calls"] != "wsgi" or answer["outcome"] != "answered" or answer["status"] != 404:
        return False
    roles = [layer["role"] for layer in chain_of]
    before = chain_of[: roles.index("connexion")]
    wanted = chain_of[len(before)]["interface"]
    if wanted != "asgi3" or any(layer["role"] == "adapter" for layer in before):
        return False
    return not any(quietly(is_built, one, default=True) for one in connexion_apps(app))


def prefix_of(chain_of: list[dict[str, Any]]) -> str:
    """The path under which the Connexion app of a chain is mounted, empty at the root. Connexion 2 may be
    there with its Flask app alone."""
    prefix = ""
    for layer in chain_of:
        if layer["role"] == "connexion" or layer["detail"].get("made_by_connexion"):
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
        for _, following in (*inward(current, seen), *branches(current)):
            if id(following) not in seen and len(pending) < MOST_OBJECTS:
                seen.add(id(following))
                pending.append(following)
    return found


def _is_connexion(obj: Any) -> bool:
    return is_a(obj, *CONNEXION_APPS)


def _way_to(obj: Any, wanted: Callable[[Any], bool]) -> list[tuple[str | None, Any]] | None:
    """The shortest way from an object to one that is wanted, the object first; None where there is none."""
    ways: list[list[tuple[str | None, Any]]] = [[(None, obj)]]
    seen = {id(obj)}
    for way in ways:  # grows while it is read: breadth first
        current = way[-1][1]
        if wanted(current):
            return way
        if len(way) >= MOST_LAYERS or len(ways) > MOST_OBJECTS:
            continue
        for via, following in (*inward(current, seen), *branches(current)):
            if id(following) not in seen:
                seen.add(id(following))
                ways.append([*way, (via, following)])
    return None


def interface(obj: Any) -> str:
    """How an object is called: adapters are known by their class, others by their signature."""
    for name in mro_names(type(obj)):
        if name in ADAPTERS:
            return ADAPTERS[name][0]
    return str(quietly(describe.interface_of, obj, default="unknown"))


def _shown_type(obj: Any) -> str:
    if is_function(obj) or is_class(obj):
        return describe.class_name(obj)
    if is_method(obj):
        return "%s.%s" % (type_name(obj.__self__), obj.__name__)
    return type_name(obj)


def _role(obj: Any) -> tuple[str, dict[str, Any]]:
    if is_class(obj):
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
        made = inner or has_converters_of_connexion(obj)
        return ("inner" if inner else "app"), {"inner_of_connexion": inner, "made_by_connexion": made}
    if is_function(obj) or is_method(obj) or issubclass(type(obj), functools.partial):
        return "function", {}
    return _role_of_others(obj, names)


def _role_of_others(obj: Any, names: list[str]) -> tuple[str, dict[str, Any]]:
    if "starlette.routing.Mount" in names:
        return "middleware", {"mounted": str(quietly(getattr, obj, "path", ""))}
    if DISPATCHER in names:
        mounts = quietly(lambda: dict(obj.mounts), default={})
        found = (place for place, app in mounts.items() if connexion_of(app) or flask_of_connexion(app))
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
