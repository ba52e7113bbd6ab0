"""Python that starts a server itself: which call does it, with which app, and how that app is called."""

from __future__ import annotations

import ast
import os
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Frame, Interface, Launch, LoadFacts, Location, Raised
from connexion_doctor.model.numbers import whole_number
from connexion_doctor.python.flask_run import GONE
from connexion_doctor.python.module import Module, Scope, Use
from connexion_doctor.python.nodes import argument, name_of, short
from connexion_doctor.python.starts import CALLS, PythonStart, starts_of
from connexion_doctor.reading import failures, project_objects
from connexion_doctor.reading.callables import missing_arguments
from connexion_doctor.reading.chains import Chain, Given, Passed, Where
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.targets import in_package
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.values import Values

# What each start calls (``python.starts.CALLS``); the others are not read.
INTERFACES = {
    "uvicorn.run": Interface.ASGI3,
    "hypercorn.serve": Interface.ASGI3,
    "waitress.serve": Interface.WSGI,
    "gevent.WSGIServer": Interface.WSGI,
    "werkzeug.run_simple": Interface.WSGI,
    "wsgiref.make_server": Interface.WSGI,
    "bjoern.run": Interface.WSGI,
    "cheroot.Server": Interface.WSGI,
    "eventlet.wsgi.server": Interface.WSGI,
    "granian.Granian": Interface.RSGI,
}
MODES = {"wsgi": Interface.WSGI, "asgi": Interface.ASGI3, "asgi3": Interface.ASGI3, "rsgi": Interface.RSGI}
# Keywords of a start that change nothing of what is called.
HARMLESS = frozenset(
    "host port log_level debug address threads hostname url_scheme ident lifespan proxy_headers "
    "forwarded_allow_ips access_log root_path use_debugger threaded processes interface factory reload "
    "workers timeout_keep_alive server_header app listen log_config use_reloader ssl_context".split()
)
OF_CONNEXION_3 = {"port", "host", "log_level", "reload", "workers", "lifespan", "access_log", "proxy_headers"}
OF_CONNEXION_2 = {"port", "server", "host", "debug", "extra_files"}  # what its other servers are not given
UVICORN = ("uvicorn.run", "app.run")
LISTENS = {
    "waitress.serve": {"host": "0.0.0.0", "port": 8080}
}  # where nothing is said: waitress/adjustments.py


class Refused(Exception):
    """The start raises for certain: while the app is taken, or (``import``) somewhere in the file."""

    def __init__(self, error: Raised, stage: str = "attribute") -> None:
        super().__init__(error.message)
        self.error, self.stage = error, stage


@dataclass(frozen=True)
class Start:
    """The call that starts a server, and the file it stands in. ``passed``: the arguments that the function
    around it is called with, where the file chooses it by a word of the command."""

    module: Module
    start: PythonStart
    passed: Passed | None = None

    @property
    def described(self) -> str:
        """The app as it is written."""
        return self.start.object or self.start.target or "app"

    @property
    def at(self) -> Location:
        """Its place."""
        return Location(self.module.path, self.start.line)


def address(start: Start) -> dict[str, object]:
    """Where the server would listen, as details of the facts: ``host`` and ``port`` where they stand there,
    or are the server's own, ``address_unread`` where something else says one of them."""
    found: dict[str, object] = dict(LISTENS.get(start.start.what, {}))
    for name in ("host", "hostname", "port"):
        text = start.start.keywords.get(name)
        if text is None:
            continue
        try:
            found[name.removesuffix("name")] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            found["address_unread"] = True
    return found


def find(launch: Launch, modules: LaunchModules) -> Start | LoadFacts:
    """The one start that running the launch's Python reaches; facts where there is no such file.

    :raises Unread: there is none, or there are several
    """
    path, name, words = _file(launch, modules)
    if path is None and launch.origin.kind == "command-line" and name:
        error = Raised("builtins.ModuleNotFoundError", f"No module named {name!r}")
        return LoadFacts(name, name, stage="module", error=error)
    module = modules.module(path, name) if path is not None else None
    if module is None:
        raise Unread("the Python that is run is not in this project")
    found = starts_of(module)
    line = launch.options.get("line")
    word = next((one for one in words if not one.startswith("-")), None)
    reached = [one for one in found.reached(None, word) if not one.words]
    if line is not None and not reached:
        reached = [one for one in found.starts if str(one.line) == line]
    if len(reached) != 1:
        raise Unread(f"which server {module.path} starts cannot be read", Location(module.path, 1))
    return Start(module, reached[0], _passed(module, reached[0]))


def _module_run(launch: Launch, path: Path) -> str | None:
    """The name of the module that ``python -m`` runs, where a file is that module: its folders may be no
    packages."""
    words = [word.text for word in launch.command.words]
    named = words[words.index("-m") + 1] if launch.command.module_run and "-m" in words[:-1] else ""
    for dotted in (named, f"{named}.__main__"):
        if named and path.with_suffix("").as_posix().endswith("/" + dotted.replace(".", "/")):
            return dotted
    return None


