"""What a Connexion 3 app says of itself: specifications, handlers, middleware, error handlers, what it needs.

Read from its objects after the trial call has built its stack; where none was built, what can be known
without one. Names, counts and places only: no values of settings, and nothing is called that is the app's.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from typing import Any, Iterator

from . import arguments, blocking, describe, inward, layers, operations, state
from .describe import quietly, type_name

MOST_NAMED = 20
MOST_NODES = 100_000  # of specifications, which may lead back to themselves
MOST_FILES = 60
TEMPORARY = "connexion-doctor-run-"  # what a doctor writes for itself, where TMPDIR lies in the project
FOREIGN = ("node_modules", "site-packages", "venv", "env", "__pycache__")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
FLASK_OPERATION = "connexion.apps.flask.FlaskOperation"


def of(app: Any) -> dict[str, Any]:
    """Details of a Connexion app, as plain data; of Connexion 2 what its handlers' source says."""
    major = layers.connexion_major(app)
    if major != 3:
        views = quietly(lambda: list(app.app.view_functions.values()), default=[]) if major == 2 else []
        views = [view for view in views if getattr(view, "__wrapped__", None) is not None]
        return {**_of_functions(views), **arguments.of_connexion2(views), **_headers(app)}
    main = quietly(lambda: app.middleware, default=app)
    apis = quietly(lambda: list(main.apis), default=[])
    handlers = _handlers(app, apis)
    awaited = sorted({_name(handler) for handler in handlers if describe.is_coroutine_callable(handler)})
    found: dict[str, Any] = {
        "built": quietly(lambda: main.middleware_stack is not None, default=False),
        "specifications": [spec for spec in map(_specification, apis) if spec is not None],
        "handlers": len(handlers),
        "async_handlers": awaited[:MOST_NAMED],
        "async_handlers_count": len(awaited),
        "middleware": _middleware(main),
        "wsgi_in_stack": quietly(lambda: list(_wsgi_in_stack(main)), default=[]),
        "error_handlers": _error_handlers(main),
        "swagger_ui": _swagger_ui(main, apis),
        "responses_validated": any(_option(api, "validate_responses") for api in apis),
        **_inner_flask(app),
        **_of_functions(handlers),
        **_headers(app),
    }
    found["base_paths"] = [spec["base_path"] for spec in found["specifications"]]
    found["specification_files"] = list(_files(main, found["specifications"])) if not found["built"] else []
    if awaited and not describe.is_a(quietly(lambda: app.app), inward.FLASK):
        found["blocking"] = list(_blocking(handlers))
    if found["built"]:
        found.update(quietly(arguments.of, main, _pythonic(app), default={}))
    found["needs_asgi"] = list(_needs(app, main, len(awaited)))
    return found


def of_chain(obj: Any) -> dict[str, Any]:
    """Details of the outermost Connexion app of a chain; what the layers around it need counts too."""
    found = of(layers.connexion_of(obj))
    for _, layer in layers.path(obj):
        routes = quietly(lambda layer=layer: list(layer.routes), default=[])
        if found and any(describe.is_a(route, "starlette.routing.WebSocketRoute") for route in routes):
            found.setdefault("needs_asgi", []).append("WebSocket routes")
            break
    return found


def _needs(app: Any, main: Any, awaited: int) -> Iterator[str]:
    """Why the app is not the same without an ASGI server. Async handlers of a ``FlaskApp`` are run by
    Connexion in threads wherever it is served."""
    if quietly(lambda: main.lifespan is not None, default=False):
        yield "a lifespan handler"
    if awaited and not describe.is_a(quietly(lambda: app.app), inward.FLASK):
        yield "%d async handler%s" % (awaited, "" if awaited == 1 else "s")


def _blocking(handlers: list[Any]) -> Iterator[dict[str, Any]]:
    """The calls by which coroutines of an ``AsyncApp`` hold up its event loop."""
    for handler in handlers:
        for call in quietly(blocking.of, handler, default=[])[:1]:
            yield dict(call, function=_name(handler), path=_short_path(call["path"]))


def _of_functions(handlers: list[Any]) -> dict[str, Any]:
    """What the source of the handlers says: state that they keep in their modules, the longest wait."""
    kept = [
        dict(one, function=_name(handler), path=_short_path(one["path"]))
        for handler in handlers
        for one in quietly(state.of, handler, default=[])
    ]
    waits = [
        dict(one, function=_name(handler), path=_short_path(one["path"]))
        for handler in handlers
        for one in [quietly(blocking.longest, handler)]
        if one is not None
    ]
    return {
        "state": kept[:MOST_NAMED],
        "longest_wait": max(waits, key=lambda one: one["seconds"], default=None),
    }


