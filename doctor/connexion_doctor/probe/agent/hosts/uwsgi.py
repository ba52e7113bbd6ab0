"""uWSGI: it calls WSGI; its options were read by the doctor, the app is loaded here as uWSGI loads it.

Source: uWSGI 2.0, plugins/python: ``python_plugin.c`` (the order of loaders, ``.`` in front of
``sys.path``), ``pyloader.c`` (``module:callable``, a call without arguments, ``application`` by default,
files as modules named ``uwsgi_file_...``).
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from typing import Any

from .. import loading
from ..describe import quietly
from ..prepared import Prepared
from . import host

DISTRIBUTIONS = ("uwsgi", "pyuwsgi")
# What the environment may say, and where it stands in a request.
ENVIRONMENT = {
    "module": "module",
    "wsgi-file": "wsgi_file",
    "callable": "callable",
    "chdir": "chdir",
    "master": None,
    "lazy-apps": None,
    "lazy": None,
    "processes": None,
}


def prepare(launch: dict[str, Any]) -> Prepared:
    """Say whether uWSGI is there, and load what its options name."""
    options = _with_environment(launch.get("uwsgi") or {})
    version = next(filter(None, map(host.version_of, DISTRIBUTIONS)), None)
    facts: dict[str, Any] = {
        "name": "uwsgi",
        "installed": version is not None or _program() is not None,
        "version": version,
        "stage": "ready",
        "calls": "wsgi",
        "target": options.get("target"),
        "config_file": options.get("file"),
        "settings": options.get("settings") or {},
    }
    if not facts["installed"]:
        facts["stage"] = "missing"
    if not options.get("target"):
        return Prepared(dict(facts, stage="no-target" if facts["installed"] else "missing"))
    return Prepared(
        facts, lambda: _load(options), lambda app: (app, "wsgi", "uWSGI's Python plugin calls WSGI")
    )


def _with_environment(options: dict[str, Any]) -> dict[str, Any]:
    """``UWSGI_MODULE=...`` and the like: they come first, so that every other place wins."""
    settings = dict(options.get("settings") or {})
    for name, value in os.environ.items():
        key = name[6:].lower().replace("_", "-")
        if name.startswith("UWSGI_") and key not in settings and key in ENVIRONMENT:
            settings[key] = {"value": value, "source": "environment", "shown": value}
            place = ENVIRONMENT[key]
            if place is not None and not options.get(place):
                options = dict(options, **{place: value})
    target = options.get("target") or options.get("module") or options.get("wsgi_file")
    return dict(options, settings=settings, target=target)


def _program() -> str | None:
    """The program beside the interpreter, or on PATH."""
    beside = os.path.join(os.path.dirname(sys.executable), "uwsgi")
    return beside if os.path.exists(beside) else shutil.which("uwsgi")


def _load(options: dict[str, Any]) -> loading.Loaded:
    for name, value in options.get("env") or []:
        os.environ[name] = value
    if options.get("chdir"):
        os.chdir(options["chdir"])
    sys.path.pop(0)  # the folder of console scripts: uWSGI is no Python script
    sys.path.insert(0, os.getcwd())
    for entry in options.get("pythonpath") or []:
        sys.path.insert(0, os.path.abspath(entry))
    file, module = options.get("wsgi_file"), options.get("module")
    return _module(options) if module or not file else _file(options)


def _module(options: dict[str, Any]) -> loading.Loaded:
    module, _, attribute = str(options["module"]).partition(":")
    attribute = attribute or options.get("callable") or "application"
    call = attribute.endswith("()")
    name = attribute[:-2] if call else attribute
    target = "%s:%s" % (module, attribute)
    loaded = loading.load(target, module, attribute, lambda: _named(sys.modules[module].__dict__, name))
    return loading.call_factory(loaded) if call else loaded


def _file(options: dict[str, Any]) -> loading.Loaded:
    path = str(options["wsgi_file"])
    name = "uwsgi_file_" + re.sub(r"[^0-9A-Za-z_]", "_", path)
    attribute = options.get("callable") or "application"
    loaded = loading.Loaded("%s:%s" % (path, attribute), path, attribute)
    loaded.facts["module_file"] = os.path.abspath(path)
    if not os.path.isfile(path):
        missing = FileNotFoundError("there is no %s" % path)
        folder = os.path.dirname(path) or "."
        names = sorted(
            entry for entry in quietly(os.listdir, folder, default=[]) if entry.endswith((".py", ".wsgi"))
        )
        return loaded.fail(
            "module", missing, similar_modules=[os.path.join(os.path.dirname(path), n) for n in names]
        )
    try:
        loaded.namespace = load_file(name, path)
    except BaseException as exc:
        return loaded.fail("import", exc)
    return _found(loaded, attribute)


def _found(loaded: loading.Loaded, attribute: str) -> loading.Loaded:
    call = attribute.endswith("()")
    name = attribute[:-2] if call else attribute
    try:
        loaded.object = _named(loaded.namespace, name)
    except AttributeError as exc:
        return loaded.fail("attribute", exc, names=loading.names_of(loaded.namespace))
    loaded.facts["found"] = loading.found(loaded.object)
    if loaded.object is None or not callable(loaded.object):
        return loaded.fail("callable", None, names=loading.names_of(loaded.namespace))
    return loading.call_factory(loaded) if call else loaded


def load_file(name: str, path: str) -> dict[str, Any]:
    """The names of a file that is run as a module of its own."""
    from importlib.machinery import SourceFileLoader

    loader = SourceFileLoader(name, os.path.abspath(path))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module.__dict__


def _named(namespace: dict[str, Any], name: str) -> Any:
    """Names only: uWSGI looks the callable up in the module's dictionary, dots and all."""
    if name not in namespace:
        raise AttributeError("callable %r not found" % name)
    return namespace[name]