def _file(launch: Launch, modules: LaunchModules) -> tuple[Path | None, str, list[str]]:
    """The file that is run, the name it has, and the words behind it."""
    named = launch.options.get("file")
    if named is not None and ("run" not in launch.options or "entry" in launch.options):
        path = modules.root / named
        if not launch.command.module_run and "entry" not in launch.options:
            modules.folders.insert(0, path.parent)
        within = launch.command.module_run or "run" in launch.options  # where relative imports lead on from
        name = _module_run(launch, path) or (in_package(path) if within else Path(named).stem)
        return (path if os.path.isfile(path) else None), name, []
    words = [word.text for word in launch.command.words[launch.command.arguments :]]
    if "entry" in launch.options:
        raise Unread("what a console script starts cannot be read")
    if "-m" in words[:-1]:
        at = words.index("-m") + 1
        package = modules.file(f"{words[at]}.__main__")
        name = f"{words[at]}.__main__" if package is not None else words[at]
        return package or modules.file(words[at]), name, words[at + 1 :]
    script = _script(words)
    if script is None:
        return None, "", []
    file = Path(launch.directory, words[script])
    if not os.path.isfile(file):
        return None, words[script], []
    if any(one.startswith("-I") for one in words[:script]):
        modules.folders.clear()  # isolated: the script's folder is not on sys.path
        raise Unread("python -I leaves the script's folder out of sys.path")
    modules.folders.insert(0, file.parent.resolve())
    return file, file.stem, words[script + 1 :]


def _script(words: list[str]) -> int | None:
    """The index of the script among the words behind the interpreter."""
    index = 0
    while index < len(words) and words[index].startswith("-"):
        index += 2 if words[index] in ("-X", "-W", "--check-hash-based-pycs") else 1
    return index if index < len(words) else None


def _passed(module: Module, start: PythonStart) -> Passed | None:
    """The arguments that the module level hands to the function of the start: by its name, or where it is
    chosen by a word, as in ``globals()[word](...)``."""
    if start.scope is None:
        return None
    function = next(
        (use.node for use in module.functions if use.node.name == start.scope and use.scope.is_module), None
    )
    calls = [
        one
        for one in module.calls
        if one.scope.is_module and (name_of(one.node.func) == start.scope or _chooses(one))
    ]
    if function is None or len(calls) != 1:
        return None
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    call = calls[0].node
    where = Where(module, calls[0].scope)
    values = {name: Given(value, where) for name, value in zip(names, call.args, strict=False)}
    return Passed(values, module.scopes[id(function)])


def _chooses(use: Use[ast.Call]) -> bool:
    function = use.node.func
    return isinstance(function, ast.Subscript) and short(function.value) in ("globals()", "COMMANDS")


def app_of(start: Start, objects: Objects, modules: LaunchModules) -> Chain:
    """The app that is started.

    :raises Unread: it cannot be known
    :raises Refused: there is none
    """
    what, keywords = start.start.what, start.start.keywords
    if start.start.target is not None:
        return _by_string(start, objects, modules)
    if what in UVICORN and {"reload", "workers"} & set(keywords) and _more_than_one(keywords):
        message = "You must pass the application as an import string to enable 'reload' or 'workers'."
        frames = (failures.frame(modules.root, start.at),)
        raise Refused(Raised("builtins.SystemExit", message, frames, attributes={"code": "3"}), "import")
    for use in start.module.calls:
        place = start.module.location(use.node)
        if (place.line, place.column) == (start.start.line, start.start.column):
            found = _given(use.node, use.scope, start, objects)
            if found is not None:
                return _of_function(found, start, objects)
    raise Unread("the app that is started cannot be read", start.at)


def _more_than_one(keywords: object) -> bool:
    assert isinstance(keywords, dict)
    workers = keywords.get("workers", "1")
    return keywords.get("reload") == "True" or (whole_number(workers) or 0) > 1


def named(start: Start, modules: LaunchModules) -> Module | None:
    """The module that an import string names; None where there is no string, or no such module."""
    name = (start.start.target or "").partition(":")[0]
    file = modules.file(name) if name else None
    module = modules.module(file, name) if file is not None else None
    if module is None and file is None and name and start.module.names[0].rpartition(".")[2] == name:
        return start.module
    return module


def loads_in_several(start: Start) -> bool:
    """Whether it is uvicorn with several processes, each of which loads the app."""
    return start.start.what in UVICORN and _more_than_one(start.start.keywords)