def _option(api: Any, name: str) -> Any:
    return quietly(lambda: api.kwargs.get(name))


def _specification(api: Any) -> dict[str, Any] | None:
    """One API: where it is mounted, what its specification calls itself, how much is in it."""
    spec = quietly(lambda: api.specification)
    if spec is None:
        return None
    base_path = quietly(lambda: api.base_path)
    if base_path is None:
        base_path = quietly(lambda: spec.base_path, default="")
    found = quietly(lambda: list(_operations(spec)), default=[])
    everywhere = quietly(lambda: spec.security)
    secured = [operation for operation in found if _secured(operation, everywhere)]
    return {
        "base_path": str(base_path or ""),
        "version": ".".join(map(str, quietly(lambda: spec.version, default=()))),
        "title": str(quietly(lambda: spec["info"]["title"], default=""))[:200],
        "api_version": str(quietly(lambda: spec["info"]["version"], default=""))[:50],
        "folder": _folder(quietly(lambda: spec._base_uri, default="")),
        "operations": len(found),
        "secured": len(secured),
    }


def _headers(app: Any) -> dict[str, Any]:
    """The headers that the specifications name with an underscore: parameters, and API keys."""
    found: dict[str, None] = {}
    pending = [quietly(lambda api=api: api.specification.raw) for api in operations.apis_of(app)]
    for at, node in enumerate(pending):  # grows while it is read
        if at > MOST_NODES:
            break
        if isinstance(node, dict):
            name = node.get("name")
            if node.get("in") == "header" and isinstance(name, str) and "_" in name:
                found[name] = None
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    return {"underscored_headers": list(found)[:MOST_NAMED]}


def _files(main: Any, specifications: list[dict[str, Any]]) -> Iterator[str]:
    """The files in which an operation may stand: those that were added (Connexion notes them for reloading),
    then what lies below their folders, for ``$ref``."""
    seen = set()
    for path in quietly(lambda: list(main.extra_files), default=[]):
        seen.add(os.path.abspath(path))
        yield _short_path(str(path))
    for folder in sorted({spec["folder"] for spec in specifications if spec["folder"]}):
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(
                name for name in folders if not name.startswith((".", TEMPORARY)) and name not in FOREIGN
            )
            for name in sorted(names):
                path = os.path.abspath(os.path.join(place, name))
                if name.endswith((".yaml", ".yml", ".json")) and path not in seen and len(seen) < MOST_FILES:
                    seen.add(path)
                    yield _short_path(path)


def _folder(base_uri: Any) -> str | None:
    """The folder that a specification was read from; None for a URL, or a dictionary."""
    if not isinstance(base_uri, str) or not base_uri or "://" in base_uri:
        return None
    return _short_path(base_uri)


def _short_path(path: str) -> str:
    """A path relative to the working directory, where it lies inside."""
    whole = os.path.abspath(path)
    inside = os.path.relpath(whole)
    return whole if inside.startswith("..") else inside


def _operations(spec: Any) -> Iterator[Any]:
    for item in spec["paths"].values():
        for method in METHODS:
            if method in item:
                yield item[method]


def _secured(operation: Any, everywhere: Any) -> bool:
    asked = quietly(lambda: operation.get("security", everywhere))
    return bool(asked) and all(asked)


def _handlers(app: Any, apis: list[Any]) -> list[Any]:
    """The functions behind the operations: those that were registered, else those that the modules loaded
    so far have under the names that the specification gives."""
    flask_app = quietly(lambda: app.app)
    found = []
    if describe.is_a(flask_app, inward.FLASK):
        views = quietly(lambda: list(flask_app.view_functions.values()), default=[])
        operations = [view for view in views if type_name(view) == FLASK_OPERATION]
        found += [quietly(lambda view=view: view._fn) for view in operations]
    else:
        found += quietly(lambda: list(_routed(app._middleware_app)), default=[])
    if not found:
        found = [
            handler for api in apis for handler in quietly(lambda api=api: list(_named(api)), default=[])
        ]
    return [handler for handler in found if handler is not None]


def _pythonic(app: Any) -> dict[str, bool]:
    """Whether the names of each operation are made Pythonic, by operationId."""
    flask_app = quietly(lambda: app.app)
    if describe.is_a(flask_app, inward.FLASK):
        views = [view for view in flask_app.view_functions.values() if type_name(view) == FLASK_OPERATION]
    else:
        views = quietly(lambda: list(_routed_operations(app._middleware_app)), default=[])
    return {view.operation_id: view.pythonic_params for view in views}


