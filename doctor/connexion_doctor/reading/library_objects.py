"""Objects of libraries that are known (``library``), as chains: adapters, middleware, routers, Connexion."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, Layer
from connexion_doctor.python.module import Function
from connexion_doctor.python.nodes import argument
from connexion_doctor.python.reach import looked_up
from connexion_doctor.reading.callables import shape_of
from connexion_doctor.reading.chains import Chain, ReadApp, Reader, Where
from connexion_doctor.reading.library import ADAPTERS, CONNEXION, MOUNT, ROUTERS, middleware_interface
from connexion_doctor.reading.unread import Raises, Unread

WRAPPED = ("app", "application", "wsgi_app", "wsgi_application")  # keywords that give what is inside
NO_APPS = ("flask_cors.CORS", "prometheus_flask_exporter.PrometheusMetrics")


def made_by(library: str, node: ast.Call, where: Where, reader: Reader) -> Chain | None:
    """What a call of a library makes; None where the library is none that is known.

    :param library: the dotted name of what is called
    :raises Unread: what it wraps cannot be known
    :raises Raises: the call fails for certain
    """
    if library in CONNEXION:
        return _connexion(library, node, where, reader)
    if library in ADAPTERS:
        name, answers, calls = ADAPTERS[library]
        inside = _wrapped(node, where, reader)
        outer = Layer(name, answers, "adapter", detail={"answers": answers.value, "calls": calls.value})
        return _around(outer, inside, answers is Interface.ASGI3)
    interface = middleware_interface(library)
    if library.rpartition(".")[2] == "DispatcherMiddleware":
        return _dispatcher(library, node, where, reader)
    if interface is not None:
        inside = _wrapped(node, where, reader)
        coroutine = interface is Interface.ASGI3 if not library.startswith("newrelic.") else None
        return _around(Layer(library, interface, "middleware"), inside, coroutine)
    if library in ROUTERS:
        return _router(ROUTERS[library], node, where, reader)
    if library == "flask.Flask":
        return Chain((Layer("flask.app.Flask", Interface.WSGI, "app"),), coroutine=False)
    if library == "werkzeug.local.LocalProxy" and node.args and isinstance(node.args[0], ast.Lambda):
        return replace(reader.value(node.args[0].body, where), coroutine=None)
    if library == "functools.partial" and node.args:
        return _partial(node, where, reader)
    if library in NO_APPS:
        raise Unread(f"{library} gives no app", where.at(node))
    return None


def _around(outer: Layer, inside: Chain, coroutine: bool | None) -> Chain:
    return replace(inside, layers=(outer, *inside.layers), kind="app", coroutine=coroutine)


def _wrapped(node: ast.Call, where: Where, reader: Reader) -> Chain:
    """What a call wraps: a keyword of the usual names, else its first argument."""
    given = next((one for name in WRAPPED if (one := argument(node, 99, name)) is not None), None)
    given = given if given is not None else argument(node, 0, "app")
    if given is None:
        raise Unread("what it wraps cannot be read", where.at(node))
    return reader.value(given, where)


def _partial(node: ast.Call, where: Where, reader: Reader) -> Chain:
    """A function that is given some of its arguments beforehand: one that hands on a request, a factory."""
    inside = reader.value(node.args[0], where)
    if inside.function is None or inside.preset is not None:
        raise Unread("what functools.partial makes cannot be read", where.at(node))
    owner, function = inside.function
    shape = shape_of(function)
    left = len(shape.required) - len(node.args) + 1
    interface = {3: Interface.ASGI3, 2: Interface.WSGI}.get(left, Interface.UNKNOWN)
    target = _handed_behind(function, len(node.args) - 1)
    fits = interface is not Interface.UNKNOWN and shape.coroutine is (interface is Interface.ASGI3)
    if target is None or not fits or node.keywords:
        return replace(inside, preset=(node, where))
    behind = reader.value(target, Where(owner, owner.scopes[id(function)]))
    outer = Layer("functools.partial", interface, "function", detail={"calls": interface.value})
    return _around(outer, behind, False)


def _handed_behind(function: Function, front: int) -> ast.expr | None:
    """What a function hands its call on to, when its first parameters are taken."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)][front:]
    for statement in function.body:
        for call in ast.walk(statement):
            if isinstance(call, ast.Call) and len(call.args) == len(names):
                given = [one.id for one in call.args if isinstance(one, ast.Name)]
                if given == names:
                    return call.func
    return None


