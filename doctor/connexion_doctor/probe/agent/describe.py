"""Exceptions, classes and signatures as plain data. Nothing here may raise, whatever the object is."""

from __future__ import annotations

import functools
import inspect
import linecache
import os
import sys
import traceback
from typing import Any, Callable

from . import own_modules

MOST_FRAMES = 60
MOST_TEXT = 2000
MOST_NAMES = 2000  # of a folder


def quietly(function: Callable[..., Any], *args: Any, default: Any = None) -> Any:
    """``function(*args)``, or ``default`` when it raises anything at all (objects of apps may lie)."""
    try:
        return function(*args)
    except BaseException:
        return default


def printable(text: str) -> str:
    """Text without what steers a terminal: control and formatting characters are written as escapes."""
    return "".join(
        char if char in "\n\t" or char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def class_name(cls: type) -> str:
    """``package.module.Class`` of a class."""
    module = quietly(lambda: str(cls.__module__), default="?")
    name = quietly(lambda: str(cls.__qualname__), default="?")
    return "%s.%s" % (module, name)


def type_name(obj: Any) -> str:
    """``package.module.Class`` of an object's real class."""
    return class_name(type(obj))


def mro_names(cls: type) -> list[str]:
    """Qualified names of a class and its bases, without ``object``."""
    return [class_name(base) for base in type.__dict__["__mro__"].__get__(cls) if base is not object]


def is_a(obj: Any, *names: str) -> bool:
    """Whether the real class of ``obj`` derives from a class of one of the qualified names."""
    return any(name in names for name in mro_names(type(obj)))


def _operation(exc: BaseException) -> dict[str, str]:
    """The operation that Connexion's resolver was at: what the specification calls it, what was looked for
    (connexion/resolver.py, ``Resolver.resolve`` and ``resolve_function_from_operation_id``)."""
    found: dict[str, str] = {}
    operations: list[Any] = []
    asked = "an operation"
    step = exc.__traceback__
    while step is not None:
        frame, step = step.tb_frame, step.tb_next
        file = frame.f_code.co_filename.replace("\\", "/")
        added = frame.f_locals.get("specification") if file.endswith("connexion/apps/abstract.py") else None
        if isinstance(added, (str, os.PathLike)):  # Connexion 2 resolves while the specification is added
            found["specification"] = os.path.abspath(os.fspath(added))
        if frame.f_code.co_name == "add_paths":
            if quietly(_leads_somewhere, frame.f_locals["self"], exc):
                found["operation_others"] = "yes"
            asked = "%s %s" % (str(frame.f_locals.get("method")).upper(), frame.f_locals.get("path"))
        if not file.endswith("connexion/resolver.py"):
            continue
        operation, looked_for = frame.f_locals.get("operation"), frame.f_locals.get("operation_id")
        operations += [operation] if hasattr(operation, "_operation") else []
        written = getattr(operation, "operation_id", None)
        for name, value in (("operation_written", written), ("operation_looked_for", looked_for)):
            if isinstance(value, str):
                found[name] = value[:300]
    looked_for = found.get("operation_looked_for", "")
    if not looked_for:
        return {} if str(exc) != "Empty function name" else {"operation_without": asked[:300]}
    names = _names_of(looked_for.rpartition(".")[0], exc)
    if not names:  # Connexion 2 keeps nothing of the error behind its own
        found.update(quietly(_own_folder, ModuleNotFoundError(name=looked_for), default={}))
    near, fitting = (
        _near(looked_for, names),
        quietly(_fitting, looked_for, names, operations[-1:], default=[]),
    )
    home, _, function = looked_for.rpartition(".")
    if home not in sys.modules and function.isidentifier():
        at = quietly(own_modules.homes, function, default=[])
        found.update({"operation_homes": " ".join(at)} if at else {})
    if near:
        found["operation_near"] = " ".join(near)
    if fitting:
        found["operation_fitting"] = " ".join(fitting)
    return found


def _leads_somewhere(api: Any, exc: BaseException) -> bool:
    """Whether an operation of the API's specification leads to a function that is loaded by now."""
    names = [
        str(operation.get("operationId", ""))
        for item in api.specification["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]
    parts = [name.rpartition(".") for name in names]
    return any(attribute in _names_of(module, exc) for module, _, attribute in parts)


def _specification(exc: BaseException) -> dict[str, str]:
    """What is wrong in a specification that Connexion refuses, and where: its file, the keys down to the
    place as JSON (connexion/spec.py: ``Specification.load`` gets the file)."""
    if "connexion.exceptions.InvalidSpecification" not in mro_names(type(exc)):
        return {}
    import json

    best = _reason(exc)
    found = {"says": str(best.message)[:300], "at": json.dumps([str(key) for key in best.absolute_path])}
    for frame, _ in traceback.walk_tb(exc.__traceback__):
        if frame.f_code.co_name == "load" and frame.f_code.co_filename.endswith("spec.py"):
            file = frame.f_locals.get("spec")
            if isinstance(file, (str, os.PathLike)):
                found["specification"] = os.path.abspath(os.fspath(file))
    return found


def _reason(error: Any) -> Any:
    """What is behind "not valid under any of the given schemas": the deepest of the reasons of the schema
    that was meant; the ones for parameters elsewhere (``in``) are not."""
    known: Any = sys.modules["jsonschema.exceptions"]
    schemas: dict[Any, list[Any]] = {}
    for one in getattr(error, "context", None) or ():
        schemas.setdefault(one.relative_schema_path[0], []).append(one)
    if not schemas:
        return error
    here = [
        some
        for some in schemas.values()
        if not any(one.validator == "enum" and list(one.absolute_path)[-1:] == ["in"] for one in some)
    ]
    among = here if len(here) == 1 < len(schemas) else schemas.values()
    return _reason(min((one for some in among for one in some), key=known.relevance))


def _file(exc: BaseException) -> dict[str, str]:
    """The file that was not found, and those of nearly its name that are there."""
    if not isinstance(exc, FileNotFoundError) or not isinstance(exc.filename, (str, os.PathLike)):
        return {}
    import difflib

    path = os.path.abspath(os.fspath(exc.filename))
    names = os.listdir(os.path.dirname(path))[:MOST_NAMES]
    near = difflib.get_close_matches(os.path.basename(path), names, n=3, cutoff=0.8)
    return {"file_wanted": path[:300], "file_near": "\n".join(near)}


def _own_folder(exc: ModuleNotFoundError) -> dict[str, str]:
    """The folder in which the project has a module that was not found."""
    folder = own_modules.own_module(exc)
    return {"own_folder": folder} if folder else {}


def _names_of(module: str, exc: BaseException) -> dict[str, Any]:
    """What a module, or a class in one, has; of a module whose import has failed, what it had by then."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        return dict(vars(loaded))
    owner, _, name = module.rpartition(".")
    inside = vars(sys.modules[owner]).get(name) if owner in sys.modules else None
    if isinstance(inside, type):
        return {key: getattr(inside, key) for key in vars(inside) if not key.startswith("_")}
    for frame, _ in traceback.walk_tb(exc.__traceback__):
        if frame.f_globals.get("__name__") == module:
            return dict(frame.f_globals)
    return {}


def _near(dotted: str, names: dict[str, Any]) -> list[str]:
    """The functions of a module, loaded by now, whose names are close to the one that it lacks."""
    import difflib

    name, _, attribute = dotted.rpartition(".")
    if not attribute:
        return []
    homes = (name, name.rpartition(".")[0]) if name not in sys.modules else (name,)  # a class is in a module
    own = [key for key, value in names.items() if getattr(value, "__module__", "") in homes]
    return difflib.get_close_matches(attribute, own, n=3, cutoff=0.75)


def _fitting(dotted: str, names: dict[str, Any], operations: list[Any]) -> list[str]:
    """The functions of a module, loaded by now, that take what an operation gives, and need nothing else."""
    import inspect
    import re

    name, _, _ = dotted.rpartition(".")
    if not operations:
        return []
    written = operations[0]._operation  # its parameters are looked at once it is resolved
    given = {str(one["name"]) for one in written.get("parameters", ())}
    given.update(re.findall(r"\{(\w+)\}", str(operations[0].path)))
    if "requestBody" in written:
        given.add("body")
    found = []
    for key, value in names.items():
        if key.startswith("_") or not inspect.isfunction(value) or value.__module__ != name:
            continue
        takes = inspect.signature(value).parameters.values()
        if any(one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL) for one in takes):
            continue
        needs = {one.name for one in takes if one.default is one.empty}
        if given and needs <= given <= {one.name for one in takes}:
            found.append(key)
    return found[:20]


def error(exc: BaseException, depth: int = 0) -> dict[str, Any]:
    """An exception as data: class, message, frames (outermost first, bounded), cause."""
    text = quietly(lambda: str(exc), default="<its message cannot be shown>")
    frames = quietly(_frames, exc, default=[])
    if isinstance(exc, SyntaxError) and exc.filename and exc.lineno:
        frames.append(
            {
                "path": str(exc.filename),
                "line": exc.lineno,
                "name": "<module>",
                "text": (exc.text or "").strip()[:200],
            }
        )
        text = exc.msg or text
    attributes = {}
    for name in ("name", "path", "code", "filename"):
        value = quietly(getattr, exc, name, None)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            attributes[name] = str(value)[:300]
    attributes.update(quietly(_file, exc, default={}))
    attributes.update(quietly(_operation, exc, default={}))
    attributes.update(quietly(_specification, exc, default={}))
    if isinstance(exc, ModuleNotFoundError):
        attributes.update(quietly(_own_folder, exc, default={}))
    inner = exc.__cause__ or exc.__context__
    return {
        "type": type_name(exc),
        "message": printable(text[:MOST_TEXT]),
        "mro": mro_names(type(exc)),
        "frames": frames,
        "attributes": attributes,
        "cause": error(inner, depth + 1) if inner is not None and depth < 3 else None,
    }


def frames(places: list[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """Frames as data, outermost first, from (file, line, name), innermost first."""
    return [
        {"path": path, "line": line, "name": name, "text": printable(_line(path, line, None))}
        for path, line, name in reversed(places[:MOST_FRAMES])
    ]


def _line(path: str, line: int, namespace: dict[str, Any] | None) -> str:
    return str(quietly(linecache.getline, path, line, namespace, default="")).strip()[:200]


def _frames(exc: BaseException) -> list[dict[str, Any]]:
    """The frames behind our own last one: what led to it is ours (or asyncio's, which we started)."""
    here = __file__.rpartition("/")[0]
    frames: list[dict[str, Any]] = []
    for frame, line in traceback.walk_tb(exc.__traceback__):
        code = frame.f_code
        path = code.co_filename
        if path.startswith(here):
            frames.clear()
            continue
        if path.startswith("<frozen importlib"):
            continue
        text = printable(_line(path, line, frame.f_globals))
        frames.append({"path": path, "line": line, "name": code.co_name, "text": text})
    if len(frames) > MOST_FRAMES:
        frames = frames[: MOST_FRAMES // 3] + frames[-2 * MOST_FRAMES // 3 :]
    return frames


def signature_of(obj: Any) -> inspect.Signature | None:
    """The signature by which a callable object is called; None where it has none to show."""
    found = quietly(inspect.signature, obj)
    return found if isinstance(found, inspect.Signature) else None


def shown_signature(obj: Any) -> str | None:
    """``(scope, receive, send)``: names only, annotations and defaults' values left out."""
    signature = signature_of(obj)
    if signature is None:
        return None
    parts = []
    for parameter in signature.parameters.values():
        name = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            name = "*" + name
        elif parameter.kind is parameter.VAR_KEYWORD:
            name = "**" + name
        elif parameter.default is not parameter.empty:
            name += "=..."
        parts.append(name)
    return "(%s)" % ", ".join(parts)


def is_coroutine_callable(obj: Any) -> bool:
    """Whether calling the object gives a coroutine, as far as its definition tells."""
    while isinstance(obj, functools.partial):
        obj = obj.func
    if quietly(inspect.iscoroutinefunction, obj, default=False):
        return True
    if inspect.isclass(obj):
        return False
    call = quietly(getattr, type(obj), "__call__", None)
    return bool(quietly(inspect.iscoroutinefunction, call, default=False))


def interface_of(obj: Any) -> str:
    """How a callable wants to be called, from its signature alone: an ``Interface`` value.

    Three required positional parameters are ASGI 3 (ASGI specification, "Applications"), two WSGI
    (PEP 3333), one ASGI 2 ("Legacy Applications"); ``*args`` and classes leave it open.
    """
    if inspect.isclass(obj) or not callable(obj):
        return "unknown"
    signature = signature_of(obj)
    if signature is None:
        return "unknown"
    kinds = inspect.Parameter
    positional = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    if any(p.kind is kinds.VAR_POSITIONAL for p in signature.parameters.values()):
        return "unknown"
    if any(p.kind is kinds.KEYWORD_ONLY and p.default is kinds.empty for p in signature.parameters.values()):
        return "unknown"
    required = [parameter for parameter in positional if parameter.default is kinds.empty]
    awaits = is_coroutine_callable(obj)
    # Optional parameters stretch what a callable takes: f(scope, receive=None, send=None) takes three.
    if len(required) <= 3 <= len(positional) and (len(required) == 3 or awaits):
        return "asgi3"
    if len(required) <= 2 <= len(positional) and len(required) > 0 and len(required) == 2:
        return "rsgi" if awaits else "wsgi"
    if len(required) == 1 and not awaits:
        return "asgi2"
    return "unknown"
