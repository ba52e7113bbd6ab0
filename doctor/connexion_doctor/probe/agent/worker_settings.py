"""Which settings nobody reads under a gunicorn worker, found from the code that is installed.

The arbiter and the application run under every worker. Of the worker class the methods run that the most
derived class has; those of gunicorn's base class, and those of the logger, only where something that runs
names them (a worker that never says ``log.access`` has no use for the format of the access log). The
modules that the worker's own module uses (``gunicorn.http``, ``gunicorn.asgi``) count as a whole. A setting
is read where its name stands in such code, as an attribute or as a string, so a name that merely looks
alike counts as read: what is said to be ignored is ignored.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from typing import Any, Iterable, Iterator

from .describe import quietly

# What starts and watches the workers, whichever they are.
COMMON = tuple("gunicorn." + name for name in ("arbiter", "app.base", "app.wsgiapp", "sock", "pidfile"))
BASE, LOGGER = "gunicorn.workers.base", "gunicorn.glogging"
# They choose the worker class; what they look at is settled by the worker that was chosen.
CHOOSERS = ("worker_class", "worker_class_str")
# Read before any worker is: where the configuration, the app and the worker come from.
ALWAYS = tuple("bind config wsgi_app worker_class workers raw_env chdir pythonpath timeout".split())
# Called by nobody's name: the arbiter makes the worker, ``run`` and the signals are its ways in.
ENTRIES = ("__init__", "init_process", "run", "setup", "check_config", "notify")
# Settings of a process of its own beside the workers, gunicorn's dirty arbiter.
OTHER_PROCESSES = ("dirty_", "on_dirty_")
# Modules of gunicorn that a worker may import only when they are needed.
LATE = ("gunicorn.asgi.", "gunicorn.http.", "gunicorn.http2.", "gunicorn.uwsgi.")


def ignored(cfg: Any, worker: type, given: Iterable[str]) -> dict[str, Any]:
    """The settings among ``given`` that nothing reads under this worker class, and where was looked.

    :param cfg: gunicorn's configuration object
    :return: ``{"names": [...], "read": [modules of the worker's own]}``, empty where all are read
    """
    asked = {name for name in given if name not in ALWAYS and _changed(cfg, name)}
    if not asked:
        return {}
    reading = _Reading(cfg)
    reading.add_common()
    if not reading.unread(asked):
        return {}
    reading.add_worker(worker, asked)
    names = sorted(reading.unread(asked))
    return {"names": names, "read": sorted(reading.modules)} if names else {}


def _changed(cfg: Any, name: str) -> bool:
    """Whether a setting differs from its default: one that says the default has nothing to lose."""
    setting = cfg.settings.get(name)
    if setting is None or name.startswith(OTHER_PROCESSES):
        return False
    return bool(quietly(lambda: setting.get() != type(setting).default, default=False))


class _Reading:
    """The names that code in play uses, grown until nothing more comes into play."""

    def __init__(self, cfg: Any) -> None:
        self.cfg = cfg
        self.names: set[str] = set()  # as attributes and variables
        self.strings: set[str] = set()  # as ``getattr`` and ``settings[...]`` have them
        self.modules: set[str] = set()  # the worker's own, for the evidence
        self.waiting: list[tuple[str, types.CodeType]] = []  # methods that nothing has named so far
        self.properties = {
            name: code
            for base in type(cfg).__mro__
            for name, value in vars(base).items()
            if isinstance(value, property) and name not in CHOOSERS
            for code in (_code_of(value),)
            if code is not None
        }

    def unread(self, asked: set[str]) -> set[str]:
        """The settings that no name in play leads to, not even through a property of the configuration."""
        read = self.names | self.strings
        for name, code in self.properties.items():
            if name in self.names:
                read |= set(_names(code)) | set(_strings(code))
                if name == "ssl_options":  # all settings of that section at once
                    read |= {key for key, entry in self.cfg.settings.items() if entry.section == "SSL"}
        return asked - read

    def take(self, code: types.CodeType) -> None:
        """This code runs."""
        self.names.update(_names(code))
        self.strings.update(_strings(code))

    def add_common(self) -> None:
        """What runs under every worker, and the functions that the user put into the configuration."""
        for name in COMMON:
            for _, code in _functions(sys.modules.get(name)):
                self.take(code)
        for setting in self.cfg.settings.values():
            hook = quietly(setting.get)
            if isinstance(hook, types.FunctionType) and not str(hook.__module__).startswith("gunicorn."):
                self.take(hook.__code__)
        for _, code in _functions(_module("gunicorn.workers.workertmp")):
            self.take(code)
        self._add_logger()
        self._settle()

    def _add_logger(self) -> None:
        """The logger's methods. gunicorn's default one is not imported for that, which takes as long as all
        the rest: its code is read from the file beside its source."""
        settings = self.cfg.settings
        default = quietly(lambda: settings["logger_class"].get() == type(settings["logger_class"]).default)
        if default and quietly(lambda: settings["statsd_host"].get()) is None and LOGGER not in sys.modules:
            spec: Any = quietly(importlib.util.find_spec, LOGGER)
            code = quietly(lambda: spec.loader.get_code(LOGGER))
            if code is not None:
                self.waiting += [(one.co_name, one) for one in _codes(code) if one is not code]
                return
        self._wait(quietly(lambda: self.cfg.logger_class))

    def add_worker(self, worker: type, asked: set[str]) -> None:
        """The worker's class and, as long as a setting seems unread, what its modules use of gunicorn."""
        self.names.update(ENTRIES)
        own = [base.__module__ for base in worker.__mro__ if base is not object]
        self._wait(worker)
        self._settle()
        seen = {BASE, "gunicorn", "gunicorn.config", "gunicorn.util", LOGGER, *COMMON}
        pending = [name for name in own if name != BASE]
        while pending and self.unread(asked):
            name = pending.pop(0)
            module = _module(name) if name not in seen else None
            seen.add(name)
            if module is None:
                continue
            self.modules.add(name)
            pending += _used_modules(module)
            for _, code in _functions(module, without=worker.__mro__):
                self.take(code)
                pending += [used for used in _names(code) if used.startswith(LATE)]
            self._settle()

    def _wait(self, cls: Any) -> None:
        """Take in the methods of a class that run: those of the user's and of other packages all do."""
        for base, name, code in _effective(cls):
            if base.__module__ in (BASE, LOGGER, "gunicorn.instrument.statsd"):
                self.waiting.append((name, code))
            else:
                self.take(code)

    def _settle(self) -> None:
        grown = True
        while grown:
            grown, still = False, []
            for name, code in self.waiting:
                if name in self.names or (name.startswith("__") and name.endswith("__")):
                    self.take(code)
                    grown = True
                else:
                    still.append((name, code))
            self.waiting = still


def _module(name: str) -> types.ModuleType | None:
    """A module that is loaded; one that the worker loads later is loaded now."""
    if name not in sys.modules and name.startswith(LATE):
        quietly(importlib.import_module, name)
    module = sys.modules.get(name)
    return module if isinstance(module, types.ModuleType) else None


def _effective(cls: Any) -> Iterator[tuple[type, str, types.CodeType]]:
    """The methods of a class that run: an overridden one only where the override calls ``super()``."""
    hidden: set[str] = set()
    for base in getattr(cls, "__mro__", ()):
        if base is object:
            continue
        for name, value in list(vars(base).items()):
            code = _code_of(value)
            if code is None:
                continue
            if name not in hidden:
                yield base, name, code
            names = _names(code)
            if "super" not in names and not any(parent.__name__ in names for parent in base.__bases__):
                hidden.add(name)


def _functions(module: Any, without: tuple[type, ...] = ()) -> Iterator[tuple[str, types.CodeType]]:
    """The functions of a module and the methods of its classes, but for those that are read another way."""
    for name, value in list(getattr(module, "__dict__", {}).items()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        code = _code_of(value)
        if code is not None:
            yield name, code
        elif isinstance(value, type) and value not in without:
            for method, inside in list(vars(value).items()):
                code = _code_of(inside)
                if code is not None:
                    yield method, code


def _code_of(value: Any) -> types.CodeType | None:
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if isinstance(value, property):
        value = value.fget
    value = getattr(value, "__wrapped__", value) if isinstance(value, types.FunctionType) else value
    code = getattr(value, "__code__", None)
    return code if isinstance(code, types.CodeType) else None


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code and that of the functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _names(code: types.CodeType) -> list[str]:
    return [name for one in _codes(code) for name in one.co_names]


def _strings(code: types.CodeType) -> list[str]:
    return [value for one in _codes(code) for value in one.co_consts if isinstance(value, str)]


def _used_modules(module: types.ModuleType) -> list[str]:
    """The modules of gunicorn that a module has imported, or something of."""
    found = set()
    for value in list(vars(module).values()):
        name = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None)
        if isinstance(name, str) and name.startswith("gunicorn.") and not name.startswith("gunicorn.workers"):
            found.add(name)
    return sorted(found)