def _by_string(start: Start, objects: Objects, modules: LaunchModules) -> Chain:
    """An import string ``module:name``."""
    text = start.start.target or ""
    name, _, attribute = text.partition(":")
    module = named(start, modules)
    if module is None or not (attribute or start.start.what == "granian.Granian"):
        raise Unread(f"the import string {text} leads to no module of this project", start.at)
    try:
        chain = objects.named(module, attribute or "app")
    except KeyError:
        message = f"module {name!r} has no attribute {attribute!r}"
        raise Refused(Raised("builtins.AttributeError", message)) from None
    if start.start.keywords.get("factory") == "True":
        return objects.called(chain, start.at)
    return _of_function(chain, start, objects)


def _of_function(chain: Chain, start: Start, objects: Objects) -> Chain:
    """What a function stands for where it is served: uvicorn takes one for a factory that can be called with
    nothing (``uvicorn.config.Config.load``)."""
    if chain.function is None or chain.kind != "function":
        return chain
    _, node = chain.function
    if start.start.what == "uvicorn.run" and not missing_arguments(node, None):
        return objects.called(chain, start.at)
    if node.decorator_list:
        raise Unread(f"what the decorators of {node.name} make of it cannot be read", start.at)
    return project_objects.served(chain, objects)


def _given(node: ast.Call, scope: Scope, start: Start, objects: Objects) -> Chain | None:
    """The app that a call is given; None where it is another call in the same place."""
    if start.start.what == "app.run" and isinstance(node.func, ast.Attribute):
        return objects.value(node.func.value, Where(start.module, scope, start.passed))
    places = [(index, keyword) for what, index, keyword in CALLS.values() if what == start.start.what]
    for index, keyword in places:
        given = argument(node, index, keyword)
        if given is not None:
            return objects.value(given, Where(start.module, scope, start.passed))
    return None


def calls(start: Start, chain: Chain, major: int) -> tuple[Interface, str]:
    """How the start calls its app, and its name in messages."""
    what, keywords = start.start.what, start.start.keywords
    outer = chain.layers[0] if chain.layers else None
    if what == "app.run" and outer is not None:
        if outer.role == "connexion":
            return _run(start, outer.interface, major)
        if not start.passed and outer.type != "flask.app.Flask":
            raise Unread("what run(...) of this object does is not read", start.at)
        return Interface.WSGI, "werkzeug's run_simple"
    if what not in INTERFACES:
        raise Unread(f"how {what} calls the app is not read", start.at)
    strange = sorted(set(keywords) - HARMLESS)
    if strange:
        raise Unread(f"whether {what} takes {strange[0]} is not read", start.at)
    given = keywords.get("interface")
    if given is not None:
        found = MODES.get(given.strip("'\"").rpartition(".")[2].lower())
        if found is None:
            raise Unread(f"how {what} calls the app is not read", start.at)
        return found, what
    if what in ("uvicorn.run", "hypercorn.serve") and outer is not None:
        if chain.coroutine is None:
            raise Unread("what the server takes the app for cannot be read", start.at)
        otherwise = Interface.ASGI2 if what == "uvicorn.run" else Interface.WSGI
        return (Interface.ASGI3 if chain.coroutine else otherwise), what
    return INTERFACES[what], what


def _run(start: Start, interface: Interface, major: int) -> tuple[Interface, str]:
    """``run`` of a Connexion app: uvicorn in Connexion 3, in Connexion 2 Flask's own or the named server."""
    keywords = set(start.start.keywords)
    gone = next((name for name in start.start.keywords if name in GONE), None) if major == 3 else None
    if gone is not None:
        message = f"run() got an unexpected keyword argument {gone!r}"
        where = Frame(start.module.path, start.start.line, "<module>")
        raise Refused(Raised("builtins.TypeError", message, (where,)), "import")
    if major == 3 and keywords - OF_CONNEXION_3:
        raise Unread("whether run(...) takes its arguments is not read", start.at)
    return interface, "app.run"


def server_of_run(start: Start, chain: Chain, values: Values) -> str | None:
    """The package by which ``run`` of a Connexion 2 app serves it; None where that is Flask's own server.

    :raises Unread: it cannot be known
    :raises Refused: there is none of that name
    """
    if start.start.what != "app.run" or chain.app is None or chain.layers[0].role != "connexion":
        return None
    call, around = chain.app.settings
    made, given = argument(call, 99, "server"), start.start.keywords.get("server", "None")
    name = given if given != "None" else made
    if isinstance(name, str):
        name = ast.parse(name, mode="eval").body
    text = "flask" if name is None else values.text(name, around)
    if text is None:
        raise Unread("by which server run(...) serves the app is not read", start.at)
    if text == "flask":
        return None
    if text not in ("tornado", "gevent"):
        raise Refused(Raised("builtins.Exception", f"Server {text} not recognized"), "import")
    if set(start.start.keywords) - OF_CONNEXION_2:
        raise Unread("whether run(...) takes its arguments is not read", start.at)
    return text