def _dispatcher(library: str, node: ast.Call, where: Where, reader: Reader) -> Chain:
    """A WSGI dispatcher: the app that it is put around, or the one Connexion app among its mounts."""
    given = argument(node, 1, "mounts")
    first = reader.modules.names.value(node.args[0], where.module, where.scope) if node.args else None
    answer = (first or "").startswith("werkzeug.") and isinstance(given, ast.Dict)  # NotFound() and the like
    around = Chain() if answer else _wrapped(node, where, reader)
    if isinstance(given, ast.Name):
        binding = looked_up(given.id, where.scope)
        given = binding.value if binding is not None and binding.index is None else None
        if not isinstance(given, ast.Dict):
            raise Unread("which app is mounted in it cannot be read", where.at(node))
    mounts = list(zip(given.keys, given.values, strict=True)) if isinstance(given, ast.Dict) else []
    if around.app is not None or not mounts:
        return _around(Layer(library, Interface.WSGI, "middleware"), around, False)
    found = []
    for key, value in mounts:
        chain = reader.value(value, where)
        if chain.app is not None:
            found.append((reader.values.text(key, where) or "", chain))
    if len(found) != 1 or None in [key for key, _ in mounts]:
        raise Unread("which app is mounted in it cannot be read", where.at(node))
    place, chain = found[0]
    return _around(Layer(library, Interface.WSGI, "middleware", detail={"mounted": place}), chain, False)


def _router(library: str, node: ast.Call, where: Where, reader: Reader) -> Chain:
    """A router with one Connexion app mounted in it, in its ``routes`` or by ``mount``."""
    names, routes = reader.modules.names, argument(node, 99, "routes")
    calls = [
        (call, where)
        for call in (ast.walk(routes) if routes is not None else ())
        if isinstance(call, ast.Call) and names.value(call.func, where.module, where.scope) == MOUNT
    ]
    for use in where.module.calls:
        function = use.node.func
        if isinstance(function, ast.Attribute) and function.attr == "mount":
            made = names.value(function.value, where.module, use.scope) or ""
            if made.removesuffix("()") in ROUTERS:
                calls.append((use.node, replace(where, scope=use.scope)))
    given = [(call, argument(call, 1, "app"), there) for call, there in calls]
    mounted = [(call, reader.value(app, there)) for call, app, there in given if app is not None]
    found = [(call, one) for call, one in mounted if one.app is not None]
    if len(found) != 1:
        raise Unread("which app is mounted in it cannot be read", where.at(node))
    call, chain = found[0]
    place = (reader.values.text(argument(call, 0, "path"), where) or "").rstrip("/")
    return _around(Layer(library, Interface.ASGI3, "middleware", detail={"mounted": place}), chain, True)


# (framework, whether it is Connexion 3) -> the class
APPS = {
    ("flask", True): "connexion.apps.flask.FlaskApp",
    ("flask", False): "connexion.apps.flask_app.FlaskApp",
    ("async", True): "connexion.apps.asynchronous.AsyncApp",
}


def _missing(library: str, node: ast.Call, where: Where) -> Raises:
    """What a name raises that this Connexion has not: where it is imported, else where it is used."""
    module, _, name = library.rpartition(".")
    binding = looked_up(node.func.id, where.scope) if isinstance(node.func, ast.Name) else None
    if binding is not None and binding.kind == "import":
        message = f"cannot import name {name!r} from {module!r}"
        return Raises("ImportError", message, where.at(binding.node))
    return Raises("AttributeError", f"module {module!r} has no attribute {name!r}", where.at(node))


def _connexion(library: str, node: ast.Call, where: Where, reader: Reader) -> Chain:
    framework = CONNEXION[library]
    if framework == "middleware":
        return _middleware(node, where, reader)
    asgi = reader.major == 3
    if framework == "aiohttp" and not asgi:
        raise Unread("an AioHttpApp is served by aiohttp, of which nothing is read", where.at(node))
    if (framework, asgi) not in APPS:
        raise _missing(library, node, where)
    interface = Interface.ASGI3 if asgi else Interface.WSGI
    detail = {"major": reader.major, "framework": framework}
    layers: tuple[Layer, ...] = (Layer(APPS[framework, asgi], interface, "connexion", detail=detail),)
    if framework == "flask":
        role = "inner" if asgi else "app"
        inner = {"inner_of_connexion": asgi}
        layers += (Layer("flask.app.Flask", Interface.WSGI, role, via="app", detail=inner),)
    return Chain(layers, ReadApp(framework, where.module, node, where.scope, where.passed), coroutine=asgi)


def _middleware(node: ast.Call, where: Where, reader: Reader) -> Chain:
    """Connexion's middleware, and what it stands in front of, as far as that can be read."""
    if reader.major != 3:
        raise Unread(f"Connexion {reader.major} has no ConnexionMiddleware", where.at(node))
    inside = _wrapped(node, replace(where, passed=None), reader)
    outer = Layer(
        "connexion.middleware.main.ConnexionMiddleware",
        Interface.ASGI3,
        "connexion",
        detail={"major": 3, "framework": "middleware"},
    )
    behind = tuple(replace(layer, via="app") for layer in inside.layers[:1]) + inside.layers[1:]
    return Chain((outer, *behind), ReadApp("middleware", where.module, node, where.scope, where.passed))
