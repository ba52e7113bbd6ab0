"""``python app.py`` and ``python -m pkg``: run as the interpreter would, up to the start of a server.

Source: the Python documentation, "Command line and environment" (``-m``, ``-I``, ``-P``, script) and
"sys.path"; ``runpy``.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import platform
import re
import runpy
import sys
import types
from typing import Any

from .. import describe, inward, layers, loading
from ..describe import quietly
from ..prepared import Prepared
from . import starters
from .capture import Capture, Started, Stop

# Options of the interpreter that take the next word as their value.
WITH_VALUE = ("-W", "-X", "--check-hash-based-pycs")


class NothingStarted(Exception):
    """The script came to its end, or was stopped, and no server was started that we know."""


NothingStarted.__module__ = "builtins"  # it is shown by its bare name


def prepare(launch: dict[str, Any]) -> Prepared:
    """Take the interpreter's arguments apart; the script runs when it is loaded."""
    facts: dict[str, Any] = {
        "name": "python",
        "installed": True,
        "version": platform.python_version(),
        "stage": "ready",
        "calls": "unknown",
    }
    if launch.get("console_script"):
        script: Script = ConsoleScript(
            str(launch["console_script"]), launch["argv"], launch.get("entry_point")
        )
    else:
        script = _script(launch["argv"])
    facts["target"] = script.shown
    return prepared(facts, script)


def prepared(facts: dict[str, Any], script: Script) -> Prepared:
    """``Prepared`` for a script: what it starts is known once it has run."""
    run = Run(script)
    return Prepared(facts, run.load, run.calls_as, run.told, run.refusals)


class Script:
    """Something that Python runs: ``shown`` as users name it, ``module`` how it is imported."""

    shown = ""
    module: str | None = None

    def missing(self) -> list[str] | None:
        """What there is instead, where the script is not there; None where it is."""
        return None

    def run(self) -> dict[str, Any]:
        """Run it as ``__main__``; its names. Raises what it raises."""
        return {}


class File(Script):
    """``python path/app.py``."""

    def __init__(self, path: str, argv: list[str], safe: bool) -> None:
        self.shown = path
        self._argv, self._safe = [path, *argv], safe
        if os.path.isdir(path):
            path = os.path.join(path, "__main__.py")
        self._path = path
        stem = os.path.basename(path)[:-3] if path.endswith(".py") else ""
        self.module = stem if stem.isidentifier() and not os.path.isdir(self.shown) else None

    def missing(self) -> list[str] | None:
        if os.path.isfile(self._path):
            return None
        names = quietly(os.listdir, os.path.dirname(self._path) or ".", default=[])
        folder = os.path.dirname(self.shown)
        return [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]

    def run(self) -> dict[str, Any]:
        sys.argv = list(self._argv)
        sys.path.pop(0)  # the console script's folder, which the session put there
        if not self._safe:
            sys.path.insert(0, os.path.dirname(os.path.realpath(self._path)))
        with open(self._path, "rb") as stream:
            code = compile(stream.read(), os.path.abspath(self._path), "exec", dont_inherit=True)
        main = _fresh_main()
        main.__file__ = os.path.abspath(self._path)
        exec(code, main.__dict__)
        return main.__dict__


class Module(Script):
    """``python -m pkg``."""

    def __init__(self, name: str, argv: list[str], safe: bool) -> None:
        self.shown = self._name = self.module = name
        self._argv, self._safe = argv, safe

    def missing(self) -> list[str] | None:
        try:
            spec = importlib.util.find_spec(self._name)
        except BaseException:
            return None  # a package above it fails: running it tells how
        return loading.similar_modules(self._name) if spec is None else None

    def run(self) -> dict[str, Any]:
        sys.argv = ["-m", *self._argv]
        main = _fresh_main()
        if quietly(lambda: importlib.util.find_spec(self._name + ".__main__")) is not None:
            self.module = self._name + ".__main__"
        runpy._run_module_as_main(self._name)  # type: ignore[attr-defined]  # what ``-m`` itself calls
        return main.__dict__


