"""Import the module of a target and find the object, telling exactly how far it came."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import os
import pkgutil
import sys
import types
import typing
from typing import Any, Callable

from . import describe, inward, layers, own_modules
from .describe import quietly

MOST_NAMES = 120


class Loaded:
    """The outcome of loading one target: facts for the doctor, and the object itself."""

    def __init__(self, target: str, module: str | None, attribute: str | None) -> None:
        self.object: Any = None
        self.namespace: dict[str, Any] = {}
        self.facts: dict[str, Any] = {
            "target": target,
            "module": module,
            "attribute": attribute,
            "stage": "loaded",
            "error": None,
        }

    @property
    def ok(self) -> bool:
        """Whether an object to call was found."""
        return bool(self.facts["stage"] == "loaded")

    def fail(self, stage: str, exc: BaseException | None, **more: Any) -> Loaded:
        """Record where loading stopped and why."""
        self.facts.update(stage=stage, error=describe.error(exc) if exc is not None else None, **more)
        return self


def load(
    target: str,
    module: str | None,
    attribute: str | None,
    resolve: Callable[[], Any],
    calls_factory: bool = False,
) -> Loaded:
    """Load a target whose server splits it into ``module`` and ``attribute``.

    ``resolve`` is the server's own loader: it is called once the module is imported, and what it
    raises is the server's word. ``calls_factory`` tells that it calls what the attribute names.
    """
    loaded = Loaded(target, module, attribute)
    return watched(loaded, lambda: _load(loaded, module, resolve, calls_factory))


def watched(loaded: Loaded, step: Callable[[], Any]) -> Loaded:
    """Take a step of loading; a server that the project starts meanwhile is seen at the call, and stopped
    before it binds: what is loaded would never come back from it."""
    from .hosts import starters
    from .hosts.capture import Capture, Stop

    if Capture.active is not None:  # a script that runs: what it starts is what it is asked for
        step()
        return loaded
    with Capture(starters.blocking_patches(), an_import=True) as capture, contextlib.suppress(Stop):
        step()
    if not capture.started and not capture.refused:
        return loaded
    begun = capture.chosen()
    loaded.facts.update(
        stage="import",
        error=None,
        ended="start",
        ended_detail=begun.entry if begun is not None else capture.refused[0],
        ended_frames=describe.frames(begun.frames if begun is not None else capture.refused_frames),
    )
    return loaded


def _load(loaded: Loaded, module: str | None, resolve: Callable[[], Any], calls_factory: bool) -> Loaded:
    if module is None:
        return _resolve(loaded, resolve, calls_factory)
    try:
        imported = importlib.import_module(module)
    except BaseException as exc:
        missing = isinstance(exc, ModuleNotFoundError) and names_target(exc, module)
        similar = similar_modules(module) if missing else []
        loaded.facts["own_module"] = quietly(own_modules.own_module, exc)
        return loaded.fail("module" if missing else "import", exc, similar_modules=similar)
    loaded.namespace = imported.__dict__
    loaded.facts["module_file"] = quietly(lambda: os.path.abspath(str(imported.__file__)))
    return _resolve(loaded, resolve, calls_factory)


def _resolve(loaded: Loaded, resolve: Callable[[], Any], calls_factory: bool) -> Loaded:
    name = (loaded.facts["attribute"] or "").split("(")[0].split(".")[0].strip()
    value = loaded.namespace.get(name)
    if name in loaded.namespace:
        loaded.facts["found"] = found(value)
    if inspect.isfunction(value) or inspect.isclass(value):
        loaded.facts["factory"] = describe.shown_signature(value)
        loaded.facts["factory_returns"] = returns(value)
    if inspect.isclass(value):  # hardly what was meant
        loaded.facts["names"] = names_of(loaded.namespace)
    try:
        loaded.object = resolve()
    except BaseException as exc:
        stage = _stage(loaded, name, value, exc, calls_factory)
        return loaded.fail(
            stage,
            exc,
            names=names_of(loaded.namespace),
            factory_called=calls_factory,
            app_called=calls_factory and _is_app(value),
        )
    loaded.facts["factory_called"] = calls_factory
    if loaded.object is None or not callable(loaded.object):
        loaded.facts["found"] = found(loaded.object)
        return loaded.fail("callable", None, names=names_of(loaded.namespace))
    return loaded


def _stage(loaded: Loaded, name: str, value: Any, exc: BaseException, calls_factory: bool) -> str:
    """How far the server came before it raised: at the name, at the call, or at its own grammar."""
    if not loaded.namespace:
        return "grammar"
    if name not in loaded.namespace:
        return "attribute" if name.isidentifier() else "grammar"
    if calls_factory:
        entered = any(frame["name"] == getattr(value, "__name__", None) for frame in quietly_frames(exc))
        refused = isinstance(exc, TypeError) or isinstance(exc.__context__, TypeError)
        return "factory" if entered or refused else "grammar"
    attribute = loaded.facts["attribute"]
    for part in attribute.split(".")[1:]:
        if not part.isidentifier() or not hasattr(value, part):
            return "attribute" if part.isidentifier() else "grammar"
        value = getattr(value, part)
    return "grammar"


def quietly_frames(exc: BaseException) -> list[dict[str, Any]]:
    """The frames of an exception and of what it was raised from."""
    frames: list[dict[str, Any]] = list(describe.error(exc)["frames"])
    inner = exc.__cause__ or exc.__context__
    return frames + (list(describe.error(inner)["frames"]) if inner is not None else [])


def call_factory(loaded: Loaded) -> Loaded:
    """Call what was loaded, without arguments, as servers do that were told it is a factory."""
    if not loaded.ok:
        return loaded
    return watched(loaded, lambda: _call_factory(loaded))


def _call_factory(loaded: Loaded) -> Loaded:
    loaded.facts["factory_called"] = True
    try:
        loaded.object = loaded.object()
    except BaseException as exc:
        return loaded.fail("factory", exc, app_called=_is_app(loaded.object))
    if loaded.object is None or not callable(loaded.object):
        return loaded.fail("callable", None, found=found(loaded.object))
    return loaded


def raised_inside(function: Any, exc: BaseException) -> bool:
    """Whether a function was entered when this was raised."""
    code, step = getattr(function, "__code__", None), exc.__traceback__
    while step is not None and step.tb_frame.f_code is not code:
        step = step.tb_next
    return code is not None and step is not None


def _is_app(value: Any) -> bool:
    """Whether a value takes requests, as far as it tells: what cannot be called without is no factory."""
    return quietly(describe.interface_of, value) in ("wsgi", "asgi3")


def names_target(exc: ModuleNotFoundError, module: str) -> bool:
    """Whether the missing module is the target's own (or a package above it), not one it imports."""
    return exc.name is not None and (module == exc.name or module.startswith(exc.name + "."))