def _routed(innermost: Any) -> Iterator[Any]:
    """The handlers of an ``AsyncApp`` (connexion/middleware/abstract.py, ``RoutedMiddleware.apis``)."""
    for operation in _routed_operations(innermost):
        yield operation._fn


def _routed_operations(innermost: Any) -> Iterator[Any]:
    for entries in innermost.apis.values():
        for api in entries if isinstance(entries, list) else [entries]:
            yield from api.operations.values()


def _named(api: Any) -> Iterator[Any]:
    kind = "openapi" if api.specification.version >= (3,) else "swagger"  # each reads its own key alone
    for operation in _operations(api.specification):
        name = str(operation.get("operationId") or "")
        controller = operation.get("x-%s-router-controller" % kind)
        path = "%s.%s" % (controller, name) if controller else name
        module, _, attribute = path.rpartition(".")
        yield getattr(sys.modules.get(module), attribute, None)


def _name(handler: Any) -> str:
    while isinstance(handler, functools.partial):
        handler = handler.func
    return str(
        quietly(lambda: "%s.%s" % (handler.__module__, handler.__qualname__), default=type_name(handler))
    )


def _middleware(main: Any) -> list[str]:
    """The classes of the stack, the outermost first."""
    names = []
    for entry in quietly(lambda: list(main.middlewares), default=[]):
        while isinstance(entry, functools.partial):
            entry = entry.func
        names.append(describe.class_name(entry) if inspect.isclass(entry) else _name(entry))
    return names


def _wsgi_in_stack(main: Any) -> Iterator[str]:
    """The classes of the stack that are called as WSGI: Connexion calls each as ASGI. The app at its end is
    no middleware."""
    added = {name for name in _middleware(main) if not name.startswith("connexion.")}
    for layer in main.middleware_stack or ():
        if layers.interface(layer) == "wsgi" and type_name(layer) in added:
            yield type_name(layer)


def _error_handlers(main: Any) -> list[dict[str, Any]]:
    """Registered error handlers; ``takes_two`` tells whether one can be called with request and exception."""
    found = []
    for entry in quietly(lambda: list(main.error_handlers), default=[])[:MOST_NAMED]:
        what, handler = quietly(lambda entry=entry: (entry[0], entry[1]), default=(None, None))
        signature = describe.signature_of(handler)
        takes_two = True
        if signature is not None:
            takes_two = quietly(signature.bind, None, None) is not None
        code = quietly(lambda handler=handler: inspect.unwrap(handler).__code__)
        found.append(
            {
                "for": describe.class_name(what) if inspect.isclass(what) else str(what),
                "function": _name(handler),
                "signature": describe.shown_signature(handler),
                "takes_two": takes_two,
                "path": quietly(lambda code=code: _short_path(code.co_filename)),
                "line": quietly(lambda code=code: int(code.co_firstlineno)),
            }
        )
    return found


def _swagger_ui(main: Any, apis: list[Any]) -> str:
    """``served``, ``missing`` (wanted, and its files are not installed), ``off``, or ``unknown``."""
    if not apis:
        return "off"
    wanted = False
    for api in apis:
        options = _option(api, "swagger_ui_options") or quietly(lambda: main.options.swagger_ui_options)
        wanted = (
            wanted
            or options is None
            or quietly(lambda options=options: bool(options.swagger_ui), default=True)
        )
        if quietly(lambda options=options: options.swagger_ui_template_dir) is not None:
            return "unknown"  # files of the project's own
    if not wanted or not any(name.endswith(".SwaggerUIMiddleware") for name in _middleware(main)):
        return "off"
    # connexion/options.py: the files come from the package swagger_ui_bundle, or from nowhere.
    bundled = quietly(lambda: vars(sys.modules["connexion.options"])["default_template_dir"], default="")
    return {None: "missing", "": "unknown"}.get(bundled, "served")


def _inner_flask(app: Any) -> dict[str, Any]:
    """What was done to the Flask app inside, and whether it has any effect there."""
    flask_app = quietly(lambda: app.app)
    if not describe.is_a(flask_app, inward.FLASK):
        return {}
    replaced = quietly(lambda: vars(flask_app).get("wsgi_app"))
    hooks = quietly(lambda: list(flask_app.after_request_funcs.get(None, ())), default=[])
    cors = any(str(getattr(hook, "__module__", "")).startswith("flask_cors") for hook in hooks)
    between = [entry for _, entry in layers.path(app)[1:] if not describe.is_a(entry, inward.FLASK)]
    served = quietly(lambda: app._middleware_app.asgi_app.app)
    return {
        "wsgi_middleware": [type_name(entry) for entry in between],
        "wsgi_app_replaced": type_name(replaced) if replaced is not None and replaced is not served else None,
        "flask_cors": cors,
    }