class ConsoleScript(Script):
    """A program that the package manager makes of an entry point.

    ``value`` is what the project says of it (``module:function``), for where the project is not installed.
    """

    def __init__(self, name: str, argv: list[str], value: str | None = None) -> None:
        self.shown, self._argv, self._value = name, argv, value

    def missing(self) -> list[str] | None:
        return None if self._entry() is not None else []

    def _entry(self) -> Any:
        from importlib import metadata

        found = metadata.entry_points()
        scripts = (
            found.get("console_scripts", ())
            if isinstance(found, dict)
            else found.select(group="console_scripts")
        )
        installed = next((entry for entry in scripts if entry.name == self.shown), None)
        if installed is None and self._value:
            return metadata.EntryPoint(self.shown, self._value, "console_scripts")
        return installed

    def run(self) -> dict[str, Any]:
        sys.argv = [self.shown, *self._argv]
        entry = self._entry()
        function = entry.load()
        module = sys.modules[entry.value.partition(":")[0].strip()]
        self.module = module.__name__
        sys.exit(function())


def _script(argv: list[str]) -> Script:
    safe = bool(os.environ.get("PYTHONSAFEPATH"))
    index = 0
    while index < len(argv):
        word = argv[index]
        if word.startswith("-m"):
            name = word[2:] or (argv[index + 1] if index + 1 < len(argv) else "")
            return Module(name, argv[index + (1 if word[2:] else 2) :], safe)
        if not word.startswith("-"):
            return File(word, argv[index + 1 :], safe)
        safe = safe or (not word.startswith("--") and bool({"I", "P"} & set(word)))
        index += 2 if word in WITH_VALUE else 1
    return Script()


def _fresh_main() -> types.ModuleType:
    """A new ``__main__``, which stays: operations may be named ``__main__.hello``."""
    main = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    return main


class Run:
    """A script that is run, what it starts, and how that is called."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.started: Started | None = None

    def told(self) -> dict[str, Any]:
        """What is known of the start, for messages and fixes."""
        started = self.started
        if started is None:
            return {}
        details = {
            name: value
            for name, value in started.options.items()
            if value is None or isinstance(value, (str, int, bool))
        }
        return {"details": dict(details, starts=started.entry, how=started.how, place=started.place)}

    def refusals(self) -> list[dict[str, Any]]:
        """What the server that is started would refuse of its own options: uvicorn's are known."""
        config = self.started.options.get("config") if self.started is not None else None
        if config is None:
            return []
        from . import uvicorn_start

        return uvicorn_start.of_code(config)

    def load(self) -> loading.Loaded:
        """Run the script; the app is what the server that it starts is given."""
        shown = self.script.shown
        loaded = loading.Loaded(shown, shown, None)
        missing = self.script.missing()
        if missing is not None:
            where = "there is no %s" % shown
            return loaded.fail("module", FileNotFoundError(where), similar_modules=missing)
        capture = Capture(starters.patches())
        with capture:
            try:
                loaded.namespace = self.script.run()
            except Stop:
                pass
            except BaseException as exc:
                if not capture.started and not capture.refused:
                    return loaded.fail("import", exc)
            self.started = capture.chosen()
            loaded.namespace = dict(sys.modules["__main__"].__dict__)
            if self.started is None:
                said = capture.refused[0] if capture.refused else "it ends without starting a server"
                return loaded.fail("nothing-started", NothingStarted("%s: %s" % (shown, said)))
            try:
                return self._given(self.started, loaded, capture)
            except Stop:
                again = "%s: its module starts a server again when it is imported" % shown
                return loaded.fail("nothing-started", NothingStarted(again))

    def _given(self, started: Started, loaded: loading.Loaded, capture: Capture) -> loading.Loaded:
        """The app of a start, loaded as that server loads it."""
        count = len(capture.started)
        if started.how == "gunicorn":
            result = _of_gunicorn(started, loaded)
        elif isinstance(started.app, str):
            result = _of_string(started)
        else:
            result = self._object(started, loaded)
        if len(capture.started) > count:
            raise Stop()
        return result

    def _object(self, started: Started, loaded: loading.Loaded) -> loading.Loaded:
        app = started.app
        if started.place is not None:
            loaded.facts["module_file"] = started.place[0]
        if app is None or not callable(app):
            return loaded.fail("callable", None, found=loading.found(app))
        app = owner(app) or app
        module, name = self._name(app, loaded.namespace)
        if name is not None:
            loaded.facts.update(target="%s:%s" % (module, name), module=module, attribute=name)
        elif layers.inner_of_connexion(app):  # its Connexion app may have a name
            around, _ = layers.owner_of(app, loaded.namespace)
            module, name = self._name(around, loaded.namespace)
            loaded.facts["module"] = module
        loaded.namespace = vars(sys.modules[module]) if module in sys.modules else loaded.namespace
        loaded.object = app
        loaded.facts["found"] = loading.found(app)
        return loading.call_factory(loaded) if started.options.get("factory") else loaded

    def _name(self, app: Any, namespace: dict[str, Any]) -> tuple[str | None, str | None]:
        """Module and name under which an app can be imported; the module that made it before the script."""
        found = []
        for name, module in list(sys.modules.items()):
            path = quietly(lambda module=module: str(module.__file__), default="")
            if name in ("__main__", "__mp_main__") or not path.endswith(".py") or "site-packages" in path:
                continue
            if not path.startswith(os.getcwd() + os.sep):
                continue
            held = quietly(_holding, vars(module), app)
            if held:
                found.append((name, held))
        if found:
            return min(found, key=lambda item: (item[0].count("."), item[0]))
        held = _holding(namespace, app)
        own = self.script.module if held and _guarded(namespace) else None
        return (own, held) if own is not None else (None, None)

    def calls_as(self, app: Any) -> tuple[Any, str, str | None]:
        """How the server that was started calls this object."""
        started = self.started
        if started is None:
            return app, "unknown", None
        why = "%s is what %s starts" % (started.entry, self.script.shown)
        if started.how == "uvicorn":
            import uvicorn as server

            from . import uvicorn

            asked = {"interface": started.options["interface"]}  # a factory has been called by the loader
            inside, calls, guessed = uvicorn.guess(server.Config, app, asked)
            return inside, calls, guessed or why
        if started.how == "gunicorn":
            from . import gunicorn

            return gunicorn._Worker(started.options["application"].cfg).calls_as(app)
        if started.how == "granian":
            from . import granian

            return app, granian.CALLS.get(started.options["interface"], "unknown"), why
        return app, started.how if started.how in ("wsgi", "asgi3") else "unknown", why