def similar_modules(module: str) -> list[str]:
    """Modules that exist where the missing one was looked for first, or where the start runs, for a "did you
    mean"."""
    package, _, _ = module.rpartition(".")
    path: list[str] = [*sys.path[:1], os.getcwd()]
    prefix = ""
    if package:
        parent = quietly(importlib.import_module, package)
        if parent is None:
            return []
        path, prefix = list(getattr(parent, "__path__", [])), package + "."
    found_names = [entry.name for entry in quietly(lambda: list(pkgutil.iter_modules(path)), default=[])]
    return [prefix + name for name in found_names][:MOST_NAMES]


def found(value: Any) -> str:
    """What a value is, in words, never its contents (it may hold secrets)."""
    if value is None:
        return "None"
    if isinstance(value, types.ModuleType):
        return "the module %s" % value.__name__
    if inspect.isclass(value):
        return "the class %s" % describe.class_name(value)
    if inspect.isfunction(value):
        kind = "the coroutine function" if inspect.iscoroutinefunction(value) else "the function"
        return "%s %s%s" % (kind, value.__name__, describe.shown_signature(value) or "")
    return "an object of %s" % describe.type_name(value)


def returns(value: Any) -> str | None:
    """The class a function says it returns, where the annotation can be resolved."""
    if inspect.isclass(value):
        return describe.class_name(value)
    hints = quietly(typing.get_type_hints, value, default={})
    cls = hints.get("return")
    return describe.class_name(cls) if inspect.isclass(cls) and cls is not type(None) else None


def names_of(namespace: dict[str, Any]) -> dict[str, str]:
    """The public names of a module with their kind, those that may have been meant first."""
    kinds_in_order = ("connexion", "adapter", "app", "inner", "held", "factory", "callable", "other")
    order = {kind: place for place, kind in enumerate(kinds_in_order)}
    kinds, module = {}, namespace.get("__name__")
    for name, value in list(namespace.items()):
        if name.startswith("_") or isinstance(value, types.ModuleType):
            continue
        kinds[name] = _kind(value, module)
        if type(value).__module__ == module:  # an object of the module's own may hold the app
            held = {**vars(type(value)), **(quietly(vars, value) or {})}
            kinds.update(("%s.%s" % (name, key), "held") for key in held if _is_connexion(held[key]))
    ordered = sorted(kinds.items(), key=lambda item: order[item[1]])
    return dict(ordered[:MOST_NAMES])


def _is_connexion(value: Any) -> bool:
    return not inspect.isclass(value) and layers.connexion_major(value) is not None


def _kind(value: Any, module: Any) -> str:
    if _is_connexion(value):
        return "connexion"
    if inspect.isfunction(value):
        own = value.__module__ == module
        takes_anything = bool(value.__code__.co_flags & inspect.CO_VARARGS)
        factory = own and callable_without_arguments(value) and not takes_anything
        return "factory" if factory else "callable"
    if inspect.isclass(value) or not callable(value):
        return "other"
    if layers.inner_of_connexion(value):
        return "inner"
    if any(name in inward.ADAPTERS for name in describe.mro_names(type(value))):
        return "adapter"
    return "app" if describe.interface_of(value) in ("wsgi", "asgi3") else "callable"


def callable_without_arguments(function: Any) -> bool:
    """Whether a function or class can be called with nothing."""
    signature = describe.signature_of(function)
    if signature is None:
        return False
    return all(
        parameter.default is not parameter.empty
        or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in signature.parameters.values()
    )
