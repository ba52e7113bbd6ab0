"""The servers and programs that a file of Python starts itself.

Sources of the calls: connexion 2 and 3 ``App.run``, Flask ``app.run``, ``uvicorn.run``,
``hypercorn.asyncio.serve``, ``waitress.serve``, gevent's ``WSGIServer``, gunicorn's "Custom Application"
page (``BaseApplication``), and the standard library's ways to start a program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Location
from connexion_doctor.python.lists import elements, lists_of
from connexion_doctor.python.module import Module, Scope, Use
from connexion_doctor.python.nodes import argument, name_of, short, text_in
from connexion_doctor.python.reach import Reach, imports_of, looked_up, qualified, reach_of

# What a file that starts a server must contain, before it is worth parsing.
MARKS = late.pattern(
    rb"\.run\s*\(|uvicorn|waitress|pywsgi|BaseApplication|WSGIApplication|hypercorn|gunicorn|run_simple|"
    rb"make_server|bjoern|cheroot|run_app|granian|wsgi\.server|WSGIContainer|\bserve\s*\("
)

# dotted name of a callable -> (what it is called here, index and keyword of the app argument)
CALLS: Mapping[str, tuple[str, int, str]] = {
    "uvicorn.run": ("uvicorn.run", 0, "app"),
    "uvicorn.Config": ("uvicorn.run", 0, "app"),
    "uvicorn.config.Config": ("uvicorn.run", 0, "app"),
    "hypercorn.asyncio.serve": ("hypercorn.serve", 0, "app"),
    "hypercorn.trio.serve": ("hypercorn.serve", 0, "app"),
    "waitress.serve": ("waitress.serve", 0, "app"),
    "waitress.server.create_server": ("waitress.serve", 0, "application"),
    "waitress.create_server": ("waitress.serve", 0, "application"),
    "gevent.pywsgi.WSGIServer": ("gevent.WSGIServer", 1, "application"),
    "gevent.wsgi.WSGIServer": ("gevent.WSGIServer", 1, "application"),
    "eventlet.wsgi.server": ("eventlet.wsgi.server", 1, "site"),
    "werkzeug.serving.run_simple": ("werkzeug.run_simple", 2, "application"),
    "werkzeug.run_simple": ("werkzeug.run_simple", 2, "application"),
    "wsgiref.simple_server.make_server": ("wsgiref.make_server", 2, "app"),
    "bjoern.run": ("bjoern.run", 0, "wsgi_app"),
    "bjoern.listen": ("bjoern.run", 0, "wsgi_app"),
    "meinheld.server.run": ("meinheld.run", 0, "app"),
    "cheroot.wsgi.Server": ("cheroot.Server", 1, "wsgi_app"),
    "cheroot.wsgi.WSGIServer": ("cheroot.Server", 1, "wsgi_app"),
    "cherrypy.wsgiserver.CherryPyWSGIServer": ("cheroot.Server", 1, "wsgi_app"),
    "tornado.wsgi.WSGIContainer": ("tornado.WSGIContainer", 0, "wsgi_application"),
    "aiohttp.web.run_app": ("aiohttp.run_app", 0, "app"),
    "granian.Granian": ("granian.Granian", 0, "target"),
    "daphne.server.Server": ("daphne.Server", 0, "application"),
}
PROGRAM_CALLS = frozenset(
    {
        "subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_call",
        "subprocess.check_output", "os.system", "os.popen", "os.execv", "os.execvp", "os.execvpe",
        "os.execve", "os.execl", "os.execlp", "os.spawnvp", "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell", "pexpect.spawn",
    }
)  # fmt: skip
GUNICORN_BASES = frozenset({"BaseApplication", "WSGIApplication", "Application"})
APP_CLASSES = late.pattern(r"(App|Application|(^|\.)(ConnexionMiddleware|Flask))$")
APP_NAME = late.pattern(r"app|application|api|server|connexion|cnx", re.IGNORECASE)
NO_APPS = frozenset(
    "asyncio subprocess anyio trio uvicorn loop nox tox pytest unittest typer click fire tensorflow "
    "absl".split()
)


@dataclass(frozen=True)
class ProgramWord:
    """A word of a program's command as Python writes it; ``inner`` is the place of the text between its
    quotes, where the text stands there as it is."""

    text: str
    location: Location
    inner: Location | None = None
    known: bool = True


@dataclass(frozen=True)
class PythonStart:
    """One server start. ``object`` is the app as written; ``bound`` says that it is a module-level name.

    ``target`` is an import string that the call is given; ``words`` the program's words where a program is
    started, by a ``shell`` where they are one text; ``scope`` the name of the function around it (None:
    module level).
    """

    what: str
    line: int
    column: int
    scope: str | None
    object: str | None = None
    bound: bool = False
    target: str | None = None
    words: tuple[ProgramWord, ...] = ()
    shell: bool = False
    keywords: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FileStarts:
    """The starts of one file, and what is reached from where."""

    starts: tuple[PythonStart, ...]
    reach: Reach

    def reached(self, entry: str | None, word: str | None = None) -> list[PythonStart]:
        """The starts that are reached from ``entry`` (None: the file is run).

        :param word: the first argument, by which a group of commands (click, typer), or the file itself
            (``globals()[sys.argv[1]]()``), chooses a function
        """
        scopes = self.reach.reached(entry)
        found = [start for start in self.starts if start.scope in scopes]
        if not found and entry is None and word in self.reach.calls:
            scopes = self.reach.reached(word)
            found = [start for start in self.starts if start.scope in scopes]
        if not found and self.reach.chooses(entry):
            decorated = self.reach.decorated
            named = {scope for scope in decorated if scope == (word or "").replace("-", "_")}
            chosen = named or decorated & {start.scope for start in self.starts if start.scope}
            if word is None and len(decorated) > 1:
                chosen = set()  # a group of several commands that is given none of them shows its help
            reached = set().union(*(self.reach.reached(scope) for scope in chosen)) if chosen else set()
            found = [start for start in self.starts if start.scope in reached]
        return found


def starts_of(module: Module) -> FileStarts:
    """What a module starts."""
    reader = _Starts(module)
    found = {(one.what, one.line, one.column): one for use in module.calls for one in reader.of(use)}
    return FileStarts(tuple(found.values()), reach_of(module))


class _Starts:
    """Reads the calls of one module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.imports = imports_of(module)

    def of(self, use: Use[ast.Call]) -> list[PythonStart]:
        """The starts in one call, none or one."""
        node, function = use.node, use.node.func
        dotted = self._dotted(function, use.scope)
        if dotted in CALLS:
            what, index, keyword = CALLS[dotted]
            return [self._server(use, what, argument(node, index, keyword))]
        if dotted in PROGRAM_CALLS:
            return self._program(use, dotted)
        if isinstance(function, ast.Name) and function.id in self._gunicorn_classes:
            given = (one for one in node.args if not isinstance(one, ast.Dict | ast.Constant))
            app = next(given, None) or argument(node, 99, "app") or argument(node, 99, "application")
            return [self._server(use, "gunicorn.BaseApplication", app)]
        if not isinstance(function, ast.Attribute) or function.attr != "run":
            return []
        if not self._is_app(function.value, use.scope):
            return []
        target = argument(node, 0, "import_string")
        text = self._string(target, use.scope) if target is not None else None
        return [self._server(use, "app.run", function.value, text if text and ":" in text else None)]

    def _dotted(self, node: ast.expr, scope: Scope | None = None) -> str:
        """A name with its first part replaced by what it was imported as: in the scope of its use, where
        that is known, else anywhere in the file."""
        head, dot, rest = name_of(node).partition(".")
        binding = looked_up(head, scope) if scope is not None else None
        if binding is not None and binding.kind == "import":
            return f"{'.' * binding.level}{binding.dotted}{dot}{rest}"
        return self.imports.get(head, head) + dot + rest

    @cached_property
    def _gunicorn_classes(self) -> set[str]:
        """Classes that are made of gunicorn's, here or through one another."""
        found: set[str] = set()
        for use in self.module.classes:
            bases = [self._dotted(base) for base in use.node.bases]
            if any(b in found or (b.rpartition(".")[2] in GUNICORN_BASES and "gunicorn" in b) for b in bases):
                found.add(use.node.name)
        return found

    def _assigned(self, name: str, scope: Scope) -> ast.expr | None:
        binding = looked_up(name, scope)
        return binding.value if binding is not None and binding.index is None else None

    def _is_app(self, receiver: ast.expr, scope: Scope) -> bool:
        if isinstance(receiver, ast.Call):
            name = self._dotted(receiver.func)
            return bool(APP_CLASSES.search(name) or APP_NAME.search(name.rpartition(".")[2]))
        name = name_of(receiver)
        if not name or NO_APPS & {name.partition(".")[0], self._dotted(receiver, scope).partition(".")[0]}:
            return False
        value = self._assigned(name, scope)
        if not isinstance(value, ast.Call):
            return bool(APP_NAME.search(name.rpartition(".")[2]))
        made = self._dotted(value.func)
        if made in CALLS or made.rpartition(".")[2] in self._gunicorn_classes:
            return False  # Server(config).run(): the configuration tells
        if made.startswith(("uvicorn.", "gunicorn.", "hypercorn.")):
            return False
        return bool(
            APP_CLASSES.search(made) or APP_NAME.search(made.rpartition(".")[2]) or APP_NAME.search(name)
        )

    def _server(
        self, use: Use[ast.Call], what: str, app: ast.expr | None, target: str | None = None
    ) -> PythonStart:
        described, bound = None, False
        if app is not None:
            string = self._string(app, use.scope)
            if string is not None:
                target = target or string
            else:
                described = name_of(app) or short(app)
                head = described.partition(".")[0]
                bound = isinstance(app, ast.Name | ast.Attribute) and head in self.module.scope.bindings
        keywords = {
            keyword.arg: short(keyword.value)
            for keyword in use.node.keywords
            if keyword.arg
            and (
                keyword.arg in ("host", "hostname", "port")
                or isinstance(keyword.value, ast.Constant | ast.Name | ast.Attribute)
            )
        }
        place = self.module.location(use.node)
        scope = qualified(use.scope)
        return PythonStart(
            what, place.line, place.column, scope, described, bound, target, (), False, keywords
        )

    def _string(self, node: ast.expr, scope: Scope) -> str | None:
        """A string, f-strings with ``Path(__file__).stem`` included."""
        if isinstance(node, ast.Name):
            return text_in(self._assigned(node.id, scope))
        if not isinstance(node, ast.JoinedStr):
            return text_in(node)
        parts = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            elif isinstance(part, ast.FormattedValue) and re.fullmatch(
                r"(pathlib\.)?Path\(__file__\)\.stem", short(part.value)
            ):
                parts.append(self.module.path.rpartition("/")[2].removesuffix(".py"))
            else:
                return None
        return "".join(parts)

    def _program(self, use: Use[ast.Call], what: str) -> list[PythonStart]:
        node = use.node
        if what in ("os.execl", "os.execlp", "asyncio.create_subprocess_exec"):
            words = node.args[1:] if what.startswith("os.") else node.args
        else:
            index = 2 if what.startswith("os.spawn") else 1 if what.startswith("os.exec") else 0
            given = argument(node, index, "args")
            made = elements(given, self._lists) if given is not None else None
            if made is None:
                return self._command_string(use, what, given)
            words = made
        known = tuple(self._word(one, use.scope) for one in words)
        place = self.module.location(node)
        made_here = PythonStart(what, place.line, place.column, qualified(use.scope), words=known)
        return [made_here] if known else []

    def _command_string(self, use: Use[ast.Call], what: str, given: ast.expr | None) -> list[PythonStart]:
        """A command in one string, split by ``shlex.split`` or by a shell."""
        if isinstance(given, ast.Name):
            given = self._assigned(given.id, use.scope)
        if isinstance(given, ast.Call) and self._dotted(given.func) == "shlex.split" and given.args:
            given = given.args[0]
        elif isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute):
            given = given.func.value if given.func.attr == "split" and not given.args else None
        text = self._word(given, use.scope) if given is not None else None
        if text is None or not text.known:
            return []
        place = self.module.location(use.node)
        scope = qualified(use.scope)
        return [PythonStart(what, place.line, place.column, scope, words=(text,), shell=True)]

    @cached_property
    def _lists(self) -> Mapping[str, list[ast.expr]]:
        return lists_of(self.module.tree)

    def _word(self, node: ast.expr, scope: Scope) -> ProgramWord:
        """A word; a name stands for the text it was given."""
        value = self._assigned(node.id, scope) if isinstance(node, ast.Name) else None
        return program_word(self.module, value if value is not None and text_in(value) is not None else node)


def program_word(module: Module, node: ast.expr) -> ProgramWord:
    """A word of a command; what is no constant is not known."""
    place = module.location(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
        text = str(node.value)
        inner = None
        if module.text(node)[1:-1] == text:
            line, column = place.end
            inner = Location(place.path, place.line, place.column + 1, line, column - 1)
        return ProgramWord(text, place, inner)
    if short(node) == "sys.executable":
        return ProgramWord("python", place)
    return ProgramWord(short(node), place, known=False)