def _guarded(namespace: dict[str, Any]) -> bool:
    """Whether a script looks at its own name: without that, importing it would start the server again."""
    try:
        with open(namespace["__file__"], "rb") as stream:
            return re.search(rb"\b__name__\s*==", stream.read()) is not None
    except (KeyError, OSError, TypeError):
        return False


def _holding(namespace: dict[str, Any], app: Any) -> str | None:
    """A public name of a module that holds the app."""
    names = [name for name, value in list(namespace.items()) if value is app and not name.startswith("_")]
    return min(names, key=lambda name: (name != "app", name)) if names else None


def owner(app: Any) -> Any:
    """The Connexion app whose inside was handed to the server by its own ``run``: Connexion 3 gives its
    middleware, Connexion 2 its Flask app."""
    middleware = describe.is_a(app, "connexion.middleware.main.ConnexionMiddleware")
    if not middleware and not describe.is_a(app, inward.FLASK):
        return None
    for value in gc.get_objects():
        if not describe.is_a(value, inward.CONNEXION_APPS[0]):
            continue
        if middleware and quietly(lambda value=value: value.middleware) is app:
            return value
        if layers.connexion_major(value) == 2 and quietly(lambda value=value: value.app) is app:
            return value
    return None


def _of_string(started: Started) -> loading.Loaded:
    """An import string, by the loader of the server that was given it."""
    factory = bool(started.options.get("factory"))
    if started.how == "granian":
        from . import granian

        return granian._load(started.app, factory)
    from . import uvicorn

    return uvicorn.load(started.app, factory, in_loop=bool(started.options.get("in_loop")))


def _of_gunicorn(started: Started, loaded: loading.Loaded) -> loading.Loaded:
    """gunicorn started by the project's own ``Application``, or by its own with an ``app_uri``."""
    from . import gunicorn

    application = started.options["application"]
    uri = getattr(application, "app_uri", None)
    if uri:
        return gunicorn._load(uri)
    try:
        started.app = application.wsgi()
    except Stop:
        raise
    except BaseException as exc:
        return loaded.fail("import", exc)
    if started.app is None or not callable(started.app):
        return loaded.fail("callable", None, found=loading.found(started.app))
    loaded.object = started.app
    loaded.facts["found"] = loading.found(started.app)
    return loaded
